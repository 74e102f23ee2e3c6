"""The released scores of assessing bodies, as their readers see them."""
