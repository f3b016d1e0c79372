"""Each version of the API, described for machines (OpenAPI 3.1) and for people, from what serves it."""
