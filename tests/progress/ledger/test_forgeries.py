"""Tests of forgeries: what the application's role can do by itself, in SQL.

Each way to forge, back-date or alter a record is refused by the database, or named by
`verify_ledger`.
"""

import os
from datetime import timedelta
from typing import LiteralString

import psycopg
import pytest
from django.db import DatabaseError

from accounts.models import Presidency
from progress.actions.conversations.questions import ask_question
from progress.actions.stocktakes import (
    close_stocktake,
    open_stocktake,
    plan_stocktake,
)
from progress.models import Question, State, TrailRecord
from tests.factories import (
    NEXT_CHAIR,
    make_entry,
    make_plan,
    make_stocktake,
    member_commitment_of,
)
from tests.progress.ledger.conftest import publish_by_every_step
from tests.progress.ledger.forging import forged_trail
from tests.progress.stocktaking import unsaved

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "signer"])

ENTRY = "(SELECT entry_id FROM progress_question ORDER BY asked_at LIMIT 1)"
WAITING = "(SELECT id FROM progress_entry WHERE state = 'in_clearance')"
PERSON = "(SELECT min(asked_by_id::text)::uuid FROM progress_question)"
QUESTION = "(SELECT id FROM progress_question WHERE answer = '' LIMIT 1)"
ANSWERED = "(SELECT id FROM progress_question WHERE answer <> '')"
OPEN = "(SELECT id FROM progress_stocktake WHERE closed_at IS NULL"  # and …
OPENED = f"{OPEN} AND opened_at IS NOT NULL LIMIT 1)"
PLANNED = f"{OPEN} AND opened_at IS NULL LIMIT 1)"
NEXT = f"(SELECT id FROM accounts_presidency WHERE member_id = '{NEXT_CHAIR}')"
EARLIER = "now() - interval '1 day'"
LATER = "now() + interval '1 day'"


def transition(entry: str, at: str) -> str:
    return (
        "INSERT INTO progress_transition (entry_id, verb, before, after, reason, at,"
        f" by_id) VALUES ({entry}, 'clear', 'in_clearance', 'submitted', '', {at},"
        f" {PERSON})"
    )


def clearance(entry: str, at: str) -> str:
    return (
        "INSERT INTO progress_clearance (entry_id, sent_at, sent_by_id, cleared_at,"
        f" cleared_by_id, capital_reference) VALUES ({entry}, {at}, {PERSON}, {at},"
        f" {PERSON}, '')"
    )


def round_of(entry: str, at: str) -> str:
    return (
        "INSERT INTO progress_round (entry_id, number, reason, text, returned_at,"
        f" returned_by_id) VALUES ({entry}, 7, 'Why?', '{{}}', {at}, {PERSON})"
    )


def release(entry: str, at: str) -> str:
    return (
        "INSERT INTO progress_release (entry_id, stocktake_id, reason, released_at,"
        f" released_by_id) VALUES ({entry}, {OPENED}, 'Why?', {at}, {PERSON})"
    )


def author(entry: str, at: str) -> str:
    return (
        "INSERT INTO progress_entryauthor (entry_id, user_id, first_changed_at)"
        f" SELECT {entry}, id, {at} FROM accounts_user"
        f" WHERE id NOT IN (SELECT user_id FROM progress_entryauthor) LIMIT 1"
    )


def event(at: str) -> str:
    return (
        "INSERT INTO audit_event (at, actor, verb, target_type, target_id, target,"
        f" member, request_id, job_id, data) VALUES ({at}, 'x', 'entry.publish',"
        " 'progress.Entry', 'x', 'x', 'JP', '', '', '{}')"
    )


def question(at: str) -> str:
    return (
        "INSERT INTO progress_question (id, entry_id, member_id, body, due_on,"
        " asked_at, asked_by_id, answer, version)"
        f" VALUES (gen_random_uuid(), {ENTRY}, 'FR', 'Who?',"
        f" current_date + 3, {at}, {PERSON}, '', 1)"
    )


def answer(at: str) -> str:
    return (
        "UPDATE progress_question SET answer = 'Nobody.', answered_by_id = asked_by_id,"
        f" answered_at = {at} WHERE id = {QUESTION}"
    )


def handover(at: str) -> str:
    return (
        "INSERT INTO progress_handover (presidency_id, note, received_at,"
        f" received_by_id, version) VALUES ({NEXT}, '', {at}, {PERSON}, 1)"
    )


def extension(at: str) -> str:
    return (
        "INSERT INTO progress_extension (stocktake_id, reason, ends_at, granted_at,"
        f" granted_by_id) VALUES ({OPENED}, 'Why?', now() + interval '90 days', {at},"
        f" {PERSON})"
    )


def comment(at: str) -> str:
    return (
        "INSERT INTO progress_comment (id, entry_id, thread, body, written_at,"
        f" written_by_id, member_id) VALUES (gen_random_uuid(), {WAITING},"
        f" 'delegation', 'x', {at}, {PERSON}, 'JP')"
    )


def opening(at: str) -> str:
    return (
        f"UPDATE progress_stocktake SET opened_at = {at}, opened_by_id = {PERSON},"
        f" second_reviewer_id = {PERSON} WHERE id = {PLANNED}"
    )


def closing(at: str) -> str:
    return (
        f"UPDATE progress_stocktake SET closed_at = {at}, closed_by_id = {PERSON},"
        f" closing_sha256 = repeat('a', 64) WHERE id = {OPENED}"
    )


def trail(columns: str) -> str:
    return (
        "INSERT INTO progress_trailrecord (sequence, kind, subject, content, salt,"
        f" content_sha256, previous_sha256, sha256) SELECT {columns}"
        " FROM progress_trailrecord ORDER BY sequence DESC LIMIT 1"
    )


BACK_DATED = {
    f"{act.__name__} {how}": act(at)
    for act in (event, comment, question, answer, handover, extension, opening, closing)
    for how, at in (("of yesterday", EARLIER), ("of tomorrow", LATER))
} | {
    f"{act.__name__} {how}": act(WAITING, at)
    for act in (transition, clearance, round_of, release, author)
    for how, at in (("of yesterday", EARLIER), ("of tomorrow", LATER))
}
ADDED = {
    f"{act.__name__} of what is published": act(ENTRY, "now()")
    for act in (transition, clearance, round_of, release, author)
}
CHANGED = {
    "the text of an answer": "UPDATE progress_question SET answer = 'Never.'"
    f" WHERE id = {ANSWERED}",
    "the time of an answer": "UPDATE progress_question SET answered_at = now()"
    f" WHERE id = {ANSWERED}",
    "who answered": "UPDATE progress_question SET answered_by_id = asked_by_id"
    f" WHERE id = {ANSWERED}",
    "an answer taken back": "UPDATE progress_question SET answer = '',"
    f" answered_at = NULL, answered_by_id = NULL WHERE id = {ANSWERED}",
    "the text of a question": "UPDATE progress_question SET body = 'Another?'",
    "when an answer is due": "UPDATE progress_question SET due_on = due_on + 9",
    "a question taken out": f"DELETE FROM progress_question WHERE id = {QUESTION}",
    "every question taken out": "TRUNCATE progress_question CASCADE",
    "the note of a handover": "UPDATE progress_handover SET note = 'All is lost.'",
    "the time of a handover": "UPDATE progress_handover SET handed_over_at = now()",
    "who received it": "UPDATE progress_handover"
    " SET received_by_id = handed_over_by_id",
    "a handover taken out": "DELETE FROM progress_handover",
    "the due date of an open stocktake": "UPDATE progress_stocktake SET due_at ="
    f" grace_ends_at WHERE id = {OPENED}",
    "when a stocktake opened": "UPDATE progress_stocktake SET opened_at = now()"
    f" WHERE id = {OPENED}",
    "the terms of a closed stocktake": "UPDATE progress_stocktake SET title = 'Another'"
    " WHERE closed_at IS NOT NULL",
    "an extension": "UPDATE progress_extension SET ends_at = ends_at + interval '1 d'",
    "who had the chair": "UPDATE accounts_presidency SET member_id = 'JP'"
    " WHERE starts_at <= now()",
    "since when": "UPDATE accounts_presidency SET starts_at = starts_at + interval"
    " '1 day' WHERE starts_at <= now()",
    "a Presidency taken out": "DELETE FROM accounts_presidency"
    " WHERE starts_at <= now()",
    "the preamble of a plan": "UPDATE commitments_plan SET preamble = 'We never met.'",
    "the source of a plan": "UPDATE commitments_plan SET source_text = 'x'",
    "the hash of its source": "UPDATE commitments_plan SET source_sha256 = 'x'",
    "the wording of a commitment": "UPDATE commitments_commitment"
    " SET text = 'Do less.'",
    "its number": "UPDATE commitments_commitment SET code = '9.9' WHERE code = '2.1'",
    "its place": "UPDATE commitments_commitment SET position = position + 100",
    "a clause": "UPDATE commitments_clause SET text = 'Do less.'",
    "a clause taken out": "DELETE FROM commitments_clause",
    "a heading": "UPDATE commitments_action SET title = 'Another'",
    "a heading below it": "UPDATE commitments_subarea SET title = 'Another'",
    "whose commitment it is": "UPDATE commitments_membercommitment"
    " SET member_id = 'FR'",
    "a commitment taken out": "DELETE FROM commitments_membercommitment",
    "an author taken out": "DELETE FROM progress_entryauthor",
    "the content of the trail": "UPDATE progress_trailrecord SET content = '{}'",
    "a salt of the trail": "UPDATE progress_trailrecord SET salt = ''",
    "a row of the trail taken out": "DELETE FROM progress_trailrecord",
    "the trail": "TRUNCATE progress_trailrecord",
    "a row that does not continue it": trail(
        "sequence + 1, 'answer', 'x', content, salt, content_sha256, sha256,"
        " repeat('a', 64)"
    ),
    "a row with another content": trail(
        "sequence + 1, 'answer', 'x', content || ' ', salt, content_sha256, sha256,"
        " sha256"
    ),
    "a second row of an act": trail(
        "sequence + 1, kind, subject, content, salt, content_sha256, sha256, sha256"
    ),
}
REFUSED: dict[str, str] = BACK_DATED | ADDED | CHANGED


@pytest.fixture
def world(
    recorded, plan, officer_jp, officer_fr, coordinator, second_reviewer, now, request
):
    """The record, and beside it what is still open: with every rule switched on."""
    other = make_plan("other-plan")
    make_stocktake(other, by=coordinator, second_reviewer=second_reviewer)
    third = make_plan("third-plan")
    plan_stocktake(stocktake=unsaved(third, now), by=coordinator, at=now)
    make_entry(
        member_commitment_of(plan, "1.1.1", "JP"), by=officer_jp,
        state=State.IN_CLEARANCE,
    )  # fmt: skip
    ask_question(
        entry_id=recorded.pk, body="And when?", due_on=(now + timedelta(days=2)).date(),
        by=officer_fr, at=now,
    )  # fmt: skip
    request.getfixturevalue("all_rules")
    return recorded


def run(statement: LiteralString | str) -> int:
    """Run it as the application's role, and return the number of rows."""
    with psycopg.connect(os.environ["DATABASE_URL"]) as session:
        return session.execute(statement.encode()).rowcount


def test_every_forgery_is_refused(world, verify):
    made = []
    for name, statement in REFUSED.items():
        try:
            run(statement)
        except psycopg.IntegrityError:  # a rule of ours, by its SQLSTATE
            continue
        except psycopg.errors.InsufficientPrivilege:
            continue
        made.append(name)
    assert made == []
    assert len(REFUSED) >= 40
    assert verify() == []


NOW = "now()"
# Only an action adds to the trail; the words that name the row.
FOUND = {
    "a question": (question(NOW), "The question ", "is not in the trail"),
    "an answer": (answer(NOW), "The answer ", "is not in the trail"),
    "a receipt": (handover(NOW), "The receipt ", "is not in the trail"),
    "an extension": (extension(NOW), "The extension ", "is not in the trail"),
    "an opening": (opening(NOW), "The opening ", "is not in the trail"),
    "a closing": (closing(NOW), "The closing ", "is not in the trail"),
    "a commitment": (
        "INSERT INTO commitments_commitment (plan_id, action_id, position, code, text,"
        " short_title, is_joint, version)"
        " SELECT plan_id, action_id, 99, '9.9', 'Do less.', 'Less', false, 1"
        " FROM commitments_commitment JOIN commitments_plan AS p ON p.id = plan_id"
        " WHERE code = '2.1' AND slug = 'test-plan'",
        "plan test-plan: changed since it was recorded: commitments 9.9, order 5",
    ),
    "a clause": (
        "INSERT INTO commitments_clause (commitment_id, letter, text)"
        " SELECT commitment_id, 'b', 'Do less.' FROM commitments_clause",
        "plan test-plan: changed since it was recorded: commitments 1.2.2 clauses b",
    ),
}  # fmt: skip


@pytest.mark.long
def test_what_no_action_did_is_named(world, verify):
    for name, (statement, *words) in FOUND.items():
        before = verify()
        assert run(statement) == 1, name
        new = [line for line in verify() if line not in before]
        assert any(all(word in line for word in words) for line in new), (name, new)


@pytest.mark.long
def test_a_row_of_the_trail_about_nothing_is_named(world, verify):
    forged_trail(TrailRecord.Kind.ANSWER, world.pk)
    assert f"answer {world.pk}: what it covers is gone" in "".join(verify())


@pytest.mark.long
def test_a_row_of_the_trail_with_no_key_is_named(world, verify):
    kind = TrailRecord.Kind
    for subject in ("x", "9" * 40, "-1"):
        for forged in (kind.ANSWER, kind.RECEIPT, kind.PLAN):
            forged_trail(forged, subject)
            assert f"{forged} {subject}: what it covers is gone" in "".join(verify())


def test_only_the_owner_begins_the_trail(world):
    with pytest.raises(DatabaseError, match="does not continue the trail"):
        forged_trail(TrailRecord.Kind.START, "trail")


def test_a_row_of_the_trail_before_its_act_is_named(world, verify):
    asked = Question.objects.get(answer="")
    forged_trail(TrailRecord.Kind.ANSWER, asked.pk)
    assert f"answer {asked.pk}: changed since it was recorded" in "".join(verify())


def test_the_actions_keep_every_rule(
    all_rules, plan, coordinator, second_reviewer, officer_jp, head_jp, verify, now
):
    """From a planned stocktake to its close, with a publication in between."""
    planned = plan_stocktake(stocktake=unsaved(plan, now), by=coordinator, at=now)
    stocktake = open_stocktake(
        stocktake_id=planned.pk, version=1, second_reviewer=second_reviewer,
        by=coordinator, at=now,
    )  # fmt: skip
    draft = make_entry(
        member_commitment_of(plan, "1.2.2", "JP"), by=officer_jp, stocktake=stocktake,
        written_at=now,
    )  # fmt: skip
    publish_by_every_step(draft, by=officer_jp, head=head_jp, chair=coordinator, at=now)
    close_stocktake(
        stocktake_id=stocktake.pk, version=stocktake.version, by=coordinator, at=now
    )
    kinds = set(TrailRecord.objects.values_list("kind", flat=True))
    assert kinds == {"plan", "presidency", "opening", "publication", "closing"}
    assert verify() == []


def test_the_next_presidency_may_still_move(world, verify):
    """It has not begun, and the plan of a next one may change."""
    moved = "UPDATE accounts_presidency SET ends_at = ends_at + interval '1 day'"
    assert run(f"{moved} WHERE id = {NEXT}") == 1
    assert Presidency.objects.count() == 3
    assert verify() == []
