"""The file of the window: opening, saving, autosave and recovery."""
