"""How often who may do what: the table, and the one limiter that counts."""
