"""The connection of the database's owner, which only commands of operators have."""

from typing import Final

# Its alias. The application's own role changes no table, and no row that is kept.
OWNER: Final = "owner"
