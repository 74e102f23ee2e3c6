"""Which passwords people may choose, and the one form in which they are compared."""
