"""Tests of guidelines: written, published, and never changed from then on."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from accounts.models import Role
from accounts.versions import StaleRow
from audit.models import Event
from progress import limits
from progress.actions.assessments.guidelines import (
    publish_guideline,
    publish_guidelines,
    save_guideline,
)
from progress.models import Guideline
from tests.factories import make_user
from tests.progress.assessments.scoring import make_guidelines


@pytest.fixture
def commitment(plan):
    return plan.commitments.get(code="1.2.2")


@pytest.fixture
def write(commitment, assessor):
    def do(text="A law.", version=0, **changes) -> Guideline:
        values = {
            "commitment": commitment,
            "text": text,
            "version": version,
            "by": assessor,
            "at": datetime.now(UTC),
        }
        return save_guideline(**{**values, **changes})

    return do


def publish(guideline, by) -> Guideline:
    return publish_guideline(guideline=guideline, by=by, at=datetime.now(UTC))


def test_a_guideline_is_written_and_published(write, assessor):
    draft = write()
    assert (draft.number, draft.published_at, draft.version) == (1, None, 1)
    again = write("A law and a report.", version=1)
    assert (again.pk, again.version) == (draft.pk, 2)
    published = publish(again, assessor)
    assert published.is_published
    assert published.published_by == assessor
    verbs = Event.objects.order_by("pk").values_list("verb", flat=True)
    assert list(verbs) == ["guideline.save", "guideline.save", "guideline.publish"]
    assert Event.objects.get(verb="guideline.publish").data == {
        "body": "university-observatory",
        "version": 3,
    }


def test_a_new_text_after_the_publication_is_a_new_number(write, assessor):
    first = publish(write(), assessor)
    second = write("Stricter.")
    assert second.number == 2
    first.refresh_from_db()
    assert first.text == "A law."


def test_the_current_one_at_an_instant_is_the_newest_published_by_then(
    write, assessor, commitment
):
    start = datetime.now(UTC) - timedelta(days=9)
    for day, text in enumerate(["One.", "Two.", "Three."]):
        at = start + timedelta(days=day)
        draft = write(text, at=at)
        if text != "Three.":
            publish_guideline(guideline=draft, by=assessor, at=at)
    found = [
        [one.text for one in Guideline.objects.current_at(start + timedelta(days=day))]
        for day in (-1, 0, 1, 2)
    ]
    assert found == [[], ["One."], ["Two."], ["Two."]]


def test_what_does_not_differ_is_not_written(write):
    write()
    assert write(version=1).version == 1
    assert Event.objects.count() == 1


@pytest.mark.parametrize(
    "text", ["A\x00B", "A\x1bB", "A\u202eB", "x" * (limits.GUIDELINE + 1)]
)
def test_what_cannot_be_kept_is_refused(write, text):
    with pytest.raises(ValidationError) as refusal:
        write(text)
    assert set(refusal.value.error_dict) == {"text"}
    assert not Guideline.objects.exists()


@pytest.mark.parametrize(
    "text", ["<script>alert(1)</script>", "قانون ٢١٧٨", "法律と報告", "x" * 10_000]
)
def test_a_text_is_kept_as_typed(write, text):
    assert write(text).text == text


def test_a_stale_text_is_refused_with_what_is_there_now(write):
    write("First.")
    with pytest.raises(StaleRow) as stale:
        write("Second.", version=0)
    assert stale.value.row.text == "First."
    with pytest.raises(StaleRow):
        write("Third.", version=2)


def test_there_is_nothing_to_overwrite_after_the_publication(write, assessor):
    publish(write(), assessor)
    with pytest.raises(StaleRow) as stale:
        write("Late.", version=1)
    assert stale.value.row is None


def test_only_people_and_keys_of_a_body_write_guidelines(
    write, assessor, officer_jp, coordinator, observer, administrator
):
    machine = make_user(Role.ASSESSOR, body=assessor.body, is_service=True)
    machine.scopes = frozenset({"write:assessments"})
    assert write(by=machine).written_by == machine
    reading = make_user(Role.ASSESSOR, body=assessor.body, is_service=True)
    reading.scopes = frozenset({"read:green", "read:own"})
    without_body = make_user(Role.ASSESSOR)
    for person in (
        *(officer_jp, coordinator, observer, administrator),
        *(reading, without_body),
    ):
        with pytest.raises(PermissionDenied):
            write("Other.", version=1, by=person)


def test_a_key_does_not_publish(write, assessor):
    draft = write()
    machine = make_user(Role.ASSESSOR, body=assessor.body, is_service=True)
    machine.scopes = frozenset({"write:assessments"})
    with pytest.raises(PermissionDenied):
        publish(draft, machine)


def test_another_body_does_not_know_of_it_before_its_publication(
    write, assessor, other_assessor
):
    draft = write()
    with pytest.raises(Guideline.DoesNotExist):
        publish(draft, other_assessor)
    published = publish(draft, assessor)
    with pytest.raises(PermissionDenied):
        publish(published, other_assessor)


def test_it_is_published_once_and_with_words(write, assessor):
    empty = write("")
    with pytest.raises(ValidationError) as refusal:
        publish(empty, assessor)
    assert refusal.value.code == "empty"
    published = publish(write("A law.", version=1), assessor)
    with pytest.raises(ValidationError) as refusal:
        publish(published, assessor)
    assert refusal.value.code == "published"


def test_it_is_not_published_before_it_was_written(write, assessor):
    """Where the clock has gone back a little."""
    draft = write()
    earlier = draft.written_at - timedelta(seconds=1)
    published = publish_guideline(guideline=draft, by=assessor, at=earlier)
    assert published.published_at == draft.written_at


def test_it_is_published_as_it_was_read(write, assessor):
    draft = write()
    write("Other.", version=1)
    with pytest.raises(StaleRow):
        publish(draft, assessor)


def test_all_that_wait_are_published_together(plan, assessor, other_assessor):
    make_guidelines(assessor.body, plan, is_published=False)
    body, at = assessor.body, datetime.now(UTC)
    with pytest.raises(PermissionDenied):
        publish_guidelines(body=body, plan=plan, by=other_assessor, at=at)
    published = publish_guidelines(body=body, plan=plan, by=assessor, at=at)
    assert len(published) == 4
    assert {one.published_at for one in Guideline.objects.all()} == {at}
    with pytest.raises(ValidationError) as refusal:
        publish_guidelines(body=body, plan=plan, by=assessor, at=at)
    assert refusal.value.code == "empty"
