"""The panel that lists the operations of one training step."""
