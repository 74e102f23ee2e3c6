"""Compares a report with an earlier one of its line, for its page."""
