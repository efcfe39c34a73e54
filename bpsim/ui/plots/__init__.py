"""What all plots have in common; `chart` and what builds on it import pyqtgraph."""
