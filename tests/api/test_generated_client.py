"""A client generated from the schema, with the committed configuration, in use.

The client is never committed. It speaks with a real server.
"""

import importlib
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from functools import partial
from http import HTTPStatus
from io import BytesIO, StringIO
from typing import Any, cast
from uuid import UUID

import pytest
from django.core.management import call_command

from accounts.models import Scope
from commitments.models import Plan
from progress.models import Entry, State
from reports.runner import compile_if_waiting
from tests.api.conftest import store_key
from tests.factories import add_file, make_entry, member_commitment_of, publish
from tests.source_files import ROOT

PACKAGE = "g7plan_api_client"

pytestmark = [
    pytest.mark.long,
    pytest.mark.django_db(transaction=True, databases=["default", "owner"]),
]


@pytest.fixture(scope="module")
def package(tmp_path_factory) -> Iterator[str]:
    """The client, generated into a folder that Python imports from."""
    folder = tmp_path_factory.mktemp("client")
    done = subprocess.run(
        [
            sys.executable, "-m", "openapi_python_client", "generate",
            "--path", str(ROOT / "docs/openapi.yaml"),
            "--config", str(ROOT / "docs/client.yaml"),
            "--meta", "none", "--output-path", str(folder / PACKAGE),
            "--fail-on-warning",
        ],
        capture_output=True,
        text=True,
        check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    sys.path.insert(0, str(folder))
    yield PACKAGE
    sys.path.remove(str(folder))
    for name in [one for one in sys.modules if one.partition(".")[0] == PACKAGE]:
        del sys.modules[name]


class Partner:
    """A partner's program: the generated client with one key."""

    def __init__(self, address: str, token: str) -> None:
        made = importlib.import_module(PACKAGE)
        self.client = made.AuthenticatedClient(base_url=address, token=token)

    def call(self, operation: str, *args: Any, **named: Any) -> Any:
        """Call `resource.operation`, and return what it answers: status and all."""
        tag, _dot, name = operation.partition(".")
        module = importlib.import_module(f"{PACKAGE}.api.{tag}.{name}")
        return module.sync_detailed(*args, client=self.client, **named)

    def rows(self, operation: str, **named: Any) -> Iterator[Any]:
        """Yield the rows of all pages."""
        read = partial(self.call, operation, page_size=2, **named)
        answer = read()
        while True:
            assert answer.status_code == HTTPStatus.OK, answer.content
            yield from answer.parsed.results
            if answer.parsed.next_cursor is None:
                return
            answer = read(cursor=answer.parsed.next_cursor)


@pytest.fixture
def partner(package, live_server) -> Iterator[Callable[..., Partner]]:
    """`partner(Scope.READ_GREEN, member="JP")` has a key with these rights."""
    partners = []

    def made(*scopes: Scope, member: str | None = None) -> Partner:
        one = Partner(live_server.url, store_key(*scopes, member=member)[1])
        partners.append(one)
        return one

    yield made
    for one in partners:
        one.client.get_httpx_client().close()


@pytest.fixture
def published(plan, officer_jp, coordinator):
    """An entry of Japan with a file, published now."""
    owed = member_commitment_of(plan, "1.2.2", "JP")
    entry = make_entry(owed, by=officer_jp, state=State.SUBMITTED)
    add_file(entry, by=officer_jp)
    publish(entry, by=coordinator, at=datetime.now(UTC))
    return entry


def test_it_pulls_a_plan_with_its_entries_and_files(partner, plan, published):
    reader = partner(Scope.READ_GREEN)
    (read,) = reader.rows("plans.plans_list")
    assert (read.slug, read.title) == (plan.slug, plan.title)
    commitments = list(reader.rows("commitments.commitments_list", plan=plan.slug))
    assert [one.code for one in commitments] == list(
        plan.commitments.order_by("position").values_list("code", flat=True)
    )
    (entry,) = reader.rows("entries.entries_list", plan=plan.slug)
    assert entry.id == published.pk
    assert entry.as_of == published.as_of
    (evidence,) = entry.evidence
    file = reader.call("evidence.evidence_file_retrieve", evidence.id)
    assert file.parsed.payload.read() == b"What protocol.txt says."


def test_it_gets_304_for_what_it_has(partner, plan):
    reader = partner(Scope.READ_GREEN)
    first = reader.call("plans.plans_retrieve", plan.slug)
    again = reader.call(
        "plans.plans_retrieve", plan.slug, if_none_match=first.headers["ETag"]
    )
    assert (again.status_code, again.content) == (HTTPStatus.NOT_MODIFIED, b"")


def test_it_reads_what_was_wrong(partner, plan):
    answer = partner(Scope.READ_GREEN).call("plans.plans_retrieve", "nothing")
    assert answer.status_code == HTTPStatus.NOT_FOUND
    assert answer.parsed.title == "Not found"
    assert answer.parsed.request_id == answer.headers["X-Request-ID"]


def add_protocol(writer: Partner, plan: Plan, content: bytes) -> UUID:
    """Send a file, and return the id of the evidence."""
    models = importlib.import_module(f"{PACKAGE}.models")
    types = importlib.import_module(f"{PACKAGE}.types")
    added = writer.call(
        "evidence.evidence_create",
        body=models.EvidenceFileRequest(
            member_commitment=member_commitment_of(plan, "1.2.2", "JP").pk,
            title="Protocol",
            file=types.File(BytesIO(content), "protocol.txt", "text/plain"),
        ),
    )
    assert added.status_code == HTTPStatus.CREATED, added.content
    return cast("UUID", added.parsed.id)


def new_entry(plan: Plan, item: UUID) -> Any:
    models = importlib.import_module(f"{PACKAGE}.models")
    return models.EntryRequest(
        evidence=[models.EvidenceItemRequest(id=item)],
        external_ref="MFA-2017-0042",
        plan=plan.slug,
        commitment="1.2.2",
        member="JP",
        as_of=date(2017, 3, 1),
        status=models.Status.LIMITED,
        narrative="All border posts now query the database.",
        handling=models.Handling.GREEN,
        language="en",
    )


def test_it_sends_an_entry_with_a_file_and_submits_it(partner, plan):
    models = importlib.import_module(f"{PACKAGE}.models")
    writer = partner(Scope.READ_OWN, Scope.WRITE_ENTRIES, member="JP")
    content = b"What the border posts report."
    item = add_protocol(writer, plan, content)
    body = new_entry(plan, item)
    key = "0f9c1f7e-6d0b-4a52-9d7e-2f1b8c3a5d64"
    sent = writer.call("entries.entries_create", body=body, idempotency_key=key)
    assert sent.status_code == HTTPStatus.CREATED, sent.content
    again = writer.call("entries.entries_create", body=body, idempotency_key=key)
    assert again.parsed.id == sent.parsed.id
    assert Entry.objects.count() == 1
    (evidence,) = sent.parsed.evidence
    file = writer.call("evidence.evidence_file_retrieve", evidence.id)
    assert file.parsed.payload.read() == content
    submitted = writer.call(
        "entries.entries_submit",
        sent.parsed.id,
        if_match=sent.headers["ETag"],
    )
    assert submitted.status_code == HTTPStatus.OK, submitted.content
    assert submitted.parsed.state == models.State.IN_CLEARANCE
    stale = writer.call(
        "entries.entries_recall",
        sent.parsed.id,
        if_match=sent.headers["ETag"],
    )
    assert stale.status_code == HTTPStatus.PRECONDITION_FAILED


def test_it_follows_what_changed_and_forgets_what_was_erased(
    partner, plan, officer_jp, coordinator
):
    first, second = (
        make_entry(
            member_commitment_of(plan, code, "JP"),
            by=officer_jp,
            state=State.SUBMITTED,
            narrative=f"What Japan did on {code}.",
        )
        for code in ("1.2.1", "1.2.2")
    )
    reader, kept = partner(Scope.READ_GREEN), dict[UUID, str]()
    publish(first, by=coordinator, at=datetime.now(UTC))
    cursor = follow(reader, kept)
    assert kept == {first.pk: "What Japan did on 1.2.1."}
    publish(second, by=coordinator, at=datetime.now(UTC))
    cursor = follow(reader, kept, since=cursor)
    assert kept.keys() == {first.pk, second.pk}
    why = {"reason": "Order 12", "by": "A. Clerk", "yes": True}
    call_command("erase_entry", str(first.pk), stdout=StringIO(), **why)
    assert follow(reader, kept, since=cursor) != cursor
    assert kept == {second.pk: "What Japan did on 1.2.2."}


def follow(reader: Partner, kept: dict[UUID, str], **since: str) -> str:
    """Keep what is published, forget all else, and return the cursor."""
    models = importlib.import_module(f"{PACKAGE}.models")
    while True:
        page = reader.call("changes.changes_list", page_size=1, **since).parsed
        for change in page.results:
            if change.kind == models.ChangeKind.PUBLISHED:
                kept[change.entry_id] = change.entry.narrative
                kept.pop(change.supersedes, None)
            else:
                kept.pop(change.entry_id, None)
        since = {"since": page.next_cursor}
        if page.next_ is None:
            return str(page.next_cursor)


def test_it_requests_a_report_follows_the_job_and_downloads_it(
    partner, plan, published, made_up_reports
):
    models = importlib.import_module(f"{PACKAGE}.models")
    asker = partner(
        Scope.READ_GREEN, Scope.READ_REPORTS, Scope.COMPILE_REPORTS, member="JP"
    )
    body = models.ReportRequest(
        plan=plan.slug,
        kind=models.ReportKind.MEMBER,
        audience=models.Handling.GREEN,
        member="JP",
    )
    asked = asker.call("reports.reports_create", body=body)
    assert asked.status_code == HTTPStatus.ACCEPTED, asked.content
    assert asked.parsed.state == models.ReportState.QUEUED
    assert compile_if_waiting(asked.parsed.id)
    report = asker.call("reports.reports_retrieve", asked.parsed.id).parsed
    assert (report.state, report.percent) == (models.ReportState.DONE, 100)
    file = asker.call(
        "reports.reports_files_retrieve", report.id, models.ReportFormat.PDF
    )
    assert file.parsed.payload.read() == b"a document"
