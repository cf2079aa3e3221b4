"""A captured page becomes an article."""
