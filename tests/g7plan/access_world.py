"""The world of the table of access: what its objects are made from."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from accounts.models import ActingHead, Role, Scope, User
from commitments.models import Plan
from partners.actions.feeds import FeedContent, make_feed
from partners.actions.webhook_deliveries import ping_endpoint
from partners.actions.webhooks import create_endpoint
from partners.models import (
    Notice,
    NoticeKind,
    PrivateFeed,
    ToldAs,
    WebhookDelivery,
)
from progress.actions.sheet_uploads import keep_upload
from progress.changes.change import ChangeFilters
from progress.models import Entry, Handling, SheetUpload, State, Stocktake
from reports.actions.schedules import add_schedule
from reports.formats import FORMAT_RULES
from reports.models import Report, Schedule
from reports.schedules.terms import ScheduleTerms
from tests.conversations import make_round
from tests.factories import (
    make_acting_head,
    make_entry,
    make_user,
    member_commitment_of,
)
from tests.finished_reports import make_finished_report
from tests.partners.webhooks.readers import webhook_reader
from tests.reports.circulation.circulated_reports import approve
from tests.reports.circulation.circulations import circulate, make_draft


@dataclass(frozen=True)
class World:
    """What the objects of the table are made from."""

    plan: Plan
    stocktake: Stocktake
    people: dict[str, User]

    def entry(self, state: State, member: str = "JP", **fields: Any) -> Entry:
        return make_entry(
            member_commitment_of(self.plan, "1.2.2", member),
            by=make_user(Role.OFFICER, member=member),
            state=state,
            stocktake=self.stocktake,
            **fields,
        )

    def file(self, state: State, **fields: Any) -> list[object]:
        entry = self.entry(state, file_name="protocol.txt", **fields)
        return [entry.evidence_links.get().evidence_id]

    def planned(self) -> Stocktake:
        now = datetime.now(UTC)
        return Stocktake.objects.create(
            plan=self.plan,
            slug="planned",
            title="Planned",
            opens_at=now + timedelta(days=60),
            due_at=now + timedelta(days=70),
            grace_ends_at=now + timedelta(days=80),
        )

    def thread(self, name: str, state: State, member: str = "JP") -> list[object]:
        return [self.entry(state, member).pk, name]

    def returned_once(self, state: State, **fields: Any) -> list[object]:
        entry = self.entry(state, **fields)
        make_round(entry, by=self.people["coordinator"])
        return [entry.pk]

    def report(self, state: Report.State) -> Report:
        now = datetime.now(UTC)
        is_finished = state in {Report.State.DONE, Report.State.FAILED}
        return Report.objects.create(
            plan=self.plan,
            at=now.date(),
            known_at=now,
            audience=Handling.GREEN,
            requested_at=now,
            requested_by=self.people["coordinator"],
            is_of_presidency=True,
            state=state,
            snapshot={} if state is Report.State.DONE else None,
            finished_at=now if is_finished else None,
        )

    def sheet(self, **fields: Any) -> SheetUpload:
        """What an officer uploaded."""
        upload = keep_upload(
            plan=self.plan,
            file_name="mine.csv",
            content=b"rows",
            by=self.people["officer_jp"],
            at=datetime.now(UTC),
        )
        SheetUpload.objects.filter(pk=upload.pk).update(**fields or {"decisions": {}})
        return upload

    def acting_head(self) -> ActingHead:
        return make_acting_head(
            make_user(Role.OFFICER, member="JP"), self.people["head_jp"]
        )

    def notice(self) -> Notice:
        return Notice.objects.create(
            user=self.people["officer_jp"],
            kind=NoticeKind.RETURNED,
            key="event-1",
            told_as=ToldAs.DELEGATION,
            member_id="JP",
            entry=self.entry(State.RETURNED),
            created_at=datetime.now(UTC),
        )

    def schedule(self) -> Schedule:
        terms = ScheduleTerms(plan=self.plan, audience="green", rhythm="at_close")
        by = self.people["coordinator"]
        return add_schedule(terms=terms, by=by, at=datetime.now(UTC))

    def feed(self, kind: str) -> tuple[PrivateFeed, str]:
        """A private address of officer JP, with its token."""
        content = FeedContent(kind=kind, plan=self.plan)
        officer = self.people["officer_jp"]
        return make_feed(content=content, by=officer, at=datetime.now(UTC))

    def delivery(self) -> WebhookDelivery:
        """A test that waits to be sent to a webhook of another key."""
        reader, at = webhook_reader(Scope.READ_GREEN), datetime.now(UTC)
        endpoint, _secret = create_endpoint(
            url="https://hooks.example/", filters=ChangeFilters(), by=reader, at=at
        )
        return ping_endpoint(endpoint_id=endpoint.pk, by=reader, at=at)

    def draft_report(self) -> Report:
        """Return a draft of the Presidency that can go round."""
        return make_draft(self.plan, by=self.people["coordinator"])

    def circulated_report(self, *, left: int) -> Report:
        """Return a draft that went round: the days that are left until its deadline."""
        draft = self.draft_report()
        ended = -timedelta(days=left)
        circulate(draft, by=self.people["coordinator"], ended=ended)
        return draft

    def finished(
        self,
        by: str = "coordinator",
        audience: Handling = Handling.GREEN,
        **fields: Any,
    ) -> Report:
        """Return a finished report with a snapshot and files, requested by a role."""
        now = datetime.now(UTC)
        return make_finished_report(
            plan=self.plan,
            at=now.date(),
            known_at=now,
            audience=audience,
            requested_at=now,
            requested_by=self.people[by],
            is_of_presidency=by.endswith("coordinator"),
            formats=FORMAT_RULES,
            **fields,
        )

    def final_report(self) -> Report:
        """Return the final report of a draft that went round, with its files."""
        draft, by = self.circulated_report(left=-1), self.people["coordinator"]
        other = make_user(Role.COORDINATOR, member=by.member_id)
        approve(draft.circulations.get(), by, other)
        return self.finished(
            "coordinator",
            circulation=Report.Circulation.FINAL,
            final_of=draft,
            facts_sha256=draft.facts_sha256,
        )
