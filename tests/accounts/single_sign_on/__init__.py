"""Tests of single sign-on, against a provider from a package on this machine."""
