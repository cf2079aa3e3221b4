"""How pages are asked for: politely, within limits, and never where they must not be."""
