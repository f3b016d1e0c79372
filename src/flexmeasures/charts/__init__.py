"""Turn series into charts."""
