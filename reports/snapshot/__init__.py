"""The snapshot of a report: see `reports.snapshot.builder`."""

from reports.snapshot.builder import build_facts, build_snapshot, hash_snapshot

__all__ = ["build_facts", "build_snapshot", "hash_snapshot"]
