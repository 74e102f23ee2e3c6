"""The page of what is new to a reader: changes of entries, and reports."""
