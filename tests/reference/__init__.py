"""Reference implementations, written from the public definitions alone.

Nothing here imports anything of bpsim: what the engine computes is compared with these.

exact
    Activations, losses and their derivatives in arbitrary precision.
network
    A whole network in complex numbers, whose gradients are complex-step derivatives.
updates
    The optimizers' update rules in arbitrary precision.
"""
