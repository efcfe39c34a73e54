"""A debugger for backpropagation."""

import os

__version__ = "0.1.0"

# Before NumPy is imported: two threads slow small products down up to a hundredfold.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
