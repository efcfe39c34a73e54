"""What is worked out beside the training, from copies, without changing a number of it."""
