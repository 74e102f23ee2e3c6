"""Score tables of assessing bodies: guidelines, tables, and the score of each cell."""
