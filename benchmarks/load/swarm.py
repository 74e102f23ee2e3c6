"""Run the visitors by locust, for a bounded time: `python -m benchmarks.load.swarm`.

It reads one JSON object: `host`, `facts`, `a_second` (how many come in a second),
`settle` and `seconds`. It writes every request to the file of its argument.
"""

import json
import sys
import time
from pathlib import Path
from typing import Any

from locust.env import Environment  # before all else: it patches what blocks
from locust.runners import STATE_RUNNING, LocalRunner

from benchmarks.load.cast import MEMBERS, people, tools
from benchmarks.load.partners import PartnerTool
from benchmarks.load.people import PEOPLE
from benchmarks.load.visitors import Visitor

MOST_SECONDS = 400.0  # until all have come


def main(out: Path) -> None:
    given = json.load(sys.stdin)
    Visitor.facts = {**given["facts"], "members": MEMBERS}
    for role, kind in PEOPLE.items():
        kind.waiting = [one for one in people() if one.role == role]
        kind.fixed_count = len(kind.waiting)
    PartnerTool.waiting = tools()
    PartnerTool.fixed_count = len(PartnerTool.waiting)
    found = _run([*PEOPLE.values(), PartnerTool], given)
    out.write_text(json.dumps(found), encoding="utf-8")


def _wait_for(total: int, runner: LocalRunner) -> None:
    """Wait until all have come. Raises RuntimeError if they do not."""
    end = time.monotonic() + MOST_SECONDS
    while len(Visitor.arrived) < total:
        is_whole = runner.state == STATE_RUNNING and runner.user_count == total
        if time.monotonic() > end or (runner.state == STATE_RUNNING and not is_whole):
            raise RuntimeError(f"only {len(Visitor.arrived)} visitors have come")
        time.sleep(0.2)


def _run(classes: list[type[Visitor]], given: dict[str, Any]) -> dict[str, Any]:
    environment = Environment(user_classes=[*classes], host=given["host"])
    runner = environment.create_local_runner()
    rows: list[tuple[float, str, float, int, str]] = []

    def note(
        name: str,
        response_time: float,
        exception: Exception | None,
        response: Any = None,
        **_other: object,
    ) -> None:
        status = getattr(response, "status_code", None) or 0
        why = "" if exception is None else str(exception)[:200]
        rows.append((time.monotonic(), name, response_time, status, why))

    def note_fault(exception: Exception, **_other: object) -> None:
        name = type(exception).__name__
        rows.append((time.monotonic(), "the mix", 0, -1, f"{name} {exception}"))

    events: Any = environment.events  # untyped
    events.request.add_listener(note)
    events.user_error.add_listener(note_fault)
    total = sum(kind.fixed_count for kind in classes)
    runner.start(total, spawn_rate=given["a_second"])
    _wait_for(total, runner)
    time.sleep(given["settle"])
    began = time.monotonic()
    time.sleep(given["seconds"])
    ended = time.monotonic()
    count = runner.user_count
    runner.quit()
    return {"began": began, "ended": ended, "visitors": count, "requests": rows}


if __name__ == "__main__":
    main(Path(sys.argv[1]))
