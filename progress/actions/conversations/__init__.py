"""Comments and questions about an entry."""
