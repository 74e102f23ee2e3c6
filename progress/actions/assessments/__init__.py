"""Guidelines, score tables and scores of assessing bodies."""
