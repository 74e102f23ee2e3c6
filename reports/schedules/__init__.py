"""When drafts are compiled by themselves: what is due, when, and what came of it."""
