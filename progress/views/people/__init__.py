"""Pages about the people of a delegation."""
