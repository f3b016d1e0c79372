"""The demonstration: real recordings, told as if they happened now."""
