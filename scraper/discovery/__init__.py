"""Finding the addresses of articles in what a portal lists."""
