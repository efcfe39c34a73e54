"""Every number of the network as tables: the accessible twin of the picture."""
