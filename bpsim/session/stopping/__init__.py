"""Breakpoints and watches, and everything that looks for where training is to stop."""
