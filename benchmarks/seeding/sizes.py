"""The sizes of the data: how many plans, and entries of each member commitment."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Size:
    name: str
    plans: int
    # Published entries of each member commitment.
    rounds: int


SIZES = {
    size.name: size
    for size in (
        Size("2k", plans=1, rounds=11),  # for tests
        Size("10k", plans=1, rounds=45),
        Size("100k", plans=5, rounds=90),
        Size("1m", plans=50, rounds=90),
    )
}
