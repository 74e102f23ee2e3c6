"""When a delivery that failed is tried again. Plain Python.

The pauses are those that the Standard Webhooks specification suggests: ten attempts in
76 hours. Each pause is up to a fifth longer, by chance, so that the requests for many
endpoints of one server do not all come at once.
"""

import random
import re
from datetime import datetime, timedelta

PAUSES = [
    timedelta(seconds=5),
    timedelta(minutes=5),
    timedelta(minutes=30),
    *(timedelta(hours=hours) for hours in (2, 5, 10, 14, 20, 24)),
]
MOST_ATTEMPTS = len(PAUSES) + 1
JITTER = 0.2
# What a receiver may ask for with `Retry-After`.
LONGEST_ASKED = timedelta(hours=24)
_SECONDS = re.compile(r"[0-9]{1,9}")


def next_attempt(attempts: int, at: datetime, *, retry_after: str = "") -> datetime:
    """Return when to try again after this number of failed attempts.

    A receiver that names a number of seconds is left alone for at least as long.
    """
    pause = PAUSES[min(attempts, len(PAUSES)) - 1]
    pause *= 1 + random.uniform(0, JITTER)  # noqa: S311 - chance, and no secret
    if _SECONDS.fullmatch(retry_after):
        pause = max(pause, min(timedelta(seconds=int(retry_after)), LONGEST_ASKED))
    return at + pause
