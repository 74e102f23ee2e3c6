"""Tests of the files of a report: how they are offered, sent and checked."""
