"""Backup and restore: one file, and what a restore must not bring back."""
