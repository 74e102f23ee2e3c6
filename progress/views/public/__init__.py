"""Pages that anyone may read without signing in, once public reading is on."""
