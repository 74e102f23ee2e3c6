"""Tests of the demo data: complete, in every state, marked, and fully removable."""

import subprocess
import sys
from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connections

from accounts.models import AssessingBody, Member, Presidency, Role, User, chair_at
from audit.models import Demonstration, Event
from commitments.models import Commitment, LeadAndTargetVersion, MemberCommitment
from partners.event_consumer import read_new_events
from partners.models import Notice
from partners.runner import make_due_digests
from progress.conversations.threads import open_exchanges
from progress.models import (
    Assessment,
    AssessmentComment,
    AssessmentTable,
    Assignment,
    Comment,
    Entry,
    FocalPoint,
    Guideline,
    Handling,
    Question,
    Score,
    State,
    Stocktake,
    Transition,
)
from reports.models import Report
from tests.factories import make_entry, make_user
from tests.source_files import ROOT

FIXTURES = "fixtures/ise-shima-2016-ct"
pytestmark = [
    pytest.mark.django_db(transaction=True, databases=["default", "owner"]),
    pytest.mark.usefixtures("time_rules"),
]


@pytest.fixture
def real_plan(settings):
    call_command("load_reference_data", verbosity=0)
    folder = settings.BASE_DIR / "fixtures"
    call_command(
        "load_plan",
        str(folder / "ise-shima-2016-ct-action-plan.txt"),
        meta=folder / "ise-shima-2016-ct.toml",
        verbosity=0,
    )


def one(local_part: str) -> User:
    return User.objects.get(email=f"{local_part}@demo.example")


@pytest.mark.long
@pytest.mark.usefixtures("made_up_reports")
def test_the_demonstration_from_its_filling_to_its_end(
    real_plan, monkeypatch, tmp_path
):
    """One test, because filling it takes as long as hundreds of others."""
    began_at = datetime.now(UTC)
    call_command("load_demo_data")
    check_that_it_is_whole()
    check_that_it_is_told_in_order_of_time()
    check_that_its_ledger_is_whole(tmp_path)
    check_that_people_talk()
    check_that_two_bodies_score()
    check_that_the_last_days_are_told_and_no_more(began_at)
    check_that_there_is_one_person_for_each_role()
    check_that_the_newcomers_commitment_is_left_open()
    check_that_the_coordinator_follows_the_chair()
    check_that_only_the_word_itself_removes(monkeypatch)
    check_that_it_leaves_the_plan_and_nothing_else()
    check_that_the_refusals_stand_again()


def check_that_it_is_whole():
    closed, opened = Stocktake.objects.order_by("opens_at")
    assert (closed.state, opened.state) == ("closed", "open")
    in_closed = Entry.objects.filter(stocktake=closed, kind="update")
    assert in_closed.filter(state=State.PUBLISHED).count() == 224
    states = set(Entry.objects.filter(stocktake=opened).values_list("state", flat=True))
    assert states == set(State.values)
    of_japan = Entry.objects.filter(member_commitment__member="JP")
    assert set(of_japan.values_list("state", flat=True)) >= {
        State.DRAFT, State.IN_CLEARANCE, State.SUBMITTED, State.RETURNED,
        State.PUBLISHED,
    }  # fmt: skip
    assert set(Entry.objects.values_list("handling", flat=True)) == set(Handling.values)
    kinds = set(Entry.objects.values_list("kind", flat=True))
    assert kinds == set(Entry.Kind.values)
    assert Entry.objects.filter(narrative__regex="[ぁ-ん]").exists()
    assert len(set(in_closed.values_list("narrative", flat=True))) > 100
    assert any(entry.is_late for entry in in_closed.select_related("stocktake"))
    assert Demonstration.objects.count() == 1


def check_that_people_talk():
    assert FocalPoint.objects.filter(deputy__isnull=False).count() == 8
    assert Assignment.objects.filter(kind="responsible").count() > 50
    of_japan = Question.objects.asked_of("JP")
    assert (of_japan.open().count(), of_japan.answered().count()) == (1, 1)
    now = datetime.now(UTC)
    for local_part in ("officer.jp", "coordinator"):
        waiting = open_exchanges(one(local_part), now)
        assert [exchange.waits_for_us for exchange in waiting].count(True) == 1
    assert Comment.objects.filter(thread="delegation").exists()


def check_that_two_bodies_score():
    """In the closed stocktake and in the open one: each state, audience and score."""
    tables = AssessmentTable.objects.order_by("stocktake__opens_at", "number")
    told = "phase", "number", "state", "handling"
    observatory = tables.filter(body="university-observatory").values_list(*told)
    assert list(observatory) == [
        ("interim", 1, "released", "green"),
        ("final", 2, "released", "green"),
        ("final", 3, "released", "green"),
        ("interim", 1, "draft", "green"),
    ]
    institute = tables.filter(body="policy-institute").values_list(*told)
    assert list(institute) == [
        ("final", 1, "released", "clear"),
        ("interim", 1, "in_feedback", "green"),
    ]
    released = Assessment.objects.filter(table__state="released")
    scores = set(released.values_list("score", flat=True))
    assert scores == {"", *Score.values}
    draft = Assessment.objects.filter(table__state="draft")
    assert draft.filter(score="").count() == 168
    now = datetime.now(UTC)
    waiting = AssessmentComment.objects.visible_to(one("assessor.2"), now)
    assert waiting.filter(answers=None, answer=None).count() == 1
    assert AssessmentComment.objects.filter(answers__isnull=False).count() == 2


def check_that_it_is_told_in_order_of_time():
    """Otherwise the ledger would give most publications another entry's instant."""
    published = Entry.objects.filter(state=State.PUBLISHED)
    by_ledger = published.order_by("ledger_record")
    instants = list(by_ledger.values_list("published_at", flat=True))
    recorded = by_ledger.values_list("ledger_record__recorded_at", flat=True)
    assert list(recorded) == instants
    assert len(set(instants)) > 150
    transitions = Transition.objects.order_by("pk").values_list("at", flat=True)
    assert list(transitions) == sorted(transitions)
    for entry in published:
        assert entry.transitions.get(verb="publish").at == entry.published_at


def check_that_the_last_days_are_told_and_no_more(began_at):
    """Each person gets at most one mail, with the number of notices.

    The days count from the filling, which ends half a minute before now.
    """
    now = datetime.now(UTC)
    read_new_events(now)
    told = Notice.objects.all()
    assert told.filter(user=one("officer.jp")).exists()
    assert told.filter(user=one("coordinator")).exists()
    assert told.count() < 300
    assert not told.filter(created_at__lt=began_at - timedelta(days=6)).exists()
    mails = make_due_digests(now.replace(hour=23))
    assert len({digest.user_id for digest in mails}) == len(mails) <= 20


def check_that_its_ledger_is_whole(folder):
    """Check with the product, and with the export, a head and Python alone."""
    said = StringIO()
    call_command("verify_ledger", stdout=said)
    assert "The ledger is intact." in said.getvalue()
    call_command("export_ledger", out=str(folder / "ledger.jsonl"))
    head = Stocktake.objects.get(closed_at__isnull=False).closing_head
    script = ROOT / "docs/verify_ledger.py"
    done = subprocess.run(
        [sys.executable, "-I", script, folder / "ledger.jsonl", "--head", head],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")


def check_that_there_is_one_person_for_each_role():
    assert one("contributor.jp").roles == [Role.CONTRIBUTOR]
    for code in Member.objects.values_list("pk", flat=True):
        assert one(f"officer.{code.lower()}").roles == [Role.OFFICER]
        assert one(f"head.{code.lower()}").member_id == code
    assert one("coordinator").is_presidency(datetime.now(UTC))
    now = datetime.now(UTC)
    next_year = chair_at(now + timedelta(days=365))
    assert one("reviewer").member_id not in {chair_at(now), next_year}
    assert one("observer").roles == [Role.OBSERVER]
    assert one("assessor").roles == [Role.ASSESSOR]
    assert one("assessor").body_id != one("assessor.2").body_id
    assert one("admin").is_administrator
    assert one("admin").check_password("g7plan-demo")


def check_that_the_newcomers_commitment_is_left_open():
    row = MemberCommitment.objects.get(commitment__code="1.2.2", member="JP")
    assert not row.entries.in_progress().exists()
    assert row.entries.filter(state=State.PUBLISHED).count() == 1


def check_that_the_coordinator_follows_the_chair():
    next_year = Presidency.objects.get(starts_at__year=datetime.now(UTC).year + 1)
    entries = Entry.objects.count()
    with time_machine.travel(next_year.starts_at + timedelta(days=40), tick=False):
        call_command("load_demo_data")
        assert one("coordinator").member_id == next_year.member_id
        assert one("reviewer").member_id != next_year.member_id
    assert Entry.objects.count() == entries


def check_that_it_leaves_the_plan_and_nothing_else():
    call_command("remove_demo_data", no_input=True)
    for model in (
        User, Entry, Stocktake, Report, Demonstration, LeadAndTargetVersion,
        AssessingBody, Guideline, AssessmentTable,
    ):  # fmt: skip
        assert not model.objects.exists(), model
    assert Commitment.objects.count() == 28
    assert MemberCommitment.objects.filter(version=1).count() == 224
    assert Event.objects.get().verb == "demo.remove"

    call_command("load_demo_data")  # as the next `make run` would
    assert not User.objects.exists()


def check_that_only_the_word_itself_removes(monkeypatch):
    monkeypatch.setattr("builtins.input", lambda _question: "yes")
    with pytest.raises(CommandError, match="Nothing was removed"):
        call_command("remove_demo_data")
    assert User.objects.exists()


def check_that_the_refusals_stand_again():
    with connections["owner"].cursor() as cursor:
        cursor.execute("SHOW session_replication_role")
        assert cursor.fetchone() == ("origin",)


@pytest.mark.long
@pytest.mark.usefixtures("made_up_reports")
@pytest.mark.parametrize("date", ["2026-01-02", "2025-10-20", "2024-06-01"])
def test_the_demonstration_can_begin_on_any_day(real_plan, date):
    """A day of the past: the database's own clock dates nothing into the future."""
    with time_machine.travel(datetime.fromisoformat(f"{date}T10:00+00:00"), tick=False):
        call_command("load_demo_data")
        assert Entry.objects.filter(state=State.PUBLISHED).count() > 224
        assert Entry.objects.filter(published_at__gt=datetime.now(UTC)).count() == 0


@pytest.mark.long
def test_people_of_ones_own_keep_demo_data_out(real_plan, capsys):
    call_command("create_administrator", email="a@b.example", name="A", invite=True)
    call_command("load_demo_data")
    assert "people of its own" in capsys.readouterr().out
    assert not Demonstration.objects.exists()
    with pytest.raises(CommandError, match="not a demonstration database"):
        call_command("remove_demo_data", no_input=True)
    assert User.objects.exists()


def test_what_was_published_for_real_is_never_a_demonstration(real_plan):
    """The mark comes before the first record of the ledger, or never."""
    row = MemberCommitment.objects.select_related("commitment__plan", "member").get(
        commitment__code="1.2.2", member="JP"
    )
    at = datetime.now(UTC)
    make_entry(
        row,
        by=make_user(),
        state=State.PUBLISHED,
        written_at=at,
        submitted_at=at,
        published_at=at,
    )
    with pytest.raises(DatabaseError, match="it is no demonstration"):
        Demonstration.objects.using("owner").create(marked_at=datetime.now(UTC))
    with pytest.raises(CommandError, match="not a demonstration database"):
        call_command("remove_demo_data", no_input=True)
    assert Entry.objects.exists()


def test_production_has_no_demonstration(real_plan, settings):
    settings.PRODUCTION = True
    for command in ("load_demo_data", "remove_demo_data"):
        with pytest.raises(CommandError):
            call_command(command)
    with pytest.raises(CommandError, match="only a trial has"):
        call_command("prepare", demo=True)
    assert not User.objects.exists()
