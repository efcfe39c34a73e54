"""Expressions over the values of a network: read, checked, and turned into functions."""
