"""The ids of all that is planted about scores, before it is there."""

from uuid import UUID

from tests.leaks.canaries import id_of
from tests.leaks.entries import MEMBERS

# The commitment that concerns INTERPOL, and the others.
NEAR, FAR = "1.2.2", ("1.1.1", "1.2.1", "2.1")
AUDIENCES = ("body", "delegations", "readers")
# Scored stocktakes, the oldest first. Those before the first one are closed.
STOCKTAKES = ("earliest", "earlier", "first")
# Every table by the name of its secret, and its number among those of the secret or of
# its line.
TABLES = [
    ("clear scores", 1),
    ("clear scores", 2),
    ("revised scores", 3),
    ("green scores", 1),
    ("green scores", 2),
    *((f"scores for {name}", number) for number, name in enumerate(AUDIENCES, start=1)),
    ("discarded scores", 4),
    ("draft scores", 4),
]
LAST_DRAFT = "draft scores", 4


def table_id(secret: str, number: int) -> UUID:
    return id_of(f"table {number} of {secret}")


def cell_id(secret: str, number: int, place: str) -> UUID:
    return id_of(f"cell {place} of {table_id(secret, number)}")


def comment_id(secret: str, number: int) -> UUID:
    return id_of(f"comment on {table_id(secret, number)}")


def upload_id(secret: str) -> UUID:
    return id_of(f"upload for {secret}")


def guideline_ids() -> list[str]:
    numbered = [*((1, code) for code in (NEAR, *FAR))]
    numbered += [(2, code) for code in ("1.1.1", NEAR, "2.1")]
    return [
        str(guideline_id(number, code, member))
        for number, code in numbered
        for member in MEMBERS
    ]


def guideline_id(number: int, code: str, member: str) -> UUID:
    return id_of(f"guideline {number} {code} of {member}")
