"""Tests of the typesetter's process: what it answers, and what ends it."""

import os
import resource
import signal
from io import BytesIO
from pathlib import Path

import pytest
import typst

from reports.renderers import typesetter as module
from reports.renderers import typesetter_process
from reports.renderers.typesetter import (
    NoLongerWantedError,
    SourceRefusedError,
    TooMuchMemoryError,
    TypesetterEndedError,
    running_typesetter,
    typesetter_version,
    wanted_while,
)

DATE = b"datetime(year: 2017, month: 5, day: 20)"
TITLE = b'#set document(title: "x", date: ' + DATE + b")\n"
ENDLESS = TITLE + b"#for a in range(99999) { for b in range(99999) { } }"
# A text of 1.6 GB.
LARGE = TITLE + b'#let text = "0123456789abcdef" * 100000000\n#text.len()'
PROC = Path("/proc/self")
needs_proc = pytest.mark.skipif(not PROC.exists(), reason="the system has no /proc")


@pytest.fixture
def typesetter():
    with running_typesetter(()) as running:
        yield running


def test_it_answers_one_request_after_the_other(typesetter):
    first, second = (typesetter.typeset(TITLE + b"Words", data="") for _ in range(2))
    assert first.startswith(b"%PDF-")
    assert first == second
    (picture,) = typesetter.draw(TITLE, data="", root=Path("/"), ppi=9)
    assert picture.startswith(b"\x89PNG")


def test_a_refused_source_is_told_with_its_line_and_the_next_is_typeset(typesetter):
    with pytest.raises(SourceRefusedError) as refused:
        typesetter.typeset(TITLE + b"#nothing", data="")
    assert ":2:1" in refused.value.diagnostic
    assert typesetter.typeset(TITLE, data="")


def test_its_version_is_the_one_that_it_signs_with(typesetter):
    assert f"Typst {typesetter_version()}".encode() in typesetter.typeset(
        TITLE, data=""
    )


def test_a_document_that_takes_too_much_memory_ends_it(typesetter):
    with pytest.raises(TooMuchMemoryError):
        typesetter.typeset(LARGE, data="")


@pytest.mark.long
def test_a_document_that_takes_too_long_ends_it(monkeypatch):
    monkeypatch.setattr(module, "MOST_SECONDS", 1)
    with (
        running_typesetter(()) as typesetter,
        pytest.raises(TypesetterEndedError, match=f"-{signal.SIGXCPU.value}$"),
    ):
        typesetter.typeset(ENDLESS, data="")


def test_a_document_that_nobody_waits_for_is_not_typeset(typesetter, monkeypatch):
    monkeypatch.setattr(module, "ASK_EVERY", 0.01)
    with wanted_while(lambda: False), pytest.raises(NoLongerWantedError):
        typesetter.typeset(ENDLESS, data="")


def test_a_typesetter_that_somebody_ended_is_an_error(typesetter):
    typesetter.process.kill()
    typesetter.process.wait()
    with pytest.raises(TypesetterEndedError):
        typesetter.typeset(TITLE, data="")


def test_it_ends_with_its_block():
    with running_typesetter(()) as typesetter:
        assert typesetter.process.poll() is None
    assert typesetter.process.returncode == -signal.SIGKILL


def test_it_ends_when_nobody_asks_any_more(typesetter):
    """So it does not outlive a worker that was killed."""
    typesetter.process.stdin.close()
    assert typesetter.process.wait(20) == 0


@needs_proc
def test_it_knows_no_setting_and_no_secret(typesetter):
    assert typesetter.version()
    told = Path(f"/proc/{typesetter.process.pid}/environ").read_bytes()
    names = {line.partition(b"=")[0].decode() for line in told.split(b"\0") if line}
    assert names <= {*module.PASSED_ON, *module.RETURNED, "LC_CTYPE"}


@needs_proc
def test_it_writes_no_text_to_a_log_or_a_core_file(typesetter):
    assert typesetter.version()
    proc = Path(f"/proc/{typesetter.process.pid}")
    assert (proc / "fd" / "2").readlink() == Path(os.devnull)
    limits = (proc / "limits").read_text("ascii").splitlines()
    (core,) = (line for line in limits if "core file" in line)
    assert core.split()[4] == "0"


def test_an_answer_has_the_sizes_of_its_files():
    """The same, in this process."""
    head = (
        b'{"sizes": [2], "names": [], "root": null, "method": "compile",'
        b' "options": {"format": "png", "ppi": 9}}\n'
    )
    requests, answers = BytesIO(head + b"=A" + head + b"#a"), BytesIO()
    fonts = typst.Fonts(include_system_fonts=False)
    typesetter_process.serve(requests, answers, fonts)
    said, _newline, rest = answers.getvalue().partition(b"\n")
    size = int(said.removeprefix(b'{"sizes": [').removesuffix(b"]}"))
    assert rest[:4] == b"\x89PNG"
    assert rest[size:].startswith(b'{"problem": "source", "words": "error: ')


def test_a_lower_bound_of_the_system_stays(monkeypatch):
    bounds: list[tuple[int, int]] = []
    monkeypatch.setattr(resource, "getrlimit", lambda _kind: (5, 8))
    monkeypatch.setattr(
        resource, "setrlimit", lambda _kind, bound: bounds.append(bound)
    )
    for most in (9, 7):
        typesetter_process.set_bound(resource.RLIMIT_DATA, most)
    assert bounds == [(8, 8), (7, 8)]
