"""Tests of the format of calendars: RFC 5545, read back by a reader of these tests."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from partners.feeds.icalendar import CalendarEvent, calendar_of, escaped, folded

AT = datetime(2017, 5, 1, 12, tzinfo=UTC)
EVENT = CalendarEvent("due-1@g7plan", AT, "A; b, c\\d", "https://e.org/", AT)
TEXTS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=200)


def unfolded(calendar: bytes) -> list[str]:
    """Return the lines, as section 3.1 says how to read them."""
    assert calendar.endswith(b"\r\n")
    assert b"\n" not in calendar.replace(b"\r\n", b"")
    lines = calendar.removesuffix(b"\r\n").split(b"\r\n")
    assert max(map(len, lines)) <= 75
    for line in lines:
        line.decode()  # no letter is cut
    return calendar.replace(b"\r\n ", b"").decode().removesuffix("\r\n").split("\r\n")


@given(TEXTS)
def test_a_long_line_is_folded_and_nothing_is_lost(text):
    assert unfolded(folded(f"SUMMARY:{text}")) == [f"SUMMARY:{text}"]


@given(TEXTS)
def test_a_text_is_escaped_and_can_be_read_back(text):
    written = iter(escaped(text))
    read = "".join(next(written) if letter == "\\" else letter for letter in written)
    assert read == text


def test_a_calendar_is_as_the_standard_says():
    lines = unfolded(calendar_of("Deadlines", [EVENT], "fr"))
    assert lines[0:3] == [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//g7plan//deadlines//EN",
    ]
    assert lines[-1] == "END:VCALENDAR"
    begin, end = lines.index("BEGIN:VEVENT"), lines.index("END:VEVENT")
    assert lines[begin + 1 : end] == [
        "UID:due-1@g7plan",
        "DTSTAMP:20170501T120000Z",
        "DTSTART:20170501T120000Z",
        "SUMMARY;LANGUAGE=fr:A\\; b\\, c\\\\d",
        "URL:https://e.org/",
        "TRANSP:TRANSPARENT",
    ]


def test_an_instant_is_written_in_utc():
    tokyo = datetime.fromisoformat("2017-05-01T21:00:00+09:00")
    moved = CalendarEvent("u", tokyo, "s", "https://e.org/", AT - timedelta(days=1))
    lines = unfolded(calendar_of("n", [moved], "en-gb"))
    assert "DTSTART:20170501T120000Z" in lines
    assert "DTSTAMP:20170430T120000Z" in lines


def test_a_calendar_without_events_is_one_too():
    assert "BEGIN:VEVENT" not in unfolded(calendar_of("n", [], "en-gb"))
