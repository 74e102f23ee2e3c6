"""Tests of entries that are written through the API."""

from datetime import UTC, datetime

import pytest

from accounts.models import Member
from audit.models import Event
from progress.models import Entry, ExternalRef, State
from tests.api.conftest import API
from tests.api.writing.conftest import BODY, LINK, URL, draft_of, faults_of
from tests.factories import member_commitment_of, publish


def test_an_entry_is_begun_as_a_draft_of_the_open_stocktake(sender, stocktake):
    answer = sender.send()
    entry = Entry.objects.get()
    assert answer.status_code == 201, answer.content
    assert answer["Location"] == f"http://testserver{URL}{entry.pk}/"
    served = sender.client.get(answer["Location"])
    assert (served.json(), served["ETag"]) == (answer.json(), answer["ETag"])
    told = answer.json()
    assert (told["state"], told["stocktake"]) == ("draft", "first")
    assert told["allowed"] == ["edit", "submit", "discard"]
    assert told["handling"] == "green"
    assert entry.written_by == sender.user
    assert Event.objects.get(verb="entry.draft").actor_id == sender.user.pk


def test_the_commitment_is_named_by_its_id_as_well(sender, plan):
    mine = member_commitment_of(plan, "1.2.1", "JP")
    body = dict.fromkeys(("plan", "commitment", "member"), ...)
    told = sender.send(**body, member_commitment=str(mine.pk)).json()
    assert told["member_commitment"]["commitment"] == "1.2.1"


def test_a_change_keeps_what_it_does_not_name_and_null_clears(sender):
    made = sender.send(obstacles="Money.", language="ja")
    pk, tag = made.json()["id"], made["ETag"]
    changed = sender.patch(pk, tag, status=None, narrative="Three.", is_at_risk=True)
    assert changed.status_code == 200, changed.content
    told = changed.json()
    assert (told["status"], told["narrative"], told["obstacles"]) == (
        None,
        "Three.",
        "Money.",
    )
    assert (told["is_at_risk"], told["language"]) == (True, "ja")
    assert changed["ETag"] == sender.tag(pk) != tag
    cleared = sender.patch(pk, changed["ETag"], obstacles=None).json()
    assert cleared["obstacles"] == ""


def test_each_verb_of_a_key_does_what_the_page_does(sender, coordinator, plan):
    pk = sender.send().json()["id"]
    sent = sender.do("submit", pk, sender.tag(pk))
    assert (sent.status_code, sent.json()["state"]) == (200, "in_clearance")
    back = sender.do("recall", pk, sent["ETag"])
    assert back.json()["state"] == "draft"
    gone = sender.do("discard", pk, back["ETag"])
    assert (gone.json()["state"], gone.json()["allowed"]) == ("discarded", [])


def test_submit_goes_to_the_presidency_where_the_member_skips_clearance(sender):
    Member.objects.filter(code="JP").update(skips_clearance=True)
    pk = sender.send().json()["id"]
    assert sender.do("submit", pk, sender.tag(pk)).json()["state"] == "submitted"


@pytest.mark.parametrize(
    ("verb", "kind"), [("correct", "correction"), ("withdraw", "withdrawal")]
)
def test_a_published_entry_gets_a_successor(sender, plan, coordinator, verb, kind):
    entry = draft_of(plan, sender.user, state=State.PUBLISHED)
    answer = sender.do(verb, entry.pk, sender.tag(entry.pk), reason="We erred.")
    assert answer.status_code == 201, answer.content
    told = answer.json()
    assert (told["kind"], told["supersedes"]) == (kind, str(entry.pk))
    assert answer["Location"].endswith(f"/{told['id']}/")
    assert (told["reason"], told["state"]) == ("We erred.", "draft")


def test_delete_discards_a_draft(sender):
    pk = sender.send().json()["id"]
    answer = sender.delete(pk, sender.tag(pk))
    assert (answer.status_code, answer.content) == (204, b"")
    assert Entry.objects.get().state == State.DISCARDED


def test_a_person_writes_with_a_session_and_its_token(officer_jp, plan, signed_in):
    person = signed_in(officer_jp)
    answer = person.post(URL, BODY, "application/json")
    assert answer.status_code == 201
    person.handler.enforce_csrf_checks = True
    assert person.post(URL, BODY, "application/json").status_code == 403


# ---- Sending again


def test_an_entry_that_is_sent_again_is_edited(sender):
    made = sender.send(external_ref="A-1")
    again = sender.send(external_ref="A-1", narrative="Three.")
    assert (made.status_code, again.status_code) == (201, 200)
    assert again.json()["id"] == made.json()["id"]
    assert again.json()["external_ref"] == "A-1"
    assert again["ETag"] == sender.tag(again.json()["id"])
    assert "Location" not in again


def test_sending_again_what_another_person_changed_is_a_conflict(
    sender, officer_jp, plan, signed_in, problem_of
):
    pk = sender.send(external_ref="A-1").json()["id"]
    person = signed_in(officer_jp)
    theirs = person.patch(
        f"{URL}{pk}/",
        {"narrative": "A colleague's."},
        "application/json",
        headers={"If-Match": person.get(f"{URL}{pk}/")["ETag"]},
    )
    assert theirs.status_code == 200
    answer = sender.send(external_ref="A-1", narrative="Three.")
    problem_of(answer, 409)
    assert answer["ETag"] == sender.tag(pk) != theirs["ETag"]
    settled = sender.patch(pk, answer["ETag"], narrative="Three and four.")
    assert settled.status_code == 200
    assert sender.send(external_ref="A-1", narrative="Three.").status_code == 200


def test_what_is_in_clearance_is_recalled_first(sender, problem_of):
    pk = sender.send(external_ref="A-1").json()["id"]
    assert sender.do("submit", pk, sender.tag(pk)).status_code == 200
    told = problem_of(sender.send(external_ref="A-1"), 409)
    assert "`recall`" in told["detail"]


def test_a_published_entry_sent_again_needs_a_reason_if_it_differs(
    sender, coordinator, problem_of
):
    pk = sender.send(external_ref="A-1").json()["id"]
    publish(Entry.objects.get(), by=coordinator, at=datetime.now(UTC))
    same = sender.send(external_ref="A-1")
    assert (same.status_code, same.json()["id"]) == (200, pk)
    other = sender.send(external_ref="A-1", narrative="Three.")
    assert faults_of(other) == [("/reason", "required")]
    draft = sender.send(external_ref="A-1", narrative="Three.", reason="We erred.")
    assert draft.status_code == 201
    assert draft.json()["supersedes"] == pk
    assert draft.json()["external_ref"] == "A-1"


def test_the_reference_is_shown_to_its_own_delegation_alone(
    sender, sender_for, coordinator, officer_jp, signed_in
):
    pk = sender.send(external_ref="A-1").json()["id"]
    publish(Entry.objects.get(), by=coordinator, at=datetime.now(UTC))
    french = sender_for("FR")
    for reader in (french.client, signed_in(coordinator)):
        assert reader.get(f"{URL}{pk}/").json()["external_ref"] is None
        found = reader.get(URL, {"external_ref": "A-1"}).json()
        assert found["results"] == []
    mine = signed_in(officer_jp).get(URL, {"external_ref": "A-1"}).json()["results"]
    assert [row["external_ref"] for row in mine] == ["A-1"]
    assert sender.client.get(URL, {"external_ref": "a-1"}).json()["results"] == []


# ---- Preconditions


def test_a_change_must_name_what_was_read(sender, problem_of):
    pk = sender.send().json()["id"]
    tag = sender.tag(pk)
    for wrong in (None, "", "*", tag.strip('"')):
        problem_of(sender.patch(pk, wrong, narrative="Three."), 428)
        problem_of(sender.delete(pk, wrong), 428)
        problem_of(sender.do("submit", pk, wrong), 428)
    assert Entry.objects.get().version == 1


def test_a_stale_tag_is_refused_with_the_present_one(sender, problem_of):
    pk = sender.send().json()["id"]
    old = sender.tag(pk)
    assert sender.patch(pk, old, narrative="Three.").status_code == 200
    for answer in (
        sender.patch(pk, old, narrative="Four."),
        sender.delete(pk, old),
        sender.do("submit", pk, old),
        sender.patch(pk, '"another"', narrative="Four."),
    ):
        problem_of(answer, 412)
        assert answer["ETag"] == sender.tag(pk)
    assert Entry.objects.get().narrative == "Three."


def test_a_tag_that_compression_made_weak_is_accepted(sender):
    pk = sender.send().json()["id"]
    tag = f'"other", W/{sender.tag(pk)}'
    assert sender.patch(pk, tag, narrative="Three.").status_code == 200


def test_the_tag_of_another_reader_is_not_accepted(sender, officer_jp, signed_in):
    pk = sender.send().json()["id"]
    theirs = signed_in(officer_jp).get(f"{URL}{pk}/")["ETag"]
    assert sender.patch(pk, theirs, narrative="Three.").status_code == 412


# ---- Evidence


def test_evidence_is_linked_by_id_or_begun(sender, plan, officer_jp):
    theirs = draft_of(plan, officer_jp, code="1.1.1", evidence=1, file_name="a.txt")
    ids = [str(link.evidence_id) for link in theirs.evidence_links.order_by("position")]
    items = [
        {"id": ids[1]},
        {"title": "A law", "citation": "Act 5 of 2017"},
        {**LINK, "accessed_on": "2017-03-01"},
    ]
    told = sender.send(evidence=items).json()
    assert [one["kind"] for one in told["evidence"]] == ["file", "citation", "link"]
    assert told["evidence"][0]["id"] == ids[1]
    pk = told["id"]
    fewer = sender.patch(pk, sender.tag(pk), evidence=[{"id": ids[0]}]).json()
    assert [one["id"] for one in fewer["evidence"]] == [ids[0]]
    assert sender.patch(pk, sender.tag(pk), evidence=None).json()["evidence"] == []


def test_evidence_of_another_member_is_unknown(sender, plan, officer_fr):
    theirs = draft_of(plan, officer_fr, member="FR", state=State.PUBLISHED, evidence=1)
    item = {"id": str(theirs.evidence_links.get().evidence_id)}
    assert faults_of(sender.send(evidence=[item])) == [
        ("/evidence/0/id", "unknown_value")
    ]


def test_a_draft_that_was_sent_is_listed_under_its_reference(sender):
    sender.send(external_ref="A-1")
    sender.send(commitment="1.2.1", external_ref="A-2")
    rows = sender.client.get(f"{API}entries/", {"external_ref": "A-2"}).json()
    assert [row["external_ref"] for row in rows["results"]] == ["A-2"]
    assert ExternalRef.objects.count() == 2


# ---- The same request twice


def test_the_same_request_twice_makes_one_entry(sender):
    body, headers = {**BODY, "external_ref": "A-1"}, {"Idempotency-Key": "k-1"}
    first, second = (sender.post("", body, **headers) for _time in range(2))
    assert (first.status_code, second.status_code) == (201, 201)
    assert second.headers["Idempotent-Replayed"] == "true"
    assert (second.content, second["ETag"]) == (first.content, first["ETag"])
    assert second["Location"] == first["Location"]
    assert Entry.objects.get().version == 1
    rows = {"rows": [{**BODY, "commitment": "1.2.1"}]}
    told = [sender.post("import/", rows, **{"Idempotency-Key": "k-2"}) for _ in "12"]
    assert [answer.status_code for answer in told] == [200, 200]
    assert Entry.objects.count() == 2


def test_a_head_reads_which_key_wrote_an_entry_and_clears_it(
    sender, head_jp, coordinator, stocktake, signed_in
):
    pk = sender.send().json()["id"]
    sender.do("submit", pk, sender.tag(pk))
    page = signed_in(head_jp).get(f"/entries/{pk}/").content.decode()
    assert f"{sender.user.name} (key)" in page
    version = Entry.objects.get().version
    signed_in(head_jp).post(f"/entries/{pk}/clear/", {"version": version})
    assert Entry.objects.get().state == State.SUBMITTED
    page = signed_in(coordinator).get(f"/entries/{pk}/").content.decode()
    assert sender.user.name not in page
