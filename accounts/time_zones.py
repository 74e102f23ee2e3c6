"""The time zones a person can choose, and the one a delegation usually sits in."""

import zoneinfo
from functools import cache
from itertools import groupby

# The capital of each member. A summit may name a member that is not in this list.
CAPITALS = {
    "CA": "America/Toronto",
    "DE": "Europe/Berlin",
    "EU": "Europe/Brussels",
    "FR": "Europe/Paris",
    "GB": "Europe/London",
    "IT": "Europe/Rome",
    "JP": "Asia/Tokyo",
    "US": "America/New_York",
}
# The other names of the time zone database are old spellings and offsets.
REGIONS = frozenset(
    {
        "Africa", "America", "Antarctica", "Arctic", "Asia", "Atlantic", "Australia",
        "Europe", "Indian", "Pacific",
    }
)  # fmt: skip


def usual_time_zone(member: str | None) -> str:
    """Return the time zone of a member's capital, or UTC if it is not known."""
    zone = CAPITALS.get(member or "")
    return zone if zone in known_time_zones() else "UTC"


@cache
def known_time_zones() -> tuple[str, ...]:
    """Return UTC, and then every place, sorted by name."""
    places = (
        name
        for name in zoneinfo.available_timezones()
        if name.partition("/")[0] in REGIONS
    )
    return ("UTC", *sorted(places))


def time_zone_choices() -> list[tuple[str, str] | tuple[str, list[tuple[str, str]]]]:
    """Return the choices of a select element: UTC, then the places by region."""
    utc, *places = known_time_zones()
    choices: list[tuple[str, str] | tuple[str, list[tuple[str, str]]]] = [(utc, utc)]
    for region, names in groupby(places, key=lambda name: name.partition("/")[0]):
        choices.append((region, [(name, _place(name)) for name in names]))
    return choices


def _place(name: str) -> str:
    """Return "Argentina, Buenos Aires" for America/Argentina/Buenos_Aires."""
    return name.partition("/")[2].replace("/", ", ").replace("_", " ")
