"""The loss over one or two parameters."""
