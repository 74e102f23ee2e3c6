"""Static files: one style sheet and one script, named by content and compressed."""
