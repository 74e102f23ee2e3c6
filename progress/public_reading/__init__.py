"""What anyone may read of a plan, once public reading is on. See ADR 24."""
