"""The work pages of an assessing body: tables, cells, guidelines, comments."""
