"""Sample values for the page that shows every component. None of it is real."""

from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

from django import forms
from django.core.paginator import Paginator

from accounts.dates import utc_day
from accounts.typed.fields import LineField, MailAddressField, MultilineField
from progress.models import Handling, State, Status
from progress.positions.charts.chart import Chart, ChartBar
from progress.positions.charts.columns import Column, ColumnMark
from progress.positions.drawings import PartOfBar
from progress.positions.figures import ORDER, PARTS
from progress.positions.labels import (
    NO_UPDATE,
    NOT_REPORTED,
    none_label,
    short_status_label,
)

MEMBERS = {
    "CA": "Canada",
    "FR": "France",
    "DE": "Germany",
    "IT": "Italy",
    "JP": "Japan",
    "GB": "United Kingdom",
    "US": "United States",
    "EU": "European Union",
}
# A few rows of the Ise-Shima plan.
HEADINGS = {
    "1.2": "Information Sharing and Cooperation",
    "1.3": "Border Security",
    "2": "Empowering Alternative Voices and Tolerance in Society",
}
COMMITMENTS = {
    "1.2.1": "Information sharing at home and abroad",
    "1.2.3": "INTERPOL connectivity at borders",
    "1.3.2": "PNR and API",
    "2.3": "Pluralism, tolerance and gender equality",
    "2.5": "Strategic communication",
}
# One letter for each member: i(mplemented), s(ubstantial), l(imited), n(ot started), a
# (not applicable), - (not reported). A capital is an entry from before the last summit.
PATTERNS = {
    "1.2.1": "sislsis-",
    "1.2.3": "lSl-sinl",
    "1.3.2": "iiislisa",
    "2.3": "lnl-sLli",
    "2.5": "sslnLsi-",
}
LETTERS = {
    "i": Status.IMPLEMENTED,
    "s": Status.SUBSTANTIAL,
    "l": Status.LIMITED,
    "n": Status.NOT_STARTED,
    "a": Status.NOT_APPLICABLE,
}
STATES = [None, None, State.SUBMITTED, None, None, State.PUBLISHED, None]
AGES = ["4 days", "3 weeks", "6 weeks", "2 months"]
BEFORE = (
    "Two of the five priority bureaus were connected to the I-24/7 network. A first"
    " training course was held in March."
)
AFTER = (
    "Four of the five priority bureaus are connected to the I-24/7 network at all air"
    " borders. A second training course was held in October."
)
TYPED = """\
26. Mai 2016: adopted in **Ise-Shima**
9. September 2016: see the [report](https://example.org/report)

• Border checks
\t• at airports
\t• at seaports

Member\t2016\t2017
France\t5\t7
Japan\t3\t9

- مكافحة الإرهاب في عام 2016"""
# The parts of the page: their ids, which are also names of templates, and headings.
PAGE_PARTS = [
    ("words", "Text"),
    ("marks", "Marks"),
    ("buttons", "Buttons"),
    ("forms", "Forms"),
    ("notices", "Notices and blocks"),
    ("finding", "Finding the way"),
    ("lists", "Lists"),
    ("figures", "Figures"),
    ("matrix", "Matrix"),
    ("editing", "Editing"),
    ("decisions", "Decisions"),
    ("conversation", "Comments and questions"),
]
MIX = {
    "implemented": 31,
    "substantial": 64,
    "limited": 58,
    "not_started": 12,
    "not_applicable": 5,
    "no_update": 21,
    "not_reported": 33,
}


class SampleForm(forms.Form):
    """One field of each kind."""

    name = LineField(label="Name", max_length=120)
    email = MailAddressField(
        label="E-mail address", help_text="The invitation is sent to this address."
    )
    as_of = forms.DateField(
        label="As of",
        help_text="The day on which this was true.",
        # A date control needs ISO format in every language.
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )
    handling = forms.ChoiceField(label="Handling", choices=Handling.choices)
    narrative = MultilineField(
        label="Narrative",
        help_text="What was done, and with what result. You can use **bold**,"
        " - lists, [links](https://…) and tables.",
        max_length=10_000,
        required=False,
    )
    status = forms.ChoiceField(
        label="Status", choices=Status.choices, widget=forms.RadioSelect
    )
    roles = forms.MultipleChoiceField(
        label="Roles",
        choices=[("officer", "Delegation officer"), ("head", "Head of delegation")],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    is_at_risk = forms.BooleanField(
        label="At risk",
        help_text="The target date will be missed unless something changes.",
        required=False,
    )
    code = LineField(label="Code", disabled=True, initial="1.2.3", required=False)


class SampleClockForm(forms.Form):
    """The fields of the clock control."""

    at = forms.DateField(
        label="Day to show",
        required=False,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )
    known_at = LineField(label="As known at", required=False)


def samples(*, at: datetime) -> dict[str, Any]:
    """Return the context of `g7plan/styleguide/styleguide.html`."""
    typed = {"email": "officer.jp", "as_of": utc_day(at), "handling": "green"}
    return {
        **ways_through(at),
        "parts": PAGE_PARTS,
        "matrix": matrix(),
        "strip": strip(),
        "form": SampleForm(typed),
        "status_form": SampleForm({**typed, "status": "limited"}, auto_id="edit_%s"),
        "mix": MIX,
        "none_label": none_label(reads_all=True),
        "typed": TYPED,
        "before": BEFORE,
        "after": AFTER,
        "due_at": at + timedelta(days=12, hours=3),
        "passed_at": at - timedelta(days=2),
        "handlings": Handling.values,
        "states": State.choices,
        "statuses": [*Status.choices, (NOT_REPORTED, none_label(reads_all=True))],
        "tasks": tasks(),
        "overtaken": [{"field": "Name", "before": "A. Sato", "after": "Aiko Sato"}],
        "chart": chart(),
        "coverage_bar": ChartBar(
            "", [PartOfBar("published", "", 21), PartOfBar("missing", "", 7)]
        ).drawing,
        "text_before": SimpleNamespace(narrative=BEFORE, language="en"),
        "text_after": SimpleNamespace(narrative=AFTER, language="en"),
        "mix_of_a_member": {part: count // 8 for part, count in MIX.items()},
        "day": utc_day(at),
    }


def ways_through(at: datetime) -> dict[str, Any]:
    """Return what helps to find the way: links, filters, pages of a list, the clock."""
    tabs = ["Matrix", "By member", "By instrument"]
    return {
        "breadcrumb": [{"label": "Home", "url": "/"}],
        "navigation_sample": ["Home", "Tasks", "Matrix"],
        "tabs": [
            {"label": tab, "url": "#", "is_current": tab == "Matrix"} for tab in tabs
        ],
        "page": Paginator(range(100), 20).page(2),
        "filters": {
            "chips": [
                {"label": "Member", "value": "Japan", "url": "#"},
                {"label": "", "value": "At risk", "url": "#"},
            ],
            "clear_url": "#",
        },
        "clock": clock(at),
    }


def chart() -> Chart:
    """Return a chart with every part of a bar, and with columns and a mark."""
    rows = {
        "Status": ORDER,
        "Change": ("up", "new", "same", "other", "down", "gone"),
        "Coverage": ("published", "submitted", "missing"),
    }
    older = [
        PartOfBar(part, part, 4, is_older=True)
        for part in ("implemented", "substantial", "limited")
    ]
    bars = [
        ChartBar(label, [PartOfBar(part, part, 5) for part in parts])
        for label, parts in rows.items()
    ]
    days = [
        Column(
            [PartOfBar("published", "", 4 * day), PartOfBar("submitted", "", 5)],
            label=f"{day} Oct",
            number=str(4 * day + 5),
        )
        for day in range(1, 6)
    ]
    return Chart(
        slug="sample",
        title="Bars and columns",
        finding="20 of 28 entries are published, and 5 are with the Presidency.",
        key=[(part, part) for parts in rows.values() for part in parts],
        headings=["Day", "Published", "With the Presidency"],
        rows=[[f"{day} Oct", 4 * day, 5] for day in range(1, 6)],
        address="#",
        note="Counted from the entries released to you.",
        bars=[*bars, ChartBar("Older", older)],
        columns=days,
        most=28,
        marks=[ColumnMark(0.2, "Opened"), ColumnMark(0.7, "Due")],
    )


def clock(at: datetime) -> dict[str, Any]:
    """Return a control of both clocks that shows a day in the past."""
    first, day = utc_day(at - timedelta(days=200)), utc_day(at - timedelta(days=40))
    form = SampleClockForm({"at": day}, auto_id="clock_%s")
    marks = [("summit", "50%", "Summit", 100), ("stocktake", "80%", "Stocktake", 160)]
    return {
        "form": form,
        "path": "#",
        "kept": [],
        "sentence": f"As of {day.isoformat()}",
        "clocks": {"is_now": False},
        "now_url": "#",
        "steps": 200,
        "step": 160,
        "first": first,
        "day": day,
        "last": utc_day(at),
        "marks": [
            {
                "kind": kind,
                "place": place,
                "label": label,
                "day": first + timedelta(days=days),
                "url": "#",
                "is_shown": kind == "stocktake",
            }
            for kind, place, label, days in marks
        ],
        "is_apart": False,
    }


def matrix() -> dict[str, Any]:
    """Return a few rows of the matrix, with every kind of cell."""
    groups = [
        {
            "code": code,
            "title": title,
            "rows": [_commitment_row(c) for c in COMMITMENTS if c.startswith(code)],
        }
        for code, title in HEADINGS.items()
    ]
    members = [{"code": code, "name": name} for code, name in MEMBERS.items()]
    label = "Commitments by member"
    return {"label": label, "members": members, "groups": groups}


def strip() -> list[dict[str, Any]]:
    """Return the marks of one commitment: past, changed, at risk, and none."""
    marks = [*PARTS, "limited"]
    return [
        {
            "member": {"code": code},
            "url": "#",
            "mark": mark if mark != NO_UPDATE else "substantial",
            "is_past": mark == NO_UPDATE,
            "change": {"implemented": "up", "not_started": "down"}.get(mark, ""),
            "position": {"is_at_risk": mark == "limited"},
            "words": name,
        }
        for (code, name), mark in zip(MEMBERS.items(), marks, strict=False)
    ]


def _commitment_row(code: str) -> dict[str, Any]:
    cells = [
        _cell(f"{name}, {code}", letter, place=len(code) * 7 + place)
        for place, (name, letter) in enumerate(
            zip(MEMBERS.values(), PATTERNS[code], strict=True)
        )
    ]
    return {"code": code, "text": COMMITMENTS[code], "url": "#", "cells": cells}


def _cell(name: str, letter: str, *, place: int) -> dict[str, Any]:
    status = LETTERS.get(letter.lower())
    if status is None:
        return {
            "name": name,
            "url": "#",
            "status": NOT_REPORTED,
            "label": none_label(reads_all=True),
        }
    state = STATES[place % len(STATES)]
    return {
        "name": name,
        "url": "#",
        "status": status.value,
        "label": short_status_label(status),
        "is_current": letter.islower(),
        "is_at_risk": letter == "l" and place % 3 == 0,
        "age": AGES[place % len(AGES)] if letter.islower() else "7 months",
        "evidence_count": place % 4,
        "state": state,
        "state_label": state.label if state else "",
    }


def tasks() -> list[dict[str, Any]]:
    """Return an officer's rows: commitment, last position and state of the draft."""
    states = [State.DRAFT, State.RETURNED, None, State.IN_CLEARANCE, State.SUBMITTED]
    return [
        {
            "code": code,
            "text": text,
            "status": (LETTERS.get(PATTERNS[code][4]) or Status.NOT_STARTED).value,
            "state": state,
            "state_label": state.label if state else "",
        }
        for (code, text), state in zip(COMMITMENTS.items(), states, strict=True)
    ]
