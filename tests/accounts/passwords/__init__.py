"""Tests of which passwords people may choose."""
