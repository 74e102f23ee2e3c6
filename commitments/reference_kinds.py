"""The kinds of reference data that administrators see and change on pages."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.day_sentences import printed_instant_text
from accounts.languages import language_name
from accounts.models import AssessingBody, EditedRow, Member, Presidency
from commitments.models import Acronym, Commitment, Instrument, Summit


@dataclass(frozen=True)
class ReferenceKind:
    """One kind: its name in addresses, its rows, and the words of its pages."""

    slug: str
    model: type[EditedRow]
    title: Promise
    lede: Promise
    # How a row is called in headings.
    name_of: Callable[[Any], str]
    # The columns of the list, with the text of each row.
    columns: Mapping[Promise, Callable[[Any], object]]
    order: tuple[str, ...]
    related: tuple[str, ...] = ()
    # The label of the button that adds a row; none where no page adds one.
    add_label: Promise | None = None

    @property
    def rows(self) -> "QuerySet[Any]":
        rows: QuerySet[Any] = QuerySet(self.model).order_by(*self.order)
        return rows.select_related(*self.related) if self.related else rows

    @property
    def labels(self) -> dict[str, str]:
        """Return the names of the fields, for a difference."""
        return {name: str(FIELD_LABELS[name]) for name in self.model.edited_fields}


def _in_utc(at: datetime) -> str:
    """Return the instant of a change of the chair, which is midnight in UTC."""
    return printed_instant_text(at)


FIELD_LABELS = {
    "language": _("Language"),
    "skips_clearance": _("Skips clearance"),
    "member": _("Member"),
    "name": _("Name"),
    "year": _("Year"),
    "host": _("Host"),
    "place": _("Place"),
    "starts_on": _("First day"),
    "ends_on": _("Last day"),
    "kind": _("Kind"),
    "owner": _("Owner"),
    "short_title": _("Short title"),
    "short_name": _("Short name"),
    "website": _("Website"),
    "acronym": _("Acronym"),
    "meaning": _("Long form"),
}
KINDS = {
    kind.slug: kind
    for kind in (
        ReferenceKind(
            "members",
            Member,
            _("Members"),
            _("The language of new drafts, and whether a head must clear entries."),
            name_of=str,
            columns={
                _("Code"): lambda row: row.code,
                _("Language"): lambda row: language_name(row.language),
                _("Clearance"): lambda row: (
                    _("Skipped") if row.skips_clearance else _("By the head")
                ),
            },
            order=("-kind", "name"),
        ),
        ReferenceKind(
            "presidencies",
            Presidency,
            _("Presidencies"),
            _(
                "Rights of coordinators follow from these. A Presidency that has begun"
                " cannot be changed."
            ),
            name_of=lambda row: f"{row.starts_at:%Y}",
            columns={
                _("Member"): lambda row: row.member,
                _("Begins"): lambda row: _in_utc(row.starts_at),
                _("Ends"): lambda row: _in_utc(row.ends_at),
            },
            order=("-starts_at",),
            related=("member",),
            add_label=_("Add the next Presidency"),
        ),
        ReferenceKind(
            "summits",
            Summit,
            _("Summits"),
            _("The meetings of the leaders, held or announced."),
            name_of=str,
            columns={
                _("Host"): lambda row: row.host,
                _("Place"): lambda row: row.place,
                _("First day"): lambda row: row.starts_on,
                _("Last day"): lambda row: row.ends_on,
            },
            order=("-year", "-pk"),
            related=("host",),
            add_label=_("Add a summit"),
        ),
        ReferenceKind(
            "instruments",
            Instrument,
            _("Instruments"),
            _(
                "What commitments name, and who owns it. What concerns an instrument"
                " names it, or names what it owns."
            ),
            name_of=str,
            columns={
                _("Kind"): lambda row: row.get_kind_display(),
                _("Owner"): lambda row: row.owner or "",
            },
            order=("name", "pk"),
            related=("owner",),
            add_label=_("Add an instrument"),
        ),
        ReferenceKind(
            "assessing-bodies",
            AssessingBody,
            _("Assessing bodies"),
            _(
                "Independent bodies that score what members do. Their assessors are"
                " under People."
            ),
            name_of=str,
            columns={
                _("Short name"): lambda row: row.short_name,
                _("Website"): lambda row: row.website,
            },
            order=("name", "pk"),
            add_label=_("Add an assessing body"),
        ),
        ReferenceKind(
            "short-titles",
            Commitment,
            _("Short titles"),
            _(
                "What commitments are called in lists and headings. Their official"
                " wording never changes."
            ),
            name_of=lambda row: row.heading,
            columns={_("Plan"): lambda row: row.plan},
            order=("-plan__adopted_on", "plan_id", "position"),
            related=("plan",),
        ),
        ReferenceKind(
            "acronyms",
            Acronym,
            _("Acronyms"),
            _("A report explains those that it contains."),
            name_of=str,
            columns={_("Long form"): lambda row: row.meaning},
            order=("acronym",),
            add_label=_("Add an acronym"),
        ),
    )
}
