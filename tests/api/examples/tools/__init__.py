"""Programs that the examples of documents use. Each is run by itself."""
