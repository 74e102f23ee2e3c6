"""The two clocks of rule 3: what was true on a day, as it was known at an instant.

One day moves both clocks. Pages, the API and reports read and check them here.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.dates import end_of_day, utc_day
from accounts.day_sentences import instant_text, today_in_utc
from progress.models import Stocktake


@dataclass(frozen=True)
class Clocks:
    """The two clocks: what was true on a day, as it was known at an instant."""

    at: date
    known_at: datetime
    # Until when a stocktake must have opened to be the one in hand on the day.
    in_hand_at: datetime
    is_now: bool = True

    @classmethod
    def now(cls, instant: datetime) -> "Clocks":
        """Return both clocks at this exact instant."""
        return cls(utc_day(instant), instant, instant)

    @classmethod
    def asked(
        cls, at: date | None, known_at: datetime | None, *, now: datetime
    ) -> "Clocks":
        """Return the clocks asked for. One of them alone moves the other with it.

        A day means its end, in UTC, and today means now.
        """
        if at is None:
            at = utc_day(known_at or now)
        end = min(end_of_day(at), now)
        is_now = known_at is None and at == utc_day(now)
        return cls(at, known_at or end, end, is_now)

    @property
    def is_one_day(self) -> bool:
        """Whether both clocks are at the end of one day."""
        return self.known_at == end_of_day(self.at)

    @property
    def query(self) -> str:
        """The clocks as the query of an address; empty for now."""
        if self.is_now:
            return ""
        known_at = self.known_at.astimezone(UTC).isoformat().replace("+00:00", "Z")
        apart = "" if self.is_one_day else f"&known_at={known_at}"
        return f"?at={self.at.isoformat()}{apart}"


def require_clocks(
    at: date | None,
    known_at: datetime | None,
    *,
    now: datetime,
    stocktake: Stocktake | None = None,
) -> None:
    """Refuse clocks in the future, of a part of a second, or before the stocktake.

    `None` is a clock that was not asked for. Raises ValidationError: a dict of `at` and
    `known_at`.
    """
    problems: dict[str, list[ValidationError]] = {}
    if at is not None:
        problems["at"] = _wrong_day(at, now, stocktake)
    if known_at is not None:
        problems["known_at"] = _wrong_instant(known_at, now, stocktake)
    found = {name: errors for name, errors in problems.items() if errors}
    if found:
        raise ValidationError(found)


def whole_seconds_problem() -> str:
    """Return the sentence that refuses a part of a second."""
    return _("Write whole seconds, without a fraction: 2017-05-20T12:00:00.")


def _wrong_day(
    at: date, now: datetime, stocktake: Stocktake | None
) -> list[ValidationError]:
    if at > utc_day(now):
        sentence = _("This day is in the future.")
        today = today_in_utc(utc_day(now))
        return [ValidationError(f"{sentence} {today}", code="future")]
    return _before(stocktake, end_of_day(at))


def _wrong_instant(
    known_at: datetime, now: datetime, stocktake: Stocktake | None
) -> list[ValidationError]:
    if known_at.microsecond:
        return [ValidationError(whole_seconds_problem(), code="fraction")]
    if known_at > now:
        return [
            ValidationError(
                _("This instant is in the future. Choose now or an earlier instant."),
                code="future",
            )
        ]
    return _before(stocktake, known_at)


def _before(stocktake: Stocktake | None, instant: datetime) -> list[ValidationError]:
    """Return the fault of a clock that is before the stocktake has opened."""
    if stocktake is None:
        return []
    if stocktake.opened_at is None:
        return [
            ValidationError(
                _("%(stocktake)s has not opened yet. Choose another stocktake."),
                code="before_stocktake",
                params={"stocktake": stocktake.title},
            )
        ]
    if instant >= stocktake.opened_at:
        return []
    return [
        ValidationError(
            _(
                "%(stocktake)s had not opened by then. It opened on %(when)s."
                " Choose a time after that."
            ),
            code="before_stocktake",
            params={
                "stocktake": stocktake.title,
                "when": instant_text(timezone.localtime(stocktake.opened_at)),
            },
        )
    ]
