"""The panel in which a person fills in the values of a training step."""
