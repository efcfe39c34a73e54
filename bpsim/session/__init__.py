"""One person's work with one network: where training stands, and how it moves."""
