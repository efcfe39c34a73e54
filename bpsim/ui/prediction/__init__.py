"""What the network predicts, over its inputs."""
