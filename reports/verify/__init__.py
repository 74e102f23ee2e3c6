"""Whether what someone holds is a genuine report: its code, or one of its files."""
