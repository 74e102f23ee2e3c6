"""Many stories told at once, every act at its instant: as history happens."""

from collections.abc import Generator, Iterable
from datetime import datetime
from heapq import heapify, heappop, heappush
from typing import TypeVar

Told = TypeVar("Told")
# Yields the instant of its next act, and acts when it is resumed.
Story = Generator[datetime, None, Told]


def run_in_time_order(stories: Iterable[Story[None]]) -> None:
    """Let each story act when its turn comes; at the same instant, the earlier one.

    Publications are dated by the ledger, which never goes back: told one story after
    another, all but the first would be dated by the last act of the one before.
    """
    waiting = [
        (at, number, story)
        for number, story in enumerate(stories)
        if (at := next(story, None)) is not None
    ]
    heapify(waiting)
    while waiting:
        _now, number, story = heappop(waiting)
        at = next(story, None)
        if at is not None:
            heappush(waiting, (at, number, story))
