"""How answers are kept as they came, and given back."""
