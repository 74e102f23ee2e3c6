"""The final reports that anyone may read, once public reading is on. See ADR 24."""
