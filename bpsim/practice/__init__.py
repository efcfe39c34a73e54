"""Practice: a person fills in the values of a training step, and is told what went wrong."""
