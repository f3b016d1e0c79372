"""PostgreSQL and Redis as child processes of an instance."""
