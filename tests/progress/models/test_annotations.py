"""Tests of missing annotations: reading one raises an error that names the method."""

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.conf import settings
from django.template import Context, Template

from progress.models import Comment, Entry, Stocktake, Transition
from progress.models.annotations import Annotation, NotAnnotatedError
from progress.models.choices import State
from progress.permissions import allowed_verbs
from progress.positions.position import positions_from
from progress.querysets import conversations, entries, stocktakes
from progress.stocktakes.deadlines import annotated_deadline
from progress.transitions import Verb, is_legal
from tests.factories import make_entry, member_commitment_of

A_CONDITION = re.compile(r"{% (?:el)?if (.*?) %}")
ANNOTATIONS = [
    (model, name, annotation)
    for model in (Entry, Stocktake, Comment, Transition)
    for name, annotation in vars(model).items()
    if isinstance(annotation, Annotation)
]
SETTERS = {
    "EntryQuerySet.with_successors": {"has_live_successor"},
    "EntryQuerySet.redacted_to": {"is_supersession_seen"},
    "EntryQuerySet.with_visible_unchanged_since": {"visible_unchanged_since"},
    "EntryQuerySet.with_releases": {"was_released"},
    "EntryQuerySet.annotated": {"evidence_count", "shows_again"},
    "EntryQuerySet.with_in_force": {"is_in_force"},
    "EntryQuerySet.with_public_agreement": {"is_agreed_public"},
    "EntryQuerySet.with_time": {"extended_until"},
    "EntryQuerySet.with_last_move": {"last_verb", "last_reason"},
    "EntryQuerySet.with_last_comment": {"last_comment_member", "last_comment_at"},
    "EntryQuerySet.with_comment_count": {"comment_count"},
    "StocktakeQuerySet.with_time_for": {"extended_until"},
    "CommentQuerySet.with_chair_then": {"chair_then"},
    "TransitionQuerySet.with_chair_then": {"chair_then"},
}


@pytest.fixture
def entry(plan, officer_jp, stocktake):
    mine = member_commitment_of(plan, "1.2.2", "JP")
    made = make_entry(
        mine, by=officer_jp, state=State.PUBLISHED, stocktake=stocktake, evidence=1
    )
    return Entry.objects.get(pk=made.pk)


def test_every_annotation_is_known_here():
    named: dict[str, set[str]] = {}
    for _model, name, annotation in ANNOTATIONS:
        named.setdefault(annotation.set_by, set()).add(name)
    assert named == SETTERS


def test_no_condition_of_a_template_swallows_that_error():
    """Django reads an error inside `not a`, `a and b` or `a == b` as false.

    A condition of one name alone raises it.
    """
    names = {name for _model, name, _annotation in ANNOTATIONS}
    names |= {"shown_kind", "is_shown_as_update", "is_shown_as_correction"}
    conditions = [
        (path.name, re.findall(r"\w+", condition))
        for path in (Path(settings.BASE_DIR) / "templates").rglob("*.html")
        for condition in A_CONDITION.findall(path.read_text("utf-8"))
        if " " in condition
    ]
    assert len(conditions) > 20
    assert [each for each in conditions if names & set(each[1])] == []


@pytest.mark.parametrize(
    ("model", "name", "annotation"),
    ANNOTATIONS,
    ids=[f"{model.__name__}.{name}" for model, name, _annotation in ANNOTATIONS],
)
def test_reading_what_no_query_added_raises_and_names_the_verb(model, name, annotation):
    with pytest.raises(NotAnnotatedError, match=f"{model.__name__}.{name} .*") as error:
        getattr(model(), name)
    assert annotation.set_by in str(error.value)
    queryset, verb = annotation.set_by.split(".")
    modules = (entries, stocktakes, conversations)
    (found,) = {
        getattr(module, queryset) for module in modules if hasattr(module, queryset)
    }
    assert callable(getattr(found, verb))


def test_no_default_of_getattr_hides_it(entry):
    with pytest.raises(NotAnnotatedError):
        getattr(entry, "was_released", False)
    with pytest.raises(NotAnnotatedError):
        hasattr(entry, "was_released")
    with pytest.raises(NotAnnotatedError):
        Template("{{ entry.shows_again }}").render(Context({"entry": entry}))


@pytest.mark.parametrize("verb", [Verb.CORRECT, Verb.WITHDRAW])
def test_no_rule_decides_about_an_entry_that_was_read_without(entry, verb, officer_jp):
    with pytest.raises(NotAnnotatedError):
        is_legal(verb, entry)
    with pytest.raises(NotAnnotatedError):
        allowed_verbs(officer_jp, entry, at=datetime.now(UTC))
    assert is_legal(verb, Entry.objects.with_successors().get(pk=entry.pk))


def test_no_kind_is_shown_of_an_entry_that_was_read_without(entry):
    with pytest.raises(NotAnnotatedError):
        _ = entry.shown_kind
    every = Entry.objects.all()
    assert every.redacted_to(every).get(pk=entry.pk).shown_kind == Entry.Kind.UPDATE


def test_no_position_is_made_of_an_entry_that_was_read_without(entry):
    with pytest.raises(NotAnnotatedError):
        positions_from([entry], None)


def test_no_deadline_is_told_of_a_stocktake_that_was_read_without(stocktake):
    at = stocktake.due_at
    with pytest.raises(NotAnnotatedError):
        annotated_deadline(Stocktake.objects.get(pk=stocktake.pk), at)
    timed = Stocktake.objects.with_time_for("JP").get(pk=stocktake.pk)
    assert annotated_deadline(timed, at).accepted_until == stocktake.grace_ends_at


def test_what_the_query_added_stays_when_the_row_is_read_again(entry):
    read = Entry.objects.with_successors().defer("narrative").get(pk=entry.pk)
    read.refresh_from_db()
    assert read.narrative == entry.narrative
    assert read.has_live_successor is False
