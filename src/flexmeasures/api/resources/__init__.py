"""The REST resources of version 2.0."""
