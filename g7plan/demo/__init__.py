"""Illustrative data: invented people and entries, on the real plan."""

DOMAIN = "demo.example"
PASSWORD = "g7plan-demo"  # noqa: S105 - printed at start and on the sign-in page
