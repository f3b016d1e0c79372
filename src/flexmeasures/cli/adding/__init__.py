"""Commands that make things."""
