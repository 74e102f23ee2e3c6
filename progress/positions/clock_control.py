"""The clock control: one day moves both clocks of rule 3, from adoption to today."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal, NamedTuple
from urllib.parse import urlencode

from django.db.models import DateField, DateTimeField, IntegerField, QuerySet, Value
from django.forms import Form
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from accounts.compiled_queries import CompiledOnce
from accounts.dates import reader_day, utc_day
from accounts.day_sentences import day_as, exact_instant_text
from commitments.models import Summit
from progress.models import Stocktake
from progress.positions.clocks import Clocks
from progress.positions.viewpoint import Viewpoint

# A page that shows another day starts at its beginning again.
_CLOCKS = ("at", "known_at")
_PLACE = ("page", "entry")
MOST_MARKS = 60

_Asked = Sequence[tuple[str, str]]


@dataclass(frozen=True)
class ClockMark:
    """A day to go to: the end of a summit, or the opening or close of a stocktake."""

    kind: Literal["summit", "stocktake"]
    label: str
    day: date
    # Its place on the line, as SVG writes it: from "0.00%" to "100.00%".
    place: str
    url: str
    is_shown: bool


@dataclass(frozen=True)
class ClockControl:
    """What `components/_clocks.html` shows. `form` is the page's `ClockForm`."""

    form: Form
    clocks: Clocks
    # Where the form leads, and what else the page was asked for.
    path: str
    kept: _Asked
    # The ends of the line.
    first: date
    last: date
    marks: Sequence[ClockMark]
    now_url: str
    # The same day without the second clock.
    together_url: str

    @property
    def steps(self) -> int:
        """The number of days on the line, without its first."""
        return (self.last - self.first).days

    @property
    def day(self) -> date:
        """The day on the line that is nearest to the one shown."""
        return min(max(self.clocks.at, self.first), self.last)

    @property
    def step(self) -> int:
        return (self.day - self.first).days

    @property
    def sentence(self) -> str:
        return shown_sentence(self.clocks)

    @property
    def is_apart(self) -> bool:
        """Whether the second clock was asked for, and so does not follow the day."""
        return bool(self.form["known_at"].value())


def clock_control(
    viewpoint: Viewpoint,
    form: Form,
    *,
    path: str,
    asked: Mapping[str, Sequence[str]],
    since: date | None = None,
) -> ClockControl:
    """Return the control of a page with this address. One query.

    `asked` are the values of its query, of which all but the clocks and the place in a
    list are kept. The line begins with `since`, or with the adoption of the plan.
    """
    first = since or viewpoint.plan.adopted_on
    today = reader_day(viewpoint.reading_at, viewpoint.reader.time_zone)
    last = max(first, today)
    kept = [
        (name, value)
        for name, values in asked.items()
        for value in values
        if name not in (*_CLOCKS, *_PLACE)
    ]
    return ClockControl(
        form=form,
        clocks=viewpoint.clocks,
        path=path,
        kept=kept,
        first=first,
        last=last,
        marks=list(_marks(viewpoint, first, last, path=path, kept=kept)),
        now_url=_address(path, kept),
        together_url=_address(path, kept, viewpoint.clocks.at),
    )


def shown_sentence(clocks: Clocks) -> str:
    """Return what a page with these clocks shows: as of which day, as known when."""
    day = day_as(clocks.at)
    if clocks.is_now:
        return _("Now: as of today, as known at this moment")
    if clocks.is_one_day:
        return _("As of %(day)s, as known at the end of that day in UTC") % {"day": day}
    known_at = exact_instant_text(localtime(clocks.known_at), "DATE_FORMAT")
    return _("As of %(day)s, as known at %(when)s") % {"day": day, "when": known_at}


class _Marked(NamedTuple):
    """A row of the query: a summit with its day, or a stocktake with an instant."""

    title: str
    year: int | None
    day: date | None
    opened_at: datetime | None
    closed_at: datetime | None


def _marks(
    viewpoint: Viewpoint, first: date, last: date, *, path: str, kept: _Asked
) -> Iterable[ClockMark]:
    found = [_Marked(*row) for row in _found(plan=viewpoint.plan.pk)]
    on_line = [(day, row) for row in found if first <= (day := _day_of(row)) <= last]
    for day, row in sorted(on_line, key=lambda found: found[0])[-MOST_MARKS:]:
        share = (day - first).days / max(1, (last - first).days)
        yield ClockMark(
            kind="stocktake" if row.day is None else "summit",
            label=_label(row),
            day=day,
            place=f"{share:.2%}",
            url=_address(path, kept, day),
            is_shown=day == viewpoint.clocks.at and viewpoint.clocks.is_one_day,
        )


def _day_of(row: _Marked) -> date:
    instant = row.closed_at or row.opened_at
    return row.day or (utc_day(instant) if instant else date.min)


def _label(row: _Marked) -> str:
    if row.day is not None:
        return _("Summit: %(name)s %(year)s") % {"name": row.title, "year": row.year}
    if row.closed_at is not None:
        return _("Close of %(stocktake)s") % {"stocktake": row.title}
    return _("Opening of %(stocktake)s") % {"stocktake": row.title}


def _address(path: str, kept: _Asked, day: date | None = None) -> str:
    query = [*kept, *([("at", day.isoformat())] if day else [])]
    return f"{path}?{urlencode(query)}" if query else path


@CompiledOnce
def _found(*, plan: int) -> QuerySet[Stocktake, Any]:
    """Return the summits that have a day, and the stocktakes that have opened.

    A stocktake that is closed counts at its close: its positions are complete then.
    """
    no_day = Value(None, output_field=DateField())
    no_instant = Value(None, output_field=DateTimeField())
    no_year = Value(None, output_field=IntegerField())
    summits = Summit.objects.filter(ends_on__isnull=False)
    stocktakes = Stocktake.objects.filter(plan=plan, opened_at__isnull=False)
    return stocktakes.values_list(
        "title", no_year, no_day, "opened_at", "closed_at"
    ).union(
        summits.values_list("name", "year", "ends_on", no_instant, no_instant),
        all=True,
    )
