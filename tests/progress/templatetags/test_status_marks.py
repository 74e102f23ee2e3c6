"""Tests of the marks of a status, and of their text for people who cannot see them."""

import re

import pytest
from django.template import Context, Template, TemplateSyntaxError
from django.utils.html import strip_tags

from progress.models import Status
from progress.positions.labels import (
    NO_UPDATE,
    NOT_REPORTED,
    none_label,
    part_label,
    status_label,
)

LOAD = "{% load status_marks %}"


def rendered(source, **context):
    return Template(LOAD + source).render(Context(context))


@pytest.mark.parametrize(
    ("status", "words"),
    [
        ("not_started", "Not started"),
        ("limited", "Limited progress"),
        ("substantial", "Substantial progress"),
        ("implemented", "Implemented"),
        ("not_applicable", "Not applicable"),
        ("no_update", "No update"),
    ],
)
def test_ball_has_a_name(status, words):
    assert status_label(status) == words
    html = rendered("{% harvey_ball status label=words %}", status=status, words=words)
    assert f'role="img" aria-label="{words}"' in html


def test_ball_beside_words_is_not_read_twice():
    html = rendered("{% harvey_ball 'limited' label='' %}")
    assert 'aria-hidden="true"' in html
    assert "aria-label" not in html


def test_every_status_has_a_shape_of_its_own():
    every = [*Status.values, NOT_REPORTED, NO_UPDATE]
    shapes = {
        rendered("{% harvey_ball status label='' %}", status=status) for status in every
    }
    assert len(shapes) == len(every)


def test_a_draft_without_a_status_says_so():
    assert "Status not decided yet" in rendered("{% status_mark status %}", status="")


def test_an_empty_position_has_no_label_but_the_one_its_reader_may_see():
    with pytest.raises(ValueError, match="not_reported"):
        status_label(NOT_REPORTED)
    assert part_label(NOT_REPORTED, none_label(reads_all=True)) == "Not reported"
    assert part_label(NOT_REPORTED, none_label(reads_all=False)) == "No released entry"
    assert part_label("limited", "No released entry") == "Limited progress"
    for tag in ("status_mix counts", "status_legend", "no_position"):
        with pytest.raises(TemplateSyntaxError, match="none_label"):
            rendered(f"{{% {tag} %}}", counts={})


def test_mark_says_what_it_shows():
    html = rendered("{% status_mark 'limited' is_at_risk=True is_current=False %}")
    assert "Limited progress" in html
    assert "no update" in html
    assert "At risk" in html


def test_mark_of_a_current_position_is_bare():
    html = rendered("{% status_mark 'implemented' %}")
    assert "no update" not in html
    assert "At risk" not in html


@pytest.mark.parametrize(
    ("status", "word"),
    [
        ("limited", "Limited"),
        ("substantial", "Substantial"),
        ("no_update", "No update"),
    ],
)
def test_cell_has_one_word(status, word):
    assert rendered("{{ status|short_status_label }}", status=status) == word


def test_parts_of_a_bar_fill_it_in_order():
    counts = {"not_reported": 1, "limited": 1, "implemented": 2, "not_started": 0}
    html = rendered('{% status_mix counts none_label="None" %}', counts=counts)
    drawn = re.findall(r'class="mix-(\w+)"><rect x="(.+?)" width="(.+?)"', html)
    assert drawn == [
        ("implemented", "0%", "50%"),
        ("limited", "50%", "25%"),
        ("not_reported", "75%", "25%"),
    ]
    assert re.findall(r"<text .+?>(\d+)</text>", html) == ["2", "1", "1"]


def test_bar_of_nothing_says_so():
    assert "Nothing counted yet" in rendered(
        '{% status_mix counts none_label="None" %}', counts={}
    )


def test_bar_says_its_numbers_in_a_list_or_as_its_name():
    counts = {"implemented": 3, "no_update": 2}
    listed = rendered('{% status_mix counts none_label="None" %}', counts=counts)
    # The drawing is hidden from screen readers, since the list has its numbers.
    heard = re.sub(r'<svg[^>]* aria-hidden="true">.*?</svg>', "", listed)
    assert " ".join(strip_tags(heard).split()) == "3 Implemented 2 No update"
    named = rendered(
        '{% status_mix counts none_label="None" has_list=False %}', counts=counts
    )
    assert 'aria-label="Implemented: 3, No update: 2"' in named


def test_legend_explains_every_mark():
    html = rendered(
        "{% status_legend none_label=none_label %}", none_label="Not reported"
    )
    words = [*Status.labels, "No update", "Not reported", "At risk", "sources"]
    assert all(str(word) in html for word in words)


def test_below_amber_nothing_is_called_not_reported():
    """Missing entries and entries that are not released look the same there."""
    word = "No released entry"
    for tag in (
        "{% status_legend none_label=word %}",
        "{% status_mix counts none_label=word %}",
        "{% no_position none_label=word %}",
        "{% status_mix counts has_list=False none_label=word %}",
    ):
        html = rendered(tag, word=word, counts={"not_reported": 2})
        assert word in html
        assert "Not reported" not in html
