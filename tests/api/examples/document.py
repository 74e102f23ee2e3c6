"""The examples of a document: commands, and the answers that it shows after them."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
STATUS = re.compile(r"#\s*(\d{3})\b")
# In an answer that is shown: what differs from one answer to the next.
ANYTHING = "…"


@dataclass(frozen=True)
class Example:
    """Commands for a shell, and the answer that the document shows to the last."""

    line: int
    commands: str
    answer: Any = None

    @property
    def statuses(self) -> list[int | None]:
        """Return what each request is answered with, None for any success.

        A comment behind the command says so, or the problem that is shown.
        """
        whole = re.sub(r"\\\n\s*", " ", self.commands).splitlines()
        requests = [line for line in whole if re.search(r"\bcurl\b", line)]
        found = [STATUS.search(line) for line in requests]
        statuses = [int(one[1]) if one else None for one in found]
        if isinstance(self.answer, dict) and "request_id" in self.answer:
            statuses[-1] = self.answer["status"]
        return statuses


def examples_of(document: Path) -> Iterator[Example]:
    """Yield the examples in their order. Each block of the document is in one.

    Raises AssertionError for a block that no test would run or compare.
    """
    text = document.read_text("utf-8")
    before: Example | None = None
    for block in FENCE.finditer(text):
        line = text.count("\n", 0, block.start()) + 1
        where = f"{document.name}, line {line}"
        kind, content = block.groups()
        if kind == "python":
            continue  # tests/partners/webhooks/test_document.py runs it
        assert kind in {"sh", "json"}, f"{where}: no test reads a block of “{kind}”"
        if kind == "json":
            assert before is not None, f"{where}: no command comes before this answer"
            yield Example(before.line, before.commands, json.loads(content))
            before = None
        else:
            if before is not None:
                yield before
            before = Example(line, content)
    if before is not None:
        yield before


def differences(shown: Any, real: Any, path: str = "") -> Iterator[str]:
    """Yield where a shown answer is no part of the real one.

    A real object may have more names, and a real list more items at its end.
    """
    if isinstance(shown, dict) and isinstance(real, dict):
        for name, value in shown.items():
            if name in real:
                yield from differences(value, real[name], f"{path}/{name}")
            else:
                yield f"{path}/{name} is not there"
    elif isinstance(shown, list) and isinstance(real, list):
        if len(shown) > len(real):
            yield f"{path} has {len(real)} items, not {len(shown)}"
        for place, (one, other) in enumerate(zip(shown, real, strict=False)):
            yield from differences(one, other, f"{path}/{place}")
    elif not is_same(shown, real):
        yield f"{path} is {real!r}, not {shown!r}"


def is_same(shown: Any, real: Any) -> bool:
    if isinstance(shown, str) and isinstance(real, str):
        parts = map(re.escape, shown.split(ANYTHING))
        return re.fullmatch(".*".join(parts), real, re.DOTALL) is not None
    return bool(shown == real) and type(shown) is type(real)
