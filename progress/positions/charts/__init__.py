"""Charts of positions and of stocktakes, each with its table and its files."""
