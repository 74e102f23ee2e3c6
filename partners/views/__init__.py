"""Pages of notices, and of private feeds."""
