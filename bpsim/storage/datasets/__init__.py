"""The built-in sets of data."""
