"""Project files in and out, and the parameter history."""
