"""A made-up ministry portal served on loopback, to try everything without the network."""
