"""Reading and writing of beliefs: arrays in, arrays out, in the binary form of PostgreSQL."""
