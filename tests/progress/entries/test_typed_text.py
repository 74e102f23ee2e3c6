"""What is typed into an entry is what is stored, through the form and the action."""

from dataclasses import replace

import pytest
from django.core.exceptions import ValidationError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.typed.text import clean_text, is_seen
from progress.actions.amendments import correct_entry
from progress.actions.clearance import submit_entry
from progress.actions.drafting import edit_entry
from progress.entries.text import EntryText, EvidenceItem
from progress.ledger.chain import hash_of
from progress.models import Entry, State
from tests.factories import make_entry, member_commitment_of
from tests.progress.editing import page, typed
from tests.progress.ledger.contents import content_of

TEXTS = st.text(max_size=40) | st.sampled_from(
    ["vertical\u000btab", "form\u000cfeed", "\uf0b7 bullet", "a\r\nb", "👩\u200d👧",
     "می\u200cخواهم", "שלום\u200f", "x \u2067y\u2069", "e\u0301", "=1+1", "  a  b "]
)  # fmt: skip
FEW = settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


@pytest.fixture
def draft(plan, officer_jp, stocktake):
    mine = member_commitment_of(plan, "1.2.1", "JP")
    return make_entry(mine, by=officer_jp, stocktake=stocktake)


def stored(entry: Entry) -> str:
    return Entry.objects.get(pk=entry.pk).narrative


def expected_of(text: str) -> str | None:
    try:
        return clean_text(text)
    except ValidationError:
        return None


@pytest.mark.long
@FEW
@given(text=TEXTS)
def test_the_editor_stores_what_was_typed(signed_in, officer_jp, draft, text):
    # A browser cannot send half of a character.
    text = text.encode("utf-8", "ignore").decode()
    version = Entry.objects.get(pk=draft.pk).version
    sent = typed(version=version, narrative=text, act="save")
    answer = signed_in(officer_jp).post(f"/entries/{draft.pk}/edit/", sent)
    expected = expected_of(text)
    if expected is None:
        assert answer.status_code == 422
        assert "Delete it." in page(answer)
    else:
        assert answer.status_code == 302
        assert stored(draft) == expected


@FEW
@given(text=st.text(st.characters(), max_size=40) | TEXTS)
def test_the_action_stores_the_same_as_the_editor(officer_jp, draft, now, text):
    """The API and a spreadsheet call the action with the text as it came."""
    entry = Entry.objects.get(pk=draft.pk)
    changed = replace(EntryText.of(entry), narrative=text, obstacles=text)
    version = entry.version
    expected, before = expected_of(text), entry.narrative
    try:
        edit_entry(
            entry_id=entry.pk, version=version, text=changed, by=officer_jp, at=now
        )
    except ValidationError as refusal:
        sentences = refusal.message_dict
    else:
        sentences = {}
    if expected is None:
        assert sentences.keys() == {"narrative", "obstacles"}
        assert stored(draft) == before
    else:
        assert not sentences
        assert stored(draft) == expected


def test_the_action_cleans_evidence_and_names_what_it_refuses(officer_jp, draft, now):
    def save(**fields):
        item = EvidenceItem(**{"title": "Report", **fields})
        entry = Entry.objects.get(pk=draft.pk)
        text = replace(EntryText.of(entry), evidence=(item,))
        edit_entry(
            entry_id=draft.pk, version=entry.version, text=text, by=officer_jp, at=now
        )
        return EntryText.of(Entry.objects.get(pk=draft.pk)).evidence[0]

    assert save(url="https://example.org/report\u200b").url == (
        "https://example.org/report"
    )
    for fields, sentence in (
        (
            {"url": "https://example.org/rep\u00adort"},
            "Evidence 1: the link has a soft hyphen (U+00AD) after “rep”. Delete it.",
        ),
        (
            {"citation": "a\u202eb"},
            "Evidence 1: there is a right-to-left override (U+202E) after “a”.",
        ),
        (
            {"citation": "No.\n1"},
            "Evidence 1: write this on one line. There is a line end (U+000A) after"
            " “No.”.",
        ),
        ({"title": "\u200b", "citation": "No. 1"}, "Evidence 1: give it a title."),
    ):
        with pytest.raises(ValidationError) as refusal:
            save(**fields)
        assert sentence in " ".join(refusal.value.message_dict["evidence"])


@pytest.mark.parametrize("narrative", ["\u200b\u2060", "\u2800", "\u3164 \n"])
def test_a_narrative_that_no_one_can_see_is_not_sent(officer_jp, draft, now, narrative):
    Entry.objects.filter(pk=draft.pk).update(narrative=narrative)
    assert not is_seen(narrative)
    with pytest.raises(ValidationError) as refusal:
        submit_entry(entry_id=draft.pk, version=1, by=officer_jp, at=now)
    assert refusal.value.message_dict == {"narrative": ["Describe what was done."]}


def test_a_text_of_earlier_versions_is_read_and_copied_unchanged(
    plan, officer_jp, coordinator, stocktake, now
):
    """It is published, so its hash rests on every character."""
    old = "old\u202etext\u000b\uf0b7 bullet\u200b"
    mine = member_commitment_of(plan, "1.2.2", "JP")
    made = make_entry(
        mine,
        by=officer_jp,
        stocktake=stocktake,
        state=State.PUBLISHED,
        published_by=coordinator,
        narrative=old,
    )
    published = Entry.objects.select_related("ledger_record").get(pk=made.pk)
    content = content_of(published, [])
    assert content["narrative"] == old
    assert published.ledger_record is not None
    assert hash_of(content) == published.ledger_record.content_sha256
    correction = correct_entry(
        entry_id=published.pk,
        version=published.version,
        reason="A number was wrong.",
        by=officer_jp,
        at=now,
    )
    assert stored(correction) == old
