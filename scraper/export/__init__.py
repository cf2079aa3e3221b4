"""What a query finds, as files for other programs."""
