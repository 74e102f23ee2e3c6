"""Illustrative data: invented people and entries on the real plan."""
