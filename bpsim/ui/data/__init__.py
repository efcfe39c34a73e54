"""Data: the table, its plane, and every way to get other data."""
