"""The panel that leads through a lesson."""
