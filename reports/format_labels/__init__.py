"""The labels that only some formats print: one module for each."""
