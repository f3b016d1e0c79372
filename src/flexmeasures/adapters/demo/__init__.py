"""The demonstration's outside: recordings that come with the package, and a meter that posts them."""
