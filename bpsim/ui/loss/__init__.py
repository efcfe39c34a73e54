"""The live plot of the loss."""
