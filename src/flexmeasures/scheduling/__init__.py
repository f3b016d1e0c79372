"""From flexibility and prices to a schedule: arrays in, arrays out."""
