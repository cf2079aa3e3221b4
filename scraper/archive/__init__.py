"""The archive: one SQLite file that holds what was collected, and what is still to do."""
