"""Tests of chips: each filter in use, and the address without it."""

import pytest
from django import forms
from django.http import QueryDict
from django.template.loader import render_to_string

from progress.views.chips import FilterChip, filter_chips
from tests.progress.reading import words_in


class Narrowing(forms.Form):
    """A form with every kind of filter."""

    q = forms.CharField(label="Words", required=False)
    kind = forms.ChoiceField(
        label="Kind", required=False,
        choices=[("", "All"), ("Group", [("a", "First"), ("b", "Second")])],
    )  # fmt: skip
    member = forms.MultipleChoiceField(
        label="Members", required=False, choices=[("JP", "Japan"), ("FR", "France")]
    )
    late = forms.ChoiceField(label="Late", required=False, choices=[("yes", "Late")])
    at = forms.DateField(required=False)


NAMES = ["q", "kind", "member", "late"]


def chips_of(query: str):
    form = Narrowing(QueryDict(query))
    assert form.is_valid()
    return filter_chips(form, QueryDict(query), names=NAMES)


@pytest.mark.parametrize(
    ("query", "chips"),
    [
        ("", []),
        ("kind=&q=", []),
        ("kind=b", [("Kind", "Second", "?")]),
        ("late=yes&at=2026-01-01", [("", "Late", "?at=2026-01-01")]),
        ("q=a+%26+b&page=3&format=csv", [("Words", "a & b", "?")]),
        (
            "member=JP&member=FR&kind=a&order=age",
            [
                ("Kind", "First", "?member=JP&member=FR&order=age"),
                ("Members", "Japan", "?member=FR&kind=a&order=age"),
                ("Members", "France", "?member=JP&kind=a&order=age"),
            ],
        ),
        # Of a filter with one value the last counts, and all of them go.
        ("kind=a&kind=b", [("Kind", "Second", "?")]),
    ],
)
def test_a_chip_for_each_value_leads_to_the_page_without_it(query, chips):
    assert chips_of(query).chips == [FilterChip(*chip) for chip in chips]


def test_all_filters_can_go_at_once_and_the_rest_stays():
    assert chips_of("q=x&kind=a&at=2026-01-01&page=2").clear_url == "?at=2026-01-01"


def test_chips_show_what_was_typed_as_text():
    html = render_to_string(
        "components/_chips.html", {"filters": chips_of("q=<b>x</b>&kind=a")}
    )
    assert "<b>" not in html
    assert words_in(html) == (
        "Remove this filter: Words: <b>x</b> Remove this filter: Kind: First"
        " Remove all filters"
    )


def test_without_filters_there_is_nothing():
    html = render_to_string("components/_chips.html", {"filters": chips_of("")})
    assert html.strip() == ""
