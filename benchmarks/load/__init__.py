"""200 people and 20 partner tools at once. docs/benchmarks.md describes the load."""
