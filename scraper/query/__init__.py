"""Searching the archive: a query's words to hits."""
