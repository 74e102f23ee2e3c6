"""Decisions on public reading, and agreements of heads."""
