"""How a draft goes round and becomes final: what prevents it, and its record."""
