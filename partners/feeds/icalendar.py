"""iCalendar (RFC 5545): a calendar of instants, as bytes. Plain Python.

A calendar needs six properties of an event and no more, so this is shorter than what a
library for all of the format would ask for.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

MOST_OCTETS = 75  # of a line, without its end


@dataclass(frozen=True)
class CalendarEvent:
    """Something that happens at an instant."""

    # The same for as long as the event is the same, whatever its time.
    uid: str
    at: datetime
    summary: str
    url: str
    # When this was last changed, as far as that is known.
    changed_at: datetime


def calendar_of(name: str, events: Sequence[CalendarEvent], language: str) -> bytes:
    """Return a calendar. Equal events give equal bytes.

    `language` is that of the name and of the summaries, as a tag of BCP 47.
    """
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//g7plan//deadlines//EN",
        f"NAME;LANGUAGE={language}:{escaped(name)}",
        f"X-WR-CALNAME:{escaped(name)}",
        "REFRESH-INTERVAL;VALUE=DURATION:PT6H",
        *(line for event in events for line in _lines_of(event, language)),
        "END:VCALENDAR",
    ]
    return b"".join(folded(line) for line in lines)


def _lines_of(event: CalendarEvent, language: str) -> Iterator[str]:
    yield "BEGIN:VEVENT"
    yield f"UID:{escaped(event.uid)}"
    yield f"DTSTAMP:{utc(event.changed_at)}"
    yield f"DTSTART:{utc(event.at)}"
    yield f"SUMMARY;LANGUAGE={language}:{escaped(event.summary)}"
    yield f"URL:{event.url}"
    yield "TRANSP:TRANSPARENT"
    yield "END:VEVENT"


def utc(at: datetime) -> str:
    """Return an instant in UTC, in whole seconds."""
    return f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def escaped(text: str) -> str:
    """Return a value of the type TEXT (section 3.3.11)."""
    for plain, written in (("\\", "\\\\"), (";", "\\;"), (",", "\\,"), ("\n", "\\n")):
        text = text.replace(plain, written)
    return text.replace("\r", "")


def folded(line: str) -> bytes:
    """Return a line with its end, in pieces of at most 75 octets (section 3.1).

    A letter of several octets is never cut.
    """
    pieces, piece = [], b""
    for letter in line:
        octets = letter.encode()
        if len(piece) + len(octets) > MOST_OCTETS:
            pieces.append(piece)
            piece = b" "
        piece += octets
    return b"\r\n".join([*pieces, piece]) + b"\r\n"
