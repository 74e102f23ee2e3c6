"""The pages of scores: what readers see of released tables, and what delegations do."""
