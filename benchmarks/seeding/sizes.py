"""The sizes of the data: how many plans, and entries of each member commitment."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Size:
    name: str
    plans: int
    # Published entries of each member commitment: of the first plan, whose pages are
    # compared between sizes and must show the same rows, and of every other plan.
    rounds: int
    rounds_elsewhere: int = 0


SIZES = {
    size.name: size
    for size in (
        Size("2k", plans=1, rounds=11),  # for tests
        Size("10k", plans=1, rounds=45),
        Size("100k", plans=5, rounds=45, rounds_elsewhere=100),
        Size("1m", plans=50, rounds=45, rounds_elsewhere=91),
    )
}
