"""Portal files: what an operator writes about a portal, read and checked."""
