"""The editor of an entry: show it, take what was typed, settle conflicts."""
