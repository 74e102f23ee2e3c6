"""Pages about public reading for people who are signed in."""
