"""The chapter of a report on the scores of assessing bodies."""
