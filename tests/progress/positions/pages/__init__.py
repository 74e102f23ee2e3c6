"""Tests of the pages for reading: plans, members, instruments, commitments."""
