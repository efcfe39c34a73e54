"""The mathematics: what a network is, and every operation of one training step."""
