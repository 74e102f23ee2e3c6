"""The message catalogues: found in the sources, kept as text, and compiled."""
