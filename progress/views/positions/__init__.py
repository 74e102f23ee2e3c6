"""Pages for reading: matrix, commitment, timeline."""
