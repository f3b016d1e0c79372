"""Serving: the web server and the workers as supervised child processes."""
