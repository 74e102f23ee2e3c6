"""One pure function a format: a frozen snapshot in, the bytes of a file out."""
