"""Tests of what every page has: navigation, contacts, the line on paper."""
