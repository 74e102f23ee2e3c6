"""The review page: what waits for a reviewer, and one entry to publish or return."""
