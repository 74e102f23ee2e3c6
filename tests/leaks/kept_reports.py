"""Reports of every kind, label and state, and who may know of each: by hand.

None is compiled. What a reader may not know of is planted in one of two worlds only.
"""

from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from typing import Any
from uuid import uuid4

from accounts.models import Role, Scope, User
from commitments.models import Action
from progress.models import AskedMember, Objection, SilenceProcedure
from reports.formats import FORMAT_RULES
from reports.models import Circulation, FinalApproval, Report, ReportFile, Schedule
from tests.factories import CHAIR, make_user
from tests.leaks.canaries import canary, id_of, words
from tests.leaks.cast import BY_NAME, Reader
from tests.leaks.world import World

LABELS = ("clear", "green", "amber")
KINDS = ("stocktake", "member", "brief", "changes", "gaps")
# A draft that failed, or was not compiled yet, is a draft too. From `circulated` on,
# all delegations have it; only from `final` on, everyone.
DRAFTS = ("draft", "failed", "queued")
ROUNDS = ("open", "agreed", "broken", "stopped")
WAITING = ("final queued", "final failed")
# By whom a report was asked for that is read by no one else.
OWN = {
    "officer_fr": ("member", "amber"),
    "observer": ("changes", "green"),
    "assessor": ("brief", "green"),
    "key_reports": ("stocktake", "clear"),
    "key_all_fr": ("member", "amber"),
}
OTHER_COORDINATOR = "other coordinator of the chair"


@dataclass(frozen=True)
class Kept:
    """One report: what it is, how far it is, and who asked for it."""

    kind: str
    label: str
    state: str
    by: str = "coordinator"

    @property
    def name(self) -> str:
        return f"{self.state} {self.kind} {self.label} {self.by}"

    @property
    def pk(self) -> str:
        return str(id_of(f"report {self.name}"))

    @property
    def is_final(self) -> bool:
        return self.state in {"final", *WAITING}


def all_kept() -> list[Kept]:
    """Each state with each label and each kind, and with each way to ask for it."""
    makers = ("coordinator", "former_coordinator")
    found = [Kept("gaps", "amber", "draft")]
    for number, kind in enumerate(KINDS[:-1]):
        found.append(Kept(kind, "amber", DRAFTS[number % 3], makers[number % 2]))
    for number, state in enumerate((*DRAFTS, *ROUNDS, *WAITING, "final")):
        for turn, label in enumerate(LABELS[:2]):
            found += [
                Kept(KINDS[(number + turn + 2 * more) % 4], label, state, makers[more])
                for more in (0, 1)
            ]
    return found + [Kept(*what, "own", by) for by, what in OWN.items()]


KEPT = all_kept()


def reads(reader: Reader, kept: Kept, chair: str = CHAIR) -> bool:
    """May they know of it? Rule 4 again, in other words than the product's."""
    may_report = not reader.scopes or Scope.READ_REPORTS in reader.scopes
    if reader.is_anonymous or not may_report:
        return False
    if kept.state == "own":
        is_theirs = reader.name == kept.by
        return is_theirs and (kept.label == "amber" or kept.label in labels_of(reader))
    if is_presidency(reader, chair):
        return True
    if kept.label not in labels_of(reader) or kept.state in {*DRAFTS, *WAITING}:
        return False
    return kept.state == "final" or reader.member is not None


def is_presidency(reader: Reader, chair: str) -> bool:
    return Role.COORDINATOR in reader.roles and reader.member == chair


def labels_of(reader: Reader) -> tuple[str, ...]:
    """The labels that they read of all members."""
    if Role.ADMINISTRATOR in reader.roles:
        return ()
    if reader.is_key and Scope.READ_GREEN not in reader.scopes:
        return LABELS[:1] if Scope.READ_CLEAR in reader.scopes else ()
    return LABELS[:2]


# ---- Planting ----------------------------------------------------------------------


@dataclass(frozen=True)
class Shelf:
    """The reports of one world, for a reader, while a member has the chair."""

    world: World
    reader: Reader
    chair: str
    # Whether what this reader may not know of is there too.
    hidden: bool

    def plant(self) -> None:
        make_user(
            Role.COORDINATOR,
            member=CHAIR,
            id=id_of(OTHER_COORDINATOR),
            name="Other coordinator",
            email="other.coordinator@tests.example",
        )
        kept = [one for one in KEPT if self.shows(one)]
        if self.knows_all:
            self._schedule()
        drafts = {one: self._row(one) for one in kept if not one.is_final}
        # The draft of a final report went round: delegations read it, also while the
        # final one is not there yet.
        for one in (one for one in KEPT if one.is_final):
            if one in kept or self._reads_circulated(one):
                drafts[one] = self._row(one, "circulated", f"draft of {one.name}")
        self._store(drafts)
        rounds = self._rounds(
            {one: row for one, row in drafts.items() if goes_round(one)}
        )
        self._approve(rounds)
        finals = [one for one in kept if one.is_final]
        self._store({one: self._row(one, final_of=drafts[one]) for one in finals})

    def shows(self, kept: Kept) -> bool:
        return self.hidden or reads(self.reader, kept, self.chair)

    @property
    def knows_all(self) -> bool:
        return self.hidden or is_presidency(self.reader, self.chair)

    def _reads_circulated(self, kept: Kept) -> bool:
        return self.shows(Kept(kept.kind, kept.label, "agreed"))

    def _schedule(self) -> None:
        Schedule.objects.create(
            id=id_of("schedule"),
            plan=self.world.plan,
            audience="green",
            rhythm="at_close",
            created_at=self.world.ago(20),
            done_until=self.world.ago(20),
            created_by=BY_NAME["coordinator"].user,
        )

    def _row(
        self,
        kept: Kept,
        state: str = "",
        name: str = "",
        final_of: Report | None = None,
    ) -> Report:
        number, state, name = KEPT.index(kept), state or kept.state, name or kept.name
        at = (self.world.ago(12) + timedelta(minutes=number)).replace(microsecond=0)
        is_numbered = final_of is None and state != "own"
        return Report(
            id=id_of(f"report {name}"),
            code=code_of(name),
            plan=self.world.plan,
            stocktake=self.world.stocktake,
            kind=kept.kind,
            audience=kept.label,
            at=self.world.now.date(),
            known_at=at,
            requested_at=at,
            requested_by=BY_NAME[kept.by].user,
            is_of_presidency=state != "own",
            draft_number=number + 1 if is_numbered else None,
            final_of=final_of,
            circulation="final" if final_of else "none",
            **self._job(name, state),
            **self._about(kept),
        )

    def _job(self, name: str, state: str) -> dict[str, Any]:
        """How far it is. A finished one takes its file before."""
        if state.endswith("queued"):
            return {"state": "queued"}
        if state.endswith("failed"):
            problem = words(name, "problem")
            if state == "final failed":
                problem = f"Circulate a next draft.\n{problem}"
            return {
                "state": "failed",
                "problem": problem,
                "finished_at": self.world.now,
            }
        lease = {"lease": uuid4(), "lease_ends_at": self.world.now}
        return {"state": "running", "snapshot": {"text": words(name, "text")}, **lease}

    def _about(self, kept: Kept) -> dict[str, Any]:
        if kept.kind == "member":
            return {"member_id": "FR"}
        if kept.kind == "brief":
            return {"action": Action.objects.get(plan=self.world.plan, number=1)}
        if kept.kind == "changes":
            since = self.world.ago(30).replace(microsecond=0)
            return {"since_at": since.date(), "since_known_at": since}
        return {}

    def _store(self, rows: dict[Kept, Report]) -> None:
        """Store reports, with a file if they are finished."""
        Report.objects.bulk_create(rows.values())
        done = {one: row for one, row in rows.items() if row.state == "running"}
        ReportFile.objects.bulk_create(file_of(one, row) for one, row in done.items())
        for circulation in Report.Circulation.values:
            of_it = [
                row.pk for one, row in done.items() if shown(one, row) == circulation
            ]
            Report.objects.filter(pk__in=of_it).update(
                state="done",
                percent=100,
                finished_at=self.world.ago(11),
                lease=None,
                lease_ends_at=None,
                circulation=circulation,
            )

    def _rounds(self, drafts: dict[Kept, Report]) -> dict[Kept, Circulation]:
        """Send them round. Only Japan and the Presidency read why Japan objects."""
        procedures = {one: self._procedure(one) for one in drafts}
        SilenceProcedure.objects.bulk_create(procedures.values())
        AskedMember.objects.bulk_create(
            AskedMember(procedure=procedure, member_id=code)
            for procedure in procedures.values()
            for code in ("FR", "JP")
        )
        is_theirs = self.reader.member == "JP" and not self.reader.is_key
        knows = self.knows_all or is_theirs
        Objection.objects.bulk_create(
            Objection(
                procedure=procedure,
                member_id="JP",
                reason=words(one.name, "reason") if knows else "…",
                objected_at=self.world.ago(5),
                objected_by=BY_NAME["head_jp"].user,
            )
            for one, procedure in procedures.items()
            if one.state == "broken"
        )
        rounds = {
            one: Circulation(
                id=id_of(f"circulation {one.name}"),
                draft=draft,
                procedure=procedures[one],
            )
            for one, draft in drafts.items()
        }
        Circulation.objects.bulk_create(rounds.values())
        return rounds

    def _procedure(self, kept: Kept) -> SilenceProcedure:
        by = BY_NAME["coordinator"].user
        is_stopped = kept.state == "stopped"
        return SilenceProcedure(
            id=id_of(f"procedure {kept.name}"),
            started_at=self.world.ago(9),
            started_by=by,
            ends_at=self.world.ago(-2 if kept.state == "open" else 2),
            stopped_at=self.world.ago(8) if is_stopped else None,
            stopped_by=by if is_stopped else None,
        )

    def _approve(self, rounds: dict[Kept, Circulation]) -> None:
        """Two coordinators approve what is final. One has approved what is agreed.

        After a handover, the next Presidency does not read who did before.
        """
        first = BY_NAME["coordinator"].user
        other = User.objects.get(pk=id_of(OTHER_COORDINATOR))
        knows = self.hidden or (self.knows_all and self.chair == CHAIR)
        FinalApproval.objects.bulk_create(
            FinalApproval(
                circulation=circulation,
                member_id=CHAIR,
                approved_by=person,
                approved_at=self.world.ago(1),
            )
            for one, circulation in rounds.items()
            for person in (first, other)
            if one.is_final or (one.state == "agreed" and person == other and knows)
        )


def goes_round(kept: Kept) -> bool:
    return kept.state in ROUNDS or kept.is_final


def shown(kept: Kept, row: Report) -> str:
    """The circulation of a finished report."""
    if row.final_of_id:
        return "final"
    if not goes_round(kept):
        return "none"
    return "objected" if kept.state == "broken" else "circulated"


def file_of(kept: Kept, row: Report) -> ReportFile:
    content = canary(kept.name, "file").encode()
    return ReportFile(
        report=row,
        format=format_of(kept),
        content=content,
        size=len(content),
        sha256=sha256(content).hexdigest(),
    )


def format_of(kept: Kept) -> str:
    """Each report has one file: the next one has it in the next format."""
    return list(FORMAT_RULES)[KEPT.index(kept) % len(FORMAT_RULES)]


def code_of(name: str) -> str:
    """The code that the files of a report would print."""
    return sha256(name.encode()).hexdigest()[:16].upper()
