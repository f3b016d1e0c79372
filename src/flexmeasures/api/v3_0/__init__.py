"""The REST interface of version 3.0."""
