"""What changed for a reader, in order: published, out of sight, erased."""
