"""The USEF message services, one implementation for all versions."""
