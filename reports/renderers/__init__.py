"""One pure function for each format. It turns a snapshot into the bytes of a file."""
