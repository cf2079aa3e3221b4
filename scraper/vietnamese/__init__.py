"""Vietnamese as it is written: characters, encodings, dates."""
