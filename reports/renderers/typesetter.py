"""The typesetter, in a process of its own: `typesetter_process`.

The memory of a layout is given back only when its process ends. So it never adds to
that of the worker, and the system itself bounds it: a document that takes too much
ends the typesetter alone.
"""

import ctypes
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from select import select
from typing import IO, Any, Final, NoReturn, cast

from reports.formats import Format

PROGRAM: Final = Path(__file__).with_name("typesetter_process.py")
MOST_MEMORY: Final = 600  # MB, beside the program itself and the files of fonts
MOST_SECONDS: Final = 120  # of CPU: the longest report takes a sixth of that
ASK_EVERY: Final = 0.5  # seconds, whether the document is still wanted
# PDF/A-3 is the first that may carry other files.
STANDARDS: Final = ("ua-1", "a-3a")
# Python may need it to start. Nothing else is passed on: no setting, and no secret.
PASSED_ON: Final = ("LD_LIBRARY_PATH",)
# The GNU C library returns blocks of this size when they are freed. Without a fixed
# size it soon keeps blocks of up to 32 MB, such as those of a font or a file.
RETURNED_SIZE: Final = 128 * 1024
RETURNED: Final = {"MALLOC_MMAP_THRESHOLD_": str(RETURNED_SIZE)}
M_MMAP_THRESHOLD: Final = -3  # the same in this process, by `mallopt`

with suppress(AttributeError, OSError):  # another C library
    ctypes.CDLL(None).mallopt(M_MMAP_THRESHOLD, RETURNED_SIZE)


class SourceRefusedError(Exception):
    """The typesetter refuses a source, such as for a character that no font has."""

    def __init__(self, diagnostic: str) -> None:
        super().__init__(diagnostic)
        self.diagnostic = diagnostic


class TypesetterFailedError(Exception):
    """The typesetter stopped because of a fault of its own."""


class TypesetterEndedError(Exception):
    """The process of the typesetter ended before it answered."""


class TooMuchMemoryError(TypesetterEndedError):
    """A document takes more memory than the typesetter may have."""


class NoLongerWantedError(Exception):
    """The document is not needed any more."""


_is_wanted: ContextVar[Callable[[], bool]] = ContextVar(
    "_is_wanted", default=lambda: True
)


@contextmanager
def wanted_while(is_wanted: Callable[[], bool]) -> Iterator[None]:
    """Stop the typesetter within a second if `is_wanted` says no.

    It then raises NoLongerWantedError.
    """
    token = _is_wanted.set(is_wanted)
    try:
        yield
    finally:
        _is_wanted.reset(token)


@dataclass(frozen=True)
class Typesetter:
    """A running typesetter, which knows certain fonts."""

    process: subprocess.Popen[bytes]

    def typeset(
        self,
        source: bytes,
        *,
        data: str,
        root: Path | None = None,
        attached: Mapping[Format, bytes] | None = None,
    ) -> bytes:
        """Return the PDF of a source.

        The source finds the contents of attached files in `sys.inputs`, by name.
        """
        inputs = {"data": data.encode()}
        inputs |= {str(name): content for name, content in (attached or {}).items()}
        (content,) = self._ask(
            source, root, inputs, "compile", pdf_standards=[*STANDARDS]
        )
        return content

    def draw(self, source: bytes, *, data: str, root: Path, ppi: int) -> list[bytes]:
        """Return each page as a picture in PNG.

        A character that no font has is drawn as an empty box.
        """
        inputs = {"data": data.encode()}
        return self._ask(source, root, inputs, "compile", format="png", ppi=ppi)

    def version(self) -> str:
        (content,) = self._ask(b"", None, {}, "eval", expression="str(sys.version)")
        return str(json.loads(content))

    def _ask(
        self,
        source: bytes,
        root: Path | None,
        inputs: dict[str, bytes],
        method: str,
        **options: Any,
    ) -> list[bytes]:
        """Return the files of an answer. Raises an error of this module otherwise."""
        answers = cast(IO[bytes], self.process.stdout)
        with suppress(BrokenPipeError):
            self._send(
                [source, *inputs.values()],
                names=[*inputs],
                root=str(root) if root else None,
                method=method,
                options=options,
            )
            self._wait()
            if head := answers.readline():
                said = json.loads(head)
                _raise_problem(**{"problem": "", "words": "", **said})
                return [answers.read(size) for size in said["sizes"]]
        return self._raise_end()

    def _send(self, parts: list[bytes], **asked: Any) -> None:
        """Send a request: the source, then its inputs in the order of their names."""
        requests = cast(IO[bytes], self.process.stdin)
        head = {**asked, "sizes": [*map(len, parts)]}
        requests.write(json.dumps(head).encode() + b"\n")
        requests.writelines(parts)
        requests.flush()

    def _wait(self) -> None:
        """Wait for the answer, as long as it is wanted."""
        is_wanted, answers = _is_wanted.get(), cast(IO[bytes], self.process.stdout)
        while not select([answers], [], [], ASK_EVERY)[0]:
            if not is_wanted():
                raise NoLongerWantedError

    def _raise_end(self) -> NoReturn:
        ended_with = self.process.wait()
        # Its allocator ends a process that gets no more memory.
        if ended_with == -signal.SIGABRT:
            raise TooMuchMemoryError
        raise TypesetterEndedError(f"the typesetter ended with {ended_with}")


def _raise_problem(problem: str, words: str, **_others: object) -> None:
    if problem == "source":
        raise SourceRefusedError(words)
    if problem == "fault":
        raise TypesetterFailedError


@contextmanager
def running_typesetter(folders: Sequence[Path]) -> Iterator[Typesetter]:
    """Run a typesetter with the fonts in these folders, and its own."""
    passed_on = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
    process = subprocess.Popen(  # noqa: S603 - our own program
        [
            *(sys.executable, "-I", str(PROGRAM)),
            *(str(MOST_MEMORY), str(MOST_SECONDS), *map(str, folders)),
        ],
        env=passed_on | RETURNED,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    try:
        yield Typesetter(process)
    finally:
        # It keeps nothing, and to free its memory would take time.
        process.kill()
        with suppress(BrokenPipeError), process:
            pass


@cache
def typesetter_version() -> str:
    """Return the version that the running typesetter reports.

    It signs each file with it. The version of the Python package counts differently.
    """
    with running_typesetter(()) as typesetter:
        return typesetter.version()
