"""The panels of watches and breakpoints."""
