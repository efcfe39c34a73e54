"""From an operation and its numbers to words, the same for window, text and sheet."""
