"""Parameters and gradients as curves over the steps."""
