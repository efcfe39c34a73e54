"""How each layer fares, at a glance."""
