"""Who did what, as far as each reader may know it."""
