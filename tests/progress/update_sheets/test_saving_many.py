"""Saving many updates at once writes what saving each of them alone writes."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from accounts.models import User
from accounts.versions import StaleRow
from audit.models import Event
from progress.actions.drafting import draft_entry, edit_entry
from progress.actions.saving_many import TextsNotSaved, TextToSave, save_texts
from progress.entries.text import EntryText, EvidenceItem
from progress.models import (
    Entry,
    EntryAuthor,
    EntryEvidence,
    EntrySearch,
    State,
    Transition,
)
from tests.factories import make_entry, member_commitment_of

pytestmark = pytest.mark.django_db
OWN = {"id", "member_commitment_id", "written_at", "written_by_id", "confirmed_at"}
OWN |= {"confirmed_by_id"}
CODE = "entry__member_commitment__commitment__code"


@pytest.fixture
def saving(now):
    def save(texts, *, by):
        with transaction.atomic():
            return save_texts(texts, by=by, at=now)

    return save


@pytest.fixture
def prepared(plan, stocktake, now):
    """`prepared(person)` makes what was there before, and returns what to save."""

    def make(person: User) -> list[TextToSave]:
        def owed(code):
            return member_commitment_of(plan, code, str(person.member_id))

        day = (now - timedelta(days=3)).date()
        last = make_entry(owed("1.1.1"), by=person, state=State.PUBLISHED, evidence=2)
        same = make_entry(owed("1.2.1"), by=person, evidence=1)
        draft = make_entry(owed("1.2.2"), by=person, evidence=1)
        changed = replace(EntryText.of(draft), narrative="Changed.", status="limited")
        first = EntryText(as_of=day, narrative="First, at last.", next_steps="More.")
        return [
            TextToSave(owed("1.1.1"), EntryText.of(last)),
            TextToSave(owed("2.1"), first),
            TextToSave(owed("1.2.1"), EntryText.of(same), same.pk, same.version),
            TextToSave(
                owed("1.2.2"),
                changed,
                draft.pk,
                draft.version,
            ),
        ]

    return make


def one_by_one(texts, *, by, at):
    for one in texts:
        if one.entry_id is None:
            mine = one.member_commitment
            draft_entry(member_commitment=mine, text=one.text, by=by, at=at)
        else:
            edit_entry(
                entry_id=one.entry_id,
                version=one.version,
                text=one.text,
                by=by,
                at=at,
            )


def facts_of(member):
    """Everything that is stored about a member's entries, without keys and times."""
    of = {"entry__member_commitment__member": member}
    entries = Entry.objects.filter(member_commitment__member=member, state="draft")
    return {
        "entries": [
            plain(entry) for entry in entries.order_by(CODE.partition("__")[2])
        ],
        "search": sorted(
            EntrySearch.objects.filter(**of).values_list(CODE, "as_of", "words", "runs")
        ),
        "evidence": sorted(
            EntryEvidence.objects.filter(**of).values_list(
                CODE, "entry__state", "position", "evidence__title"
            )
        ),
        "moves": sorted(
            Transition.objects.filter(**of, entry__state="draft").values_list(
                CODE, "verb", "before", "after", "reason"
            )
        ),
        "authors": sorted(
            EntryAuthor.objects.filter(**of).values_list(CODE, "entry__state")
        ),
        "events": sorted(
            (event.verb, event.target.replace(member, ""), str(event.data))
            for event in Event.objects.filter(member=member, verb__startswith="entry.")
        ),
    }


def plain(entry):
    columns = {
        name: value
        for name, value in vars(entry).items()
        if name not in OWN and not name.startswith("_") and "record" not in name
    }
    return {**columns, "is_unconfirmed": entry.is_unconfirmed}


def test_many_at_once_are_stored_like_each_alone(
    saving, prepared, officer_jp, officer_fr, now
):
    one_by_one(prepared(officer_fr), by=officer_fr, at=now)
    saved = saving(prepared(officer_jp), by=officer_jp)
    assert len(saved) == 3  # one was not changed
    assert facts_of("JP") == facts_of("FR")


def test_many_at_once_take_the_same_few_statements(
    saving, prepared, plan, officer_jp, now, django_assert_max_num_queries
):
    texts = prepared(officer_jp)
    with django_assert_max_num_queries(25):
        saving(texts, by=officer_jp)


def refusals(saving, texts, by):
    with pytest.raises(TextsNotSaved) as raised:
        saving(texts, by=by)
    return raised.value.refusals


@pytest.mark.parametrize(
    ("version", "narrative", "refusal"),
    [(7, "Good.", StaleRow), (1, "x" * 10_001, ValidationError)],
)
def test_one_refused_text_keeps_all_from_being_saved(
    saving, prepared, officer_jp, version, narrative, refusal
):
    *others, last = prepared(officer_jp)
    bad = replace(last, version=version, text=replace(last.text, narrative=narrative))
    before = Entry.objects.count(), Event.objects.count()
    found = refusals(saving, [*others, bad], officer_jp)
    assert [*found] == [last.member_commitment.pk]
    assert isinstance(found[last.member_commitment.pk], refusal)
    assert (Entry.objects.count(), Event.objects.count()) == before


def test_the_updates_of_others_are_never_saved(
    saving, prepared, officer_jp, officer_fr, contributor_jp
):
    """A contributor writes only what is assigned; another member, nothing."""
    texts = prepared(officer_jp)
    assert len(refusals(saving, texts, contributor_jp)) == 3
    found = refusals(saving, texts, officer_fr)
    assert len(found) == 4
    # An update that exists reads like one that does not.
    assert found[texts[-1].member_commitment.pk].row is None


def test_evidence_of_another_delegation_is_refused(
    saving, prepared, officer_jp, officer_fr
):
    first, *_others = prepared(officer_jp)
    theirs, *_rest = prepared(officer_fr)
    for evidence in (theirs.text.evidence, (EvidenceItem("New", citation="A book"),)):
        text = replace(first.text, evidence=evidence)
        found = refusals(saving, [replace(first, text=text)], officer_jp)
        assert isinstance(found[first.member_commitment.pk], PermissionDenied)


def test_a_sent_update_is_not_edited(saving, plan, stocktake, officer_jp):
    mine = member_commitment_of(plan, "2.1", "JP")
    sent = make_entry(mine, by=officer_jp, state=State.SUBMITTED, stocktake=stocktake)
    text = replace(EntryText.of(sent), narrative="Later.")
    found = refusals(
        saving, [TextToSave(mine, text, sent.pk, sent.version)], officer_jp
    )
    assert found[mine.pk].row == sent
