"""Write entries and their evidence: bodies, preconditions, verbs and imports."""
