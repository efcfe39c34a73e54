"""The panel that explains the current operation."""
