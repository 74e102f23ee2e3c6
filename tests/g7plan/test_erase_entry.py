"""Tests of legal erasure: no text is left, and the ledger can still be verified."""

from datetime import timedelta
from hashlib import sha256
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, connections
from psycopg import sql

from audit.models import Event
from commitments.models import Action
from progress.models import (
    Entry,
    EntryEvidence,
    Evidence,
    EvidenceFile,
    LinkCheck,
    State,
    Tombstone,
)
from reports.actions.requests import request_report
from reports.actions.work import (
    CompiledFile,
    SnapshotHashes,
    claim_report,
    finish_report,
)
from reports.kinds import LAYOUTS, Kind
from reports.models import Report
from reports.renderers.documents import RENDERERS
from reports.report_request import ReportRequest, Since
from reports.runner import compile_if_waiting
from tests.factories import make_entry, member_commitment_of, publish
from tests.g7plan.words_of_an_entry import CANARY, add_evidence, talk
from tests.progress.tampering import as_superuser
from tests.reports.old_snapshots import as_schema

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])
REASON, CLERK = "Order 12 of the court", "A. Clerk"


@pytest.fixture
def people(officer_jp, head_jp, officer_fr, coordinator):
    return {"JP": officer_jp, "head": head_jp, "FR": officer_fr, "chair": coordinator}


@pytest.fixture
def told(plan, stocktake, people, now):
    """A published entry with a unique word in everything that can hold one."""
    by, chair = people["JP"], people["chair"]
    corrected = make_entry(
        member_commitment_of(plan, "1.2.2", "JP"), by=by, state=State.PUBLISHED
    )
    entry = make_entry(
        member_commitment_of(plan, "1.2.2", "JP"),
        by=by,
        state=State.SUBMITTED,
        stocktake=stocktake,
        kind=Entry.Kind.CORRECTION,
        supersedes=corrected,
        reason=f"Reason {CANARY}",
        is_at_risk=True,  # the summary of a report then quotes its obstacles
        narrative=f"Narrative {CANARY}",
        next_steps=f"Next {CANARY}",
        obstacles=f"Obstacles {CANARY}",
    )
    add_dead_link(entry, by, now)
    add_evidence(entry, by, 1, citation=f"Citation {CANARY}")
    content = f"File {CANARY}".encode()
    file = add_evidence(
        entry, by, 2, kind="file", file_name=f"{CANARY}.txt", media_type="text/plain",
        size=len(content), sha256=sha256(content).hexdigest(),
    )  # fmt: skip
    EvidenceFile.objects.create(evidence=file, content=content)
    former = Evidence.objects.create(
        kind="citation", title=CANARY, citation=CANARY, member_id="JP",
        added_at=entry.written_at, added_by=by,
    )  # fmt: skip
    talk(entry, people, stocktake, now, former)
    publish(entry, by=chair, at=now - timedelta(hours=1))
    return entry


def add_dead_link(entry, by, now):
    link = add_evidence(
        entry, by, 0, kind="link", url=f"https://example.org/{CANARY}",
        accessed_on=now.date(),
    )  # fmt: skip
    checked = now - timedelta(hours=2)
    LinkCheck.objects.create(
        evidence=link, due_at=now, problem=f"{CANARY}: gone", checked_at=checked,
        dead_since=checked, failure_count=2,
    )  # fmt: skip


@pytest.fixture
def asked(plan, people, now):
    """`asked()` makes a report that waits for its worker."""

    def ask():
        request = ReportRequest(plan, "green", now.date(), now.replace(microsecond=0))
        return request_report(request=request, by=people["chair"], at=now)

    return ask


def erase(entry, **options):
    out = StringIO()
    given = {"reason": REASON, "by": CLERK, "yes": True, **options}
    call_command("erase_entry", str(entry.pk), stdout=out, **given)
    return out.getvalue()


def tables_with(word):
    """Return every table with the text in its rows, as text or as bytes."""
    found = set()
    with as_superuser() as admin:
        tables = admin.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
        ).fetchall()
        for (table,) in tables:
            statement = sql.SQL(
                "SELECT count(*) FROM {table} AS row"
                " WHERE row::text LIKE %s OR row::text LIKE %s"
            ).format(table=sql.Identifier(table))
            patterns = [f"%{word}%", f"%{word.encode().hex()}%"]
            if admin.execute(statement, patterns).fetchone() != (0,):
                found.add(table)
    return found


@pytest.mark.long
def test_the_canary_stands_in_every_table_that_holds_words(told, asked):
    assert compile_if_waiting(asked().pk)
    # Whether a PDF's bytes show it depends on how they are compressed.
    assert tables_with(CANARY) - {"reports_reportfile"} == {
        "progress_entry", "progress_entrysearch", "progress_evidence",
        "progress_evidencefile",
        "progress_linkcheck", "progress_round", "progress_transition",
        "progress_comment", "progress_question", "progress_release",
        "progress_clearance", "reports_report",
    }  # fmt: skip


def test_no_word_is_left_and_the_ledger_is_whole(told, asked):
    assert compile_if_waiting(asked().pk)
    assert "Reports that held it: 1." in erase(told)
    assert tables_with(CANARY) == set()
    tombstone = Tombstone.objects.get()
    told.refresh_from_db()
    assert tombstone.content_sha256 == told.ledger_record.content_sha256
    assert told.narrative.startswith("[erased on ")
    assert REASON in told.narrative
    out = StringIO()
    call_command("verify_ledger", stdout=out)
    assert f"by {CLERK}: {REASON}" in out.getvalue()
    assert "The ledger is intact." in out.getvalue()


@pytest.mark.long
@pytest.mark.usefixtures("made_up_reports")
def test_no_word_is_left_in_reports_of_any_kind(told, plan, people, now):
    """Each quotes the entry in every part that it has."""
    known_at = now.replace(microsecond=0)
    since = Since(at=now.date() - timedelta(days=2))
    kinds: dict[Kind, Any] = {
        "stocktake": {},
        "member": {"member": people["JP"].member},
        "brief": {"action": Action.objects.get(plan=plan, number=1)},
        "changes": {"since": since},
    }
    wanted = [
        ReportRequest(
            plan, "amber", now.date(), known_at, kind=kind, layout=layout, **scope
        )
        for kind, scope in kinds.items()
        for layout in LAYOUTS
    ]
    wanted.append(ReportRequest(plan, "amber", now.date(), known_at, kind="gaps"))
    for request in wanted:
        report = request_report(request=request, by=people["chair"], at=now)
        assert compile_if_waiting(report.pk)
        report.refresh_from_db()
        assert CANARY in str(report.snapshot), request
    assert f"Reports that held it: {len(wanted)}." in erase(told)
    assert tables_with(CANARY) == set()
    for report in Report.objects.all():
        assert CANARY not in str(report.snapshot)
        assert {bytes(file.content) for file in report.files.all()} == {b""}


def test_the_event_names_who_and_no_word(told):
    erase(told)
    event = Event.objects.get(verb="entry.erase")
    assert event.data["by"] == CLERK
    assert REASON not in str(event.data)


@pytest.mark.usefixtures("made_up_reports")
def test_it_says_first_what_it_will_do_and_asks(told, asked, monkeypatch, capsys):
    report = asked()
    assert compile_if_waiting(report.pk)
    monkeypatch.setattr("builtins.input", lambda _question: "yes")
    with pytest.raises(CommandError, match="Nothing was erased"):
        call_command("erase_entry", str(told.pk), reason=REASON, by=CLERK)
    said = capsys.readouterr().out
    assert "1 returns, 2 comments and 1 questions" in said
    assert "4 items of evidence" in said
    assert f"NOT erased: entry {told.supersedes_id}" in said
    assert f"Report {report.pk}" in said
    assert CANARY not in said
    assert "progress_entry" in tables_with(CANARY)


def test_the_word_itself_goes_on(told, monkeypatch):
    monkeypatch.setattr("builtins.input", lambda _question: "erase")
    erase(told, yes=False)
    assert Tombstone.objects.exists()


def test_what_another_entry_rests_on_stays_and_what_repeats_it_is_named(
    told, people, plan
):
    row = member_commitment_of(plan, "1.2.2", "JP")
    later = make_entry(
        row, by=people["JP"], state=State.DRAFT, narrative=told.narrative
    )
    shared = told.evidence.get(kind="link")
    EntryEvidence.objects.create(entry=later, evidence=shared, position=0)
    said = erase(told)
    assert "1 support another entry too" in said
    assert f"NOT erased: entry {later.pk} (Draft), which repeats part of it" in said
    assert Evidence.objects.get(pk=shared.pk).url.endswith(CANARY)


@pytest.mark.long
def test_readers_find_the_mark(told, asked, signed_in, people):
    erase(told)
    for name in ("JP", "FR", "chair"):
        page = signed_in(people[name]).get(f"/entries/{told.pk}/").content.decode()
        assert "[erased on " in page
        assert CANARY not in page


@pytest.mark.long
@pytest.mark.usefixtures("made_up_reports")
def test_a_report_says_so_and_its_files_are_gone(told, asked, signed_in, people):
    report = asked()
    assert compile_if_waiting(report.pk)
    before = list(report.files.order_by("format").values("format", "size", "sha256"))
    assert {row["format"] for row in before} == set(RENDERERS)
    erase(told)
    report.refresh_from_db()
    assert report.erased_at
    files = report.files.order_by("format")
    assert {bytes(file.content) for file in files} == {b""}
    assert before == list(files.values("format", "size", "sha256"))
    chair = signed_in(people["chair"])
    page = chair.get(f"/reports/{report.pk}/").content.decode()
    assert "Compile a new report" in page
    assert "Erased on" in chair.get("/reports/").content.decode()
    for row in before:
        name, digest = row["format"], row["sha256"]
        gone = chair.get(f"/reports/{report.pk}/files/{name}/")
        assert gone.status_code == 410
        assert "was erased by law" in gone.content.decode()
        assert digest in page
        through_api = chair.get(f"/api/v1/reports/{report.pk}/files/{name}/")
        assert through_api.status_code == 410
        assert through_api["Content-Type"] == "application/problem+json"


@pytest.mark.long
@pytest.mark.usefixtures("made_up_reports")
def test_a_report_compiled_anew_has_the_mark(told, asked):
    erase(told)
    report = asked()
    assert compile_if_waiting(report.pk)
    report.refresh_from_db()
    assert "[erased on " in str(report.snapshot)
    assert report.erased_at is None


@pytest.mark.usefixtures("made_up_reports")
def test_a_report_without_the_words_stays_as_it_is(told, plan, people, now):
    early = now - timedelta(hours=2)
    request = ReportRequest(plan, "green", early.date(), early.replace(microsecond=0))
    report = request_report(request=request, by=people["chair"], at=now)
    assert compile_if_waiting(report.pk)
    erase(told)
    report.refresh_from_db()
    assert report.erased_at is None
    assert all(file.content for file in report.files.all())


@pytest.mark.usefixtures("made_up_reports")
@pytest.mark.parametrize("schema", [1, 2, 3, 4, 5, 6])
def test_a_report_of_an_earlier_shape_loses_the_words_too(told, asked, schema):
    report = asked()
    assert compile_if_waiting(report.pk)
    report.refresh_from_db()
    as_schema(report, schema)
    assert "Reports that held it: 1." in erase(told)
    assert tables_with(CANARY) == set()


@pytest.mark.usefixtures("made_up_reports")
def test_a_report_no_longer_says_that_a_link_of_it_is_dead(told, asked):
    report = asked()
    assert compile_if_waiting(report.pk)
    report.refresh_from_db()
    [dead] = report.snapshot["envelope"]["dead_links"][str(told.pk)]
    assert dead["number"] == 1
    erase(told)
    report.refresh_from_db()
    assert report.snapshot["envelope"]["dead_links"] == {}


@pytest.mark.usefixtures("made_up_reports")
@pytest.mark.parametrize("schema", [0, 8, "4", None])
def test_nothing_is_erased_where_a_report_has_an_unknown_shape(told, asked, schema):
    report = asked()
    assert compile_if_waiting(report.pk)
    report.refresh_from_db()
    as_schema(report, schema)
    with pytest.raises(CommandError, match=f"report {report.pk}: a snapshot of schema"):
        erase(told)
    told.refresh_from_db()
    assert CANARY in told.narrative


def test_a_report_being_compiled_begins_again(told, asked, now):
    claimed = claim_report(report_id=asked().pk, at=now)
    assert claimed
    erase(told)
    assert not finish_report(
        report=claimed,
        snapshot={"narrative": CANARY},
        hashes=SnapshotHashes("0" * 64, "1" * 64),
        files=[CompiledFile("pdf", CANARY.encode())],
        replaced=[],
        at=now,
    )
    assert Report.objects.get().state == "queued"
    assert tables_with(CANARY) == set()


@pytest.mark.parametrize(
    ("options", "words"),
    [({"reason": " "}, "Give the reason"), ({"by": ""}, "Give the reason")],
)
def test_it_wants_a_reason_and_a_name(told, options, words):
    with pytest.raises(CommandError, match=words):
        erase(told, **options)


def test_only_what_is_published_is_erased_and_once(told, plan, people):
    draft = make_entry(member_commitment_of(plan, "1.1.1", "JP"), by=people["JP"])
    with pytest.raises(CommandError, match="Only a published entry"):
        erase(draft)
    erase(told)
    with pytest.raises(CommandError, match="has already been erased"):
        erase(told)
    Entry.objects.filter(pk=draft.pk).update(narrative="Still a draft.")
    with pytest.raises(CommandError, match="There is no entry"):
        call_command("erase_entry", "0" * 32, reason=REASON, by=CLERK, yes=True)


def test_only_the_owner_s_connection_can(told, monkeypatch):
    monkeypatch.setattr(
        type(connections), "__contains__", lambda _self, alias: alias != "owner",
        raising=False,
    )  # fmt: skip
    with pytest.raises(CommandError, match="DATABASE_OWNER_URL is not set"):
        erase(told)
    assert "progress_entry" in tables_with(CANARY)


def test_the_refusals_stand_again_afterwards(told):
    erase(told)
    with connections["owner"].cursor() as cursor:
        cursor.execute("SHOW session_replication_role")
        assert cursor.fetchone() == ("origin",)
    assert connection.vendor == "postgresql"
