"""Drills with real processes that are killed, or whose servers fail: docs/drills.md."""
