"""A small record, with one of everything that a report can say about a position."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from accounts.dates import utc_day
from accounts.models import Member, Role, User
from commitments.models import Action, Instrument, Plan, SubArea
from progress.models import Entry, Handling, Stocktake
from reports.models import Report
from tests.factories import (
    add_evidence,
    add_file,
    make_entry,
    make_stocktake,
    make_user,
    member_commitment_of,
    publish,
    set_lead_and_target,
)

EARLIER, NOW = "autumn", "spring"


@dataclass(frozen=True)
class Written:
    """An entry of the world: where, how many days ago, and what it says."""

    code: str
    member: str
    days: int
    status: str
    stocktake: str = NOW
    handling: str = Handling.GREEN
    kind: str = "update"
    fields: dict[str, Any] = field(default_factory=dict)
    evidence: str = ""


ENGLISH = (
    "The law entered into force on 1 March. Authorities **exchange alerts** every"
    " day.\n\n- Training of 450 officers\n- Connection of 12 posts\n\nSee the"
    " [annual summary](https://example.org/summary?year=1&page=2)."
)
FRENCH = (
    "La France a renforcé la coordination et publié un plan national ; une évaluation"
    " est prévue à l'automne.\n\n1. Formation de 450 agents\n2. Raccordement de postes"
)
JAPANESE = (
    "日本は旅券データベースへの照会を開始した。\n\n2017年度には**研修**を三件実施した。"
)
ARABIC = "عززت السلطات تبادل المعلومات مع الشركاء."
# A sign at the beginning of a text means a formula to a spreadsheet.
FORMULA = '=HYPERLINK("https://example.org/"; "annual") is what the text says.'
OLD = "The exchange of alerts goes on with the same partners."

# In the order of their publication.
ENTRIES = (
    Written("1.1.1", "CA", 80, "limited", EARLIER),
    Written("1.1.1", "FR", 80, "implemented", EARLIER, fields={"narrative": FRENCH}),
    Written("1.1.1", "DE", 79, "substantial", EARLIER),
    Written("1.1.1", "GB", 79, "limited", EARLIER, fields={"is_at_risk": True}),
    Written("1.1.1", "EU", 78, "substantial", EARLIER, Handling.CLEAR),
    Written("1.2.1", "JP", 78, "limited", EARLIER, fields={"narrative": OLD}),
    Written("1.2.1", "US", 78, "limited", EARLIER),
    Written("2.1", "IT", 77, "not_applicable", EARLIER),
    Written("1.1.1", "CA", 10, "implemented", evidence="link", fields={
        "narrative": ENGLISH, "next_steps": "Extend the arrangement to seaports.",
    }),
    Written("1.1.1", "DE", 10, "limited", evidence="link citation file", fields={
        "is_at_risk": True, "obstacles": "Connectivity at two land borders is poor.",
    }),
    Written("1.1.1", "IT", 10, "substantial", handling=Handling.AMBER),
    Written("1.1.1", "JP", 9, "substantial", fields={"narrative": JAPANESE}),
    Written("1.1.1", "GB", 9, "implemented"),
    Written("1.1.1", "GB", 8, "implemented", kind="withdrawal"),
    Written("1.1.1", "US", 8, "limited"),
    Written("1.1.1", "US", 7, "substantial", kind="correction", fields={
        "narrative": FORMULA,
    }),
    Written("1.1.1", "EU", 7, "not_applicable", handling=Handling.CLEAR),
    Written("1.2.1", "JP", 7, "limited", fields={
        "narrative": OLD, "unchanged_since": 78, "confirmed_at": 7,
    }),
    Written("1.2.1", "FR", 6, "not_started", handling=Handling.CLEAR, evidence="file"),
    Written("1.2.2", "CA", 6, "not_started", fields={"narrative": ARABIC}),
    Written("1.2.2", "GB", 2, "substantial", fields={"is_at_risk": True}),
    Written("1.2.2", "EU", 2, "limited", handling=Handling.AMBER),
    Written("2.1", "JP", 2, "implemented", evidence="citation"),
    Written("2.1", "US", 1, "substantial", handling=Handling.CLEAR),
)  # fmt: skip
DUE = 3  # days ago: what came after is late
LEADS = (
    ("1.1.1", "DE", "Ministry of the Interior", -30),
    ("1.2.1", "FR", "=Direction; +centrale", 30),
    ("1.2.2", "IT", "Not told below amber", -20),
    ("2.1", "JP", "", -10),
)


class ToldWorld:
    """The record, and the requests for reports of it."""

    def __init__(self, plan: Plan, coordinator: User, second_reviewer: User) -> None:
        self.now = datetime.now(UTC).replace(microsecond=0)
        self.plan, self.coordinator = plan, coordinator
        self.officers = {
            code: make_user(Role.OFFICER, member=code)
            for code in ("CA", "FR", "DE", "IT", "JP", "GB", "US", "EU")
        }
        people: dict[str, Any] = {
            "by": coordinator,
            "second_reviewer": second_reviewer,
        }
        closed = self._days(
            opens_at=120, opened_at=120, due_at=75, grace_ends_at=70, closed_at=70
        )
        closed["closed_by"] = coordinator
        opened = self._days(opens_at=60, opened_at=60, due_at=DUE, grace_ends_at=-20)
        self.stocktakes = {
            EARLIER: make_stocktake(plan, slug=EARLIER, **people, **closed),
            NOW: make_stocktake(plan, slug=NOW, **people, **opened),
        }
        self._add_entries()
        for code, member, lead, days in LEADS:
            owed = member_commitment_of(plan, code, member)
            set_lead_and_target(owed, lead, utc_day(self.now) + timedelta(days))

    def _days(self, **days: int) -> dict[str, Any]:
        return {name: self.ago(count) for name, count in days.items()}

    def ago(self, days: float) -> datetime:
        return self.now - timedelta(days=days)

    @property
    def stocktake(self) -> Stocktake:
        return self.stocktakes[NOW]

    def _add_entries(self) -> None:
        last: dict[tuple[str, str], Entry] = {}
        for number, one in enumerate(ENTRIES):
            at = self.ago(one.days) + timedelta(minutes=number)
            before = last.get((one.code, one.member))
            last[one.code, one.member] = self._add(one, at, before)

    def _add(self, one: Written, at: datetime, before: Entry | None) -> Entry:
        fields = {"as_of": utc_day(at) - timedelta(1), **one.fields}
        if "unchanged_since" in fields:
            fields["unchanged_since"] = utc_day(self.ago(fields["unchanged_since"] + 1))
            fields["confirmed_at"] = self.ago(fields["confirmed_at"])
            fields["confirmed_by"] = self.officers[one.member]
        if one.kind != "update":
            fields |= {"kind": one.kind, "supersedes": before, "reason": "An error."}
            assert before is not None
            fields["as_of"] = before.as_of
        officer = self.officers[one.member]
        entry = make_entry(
            member_commitment_of(self.plan, one.code, one.member),
            by=officer,
            state="submitted",  # type: ignore[arg-type]  # its value
            stocktake=self.stocktakes[one.stocktake],
            status=one.status,
            handling=one.handling,
            written_at=at - timedelta(hours=2),
            submitted_at=at - timedelta(hours=1),
            **fields,
        )
        self._add_evidence(entry, one.evidence.split(), officer)
        publish(entry, by=self.coordinator, at=at)
        return entry

    def _add_evidence(self, entry: Entry, kinds: list[str], by: User) -> None:
        own = {
            "link": {"title": "Annual report", "url": "https://example.org/a?b=1&c=2"},
            "citation": {
                "kind": "citation", "title": "Report to Parliament", "url": "",
                "citation": "Cm 9420, chapter 4",
            },
        }  # fmt: skip
        for position, kind in enumerate(kinds):
            if kind == "file":
                add_file(entry, by=by, position=position, file_name="+protocol.txt")
            else:
                add_evidence(entry, by=by, position=position, **own[kind])

    def report(self, kind: str, audience: str, **fields: Any) -> Report:
        """Return a stored request for a report of this kind, known as of now."""
        known_at = self.now
        since = self.ago(40).replace(microsecond=0)
        about: dict[str, dict[str, Any]] = {
            "member": {"member": Member.objects.get(pk="DE")},
            "brief": {"action": Action.objects.get(plan=self.plan, number=1)},
            "changes": {"since_at": utc_day(since), "since_known_at": since},
        }
        areas = SubArea.objects.filter(action__plan=self.plan)
        scopes: dict[str, dict[str, Any]] = {
            "sub_area": {"sub_area": areas.get(code="1.2")},
            "instrument": {"instrument": Instrument.objects.get(slug="interpol")},
        }
        scope = scopes.get(fields.pop("scope", ""), about.get(kind, {}))
        return Report.objects.create(
            plan=self.plan,
            stocktake=self.stocktake,
            kind=kind,
            audience=audience,
            at=utc_day(known_at),
            known_at=known_at,
            requested_at=known_at,
            requested_by=self.coordinator,
            is_of_presidency=True,
            **scope,
            **fields,
        )
