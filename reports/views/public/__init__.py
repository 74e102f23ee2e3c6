"""Pages of final reports that anyone may read, once public reading is on."""
