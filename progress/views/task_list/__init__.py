"""The pages of an officer's tasks: the list, and confirming unchanged texts."""
