"""The gallery from which a new project begins."""
