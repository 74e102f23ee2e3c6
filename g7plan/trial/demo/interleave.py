"""Run the acts of many stories in order of time, as they would have happened."""

from collections.abc import Generator, Iterable
from datetime import datetime
from heapq import heapify, heappop, heappush
from typing import TypeVar

Result = TypeVar("Result")
# A story yields the instant of its next act, and acts when it is resumed.
Story = Generator[datetime, None, Result]


def run_in_time_order(stories: Iterable[Story[None]]) -> None:
    """Let each story act at its instant. At the same instant the earlier story acts.

    The ledger dates publications, and its time never goes back. If one story ran after
    another, the later ones would be dated by the last act of the first.
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
