"""Settings of network and training."""
