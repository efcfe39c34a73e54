"""The gradient check in the window."""
