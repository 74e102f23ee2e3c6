"""Scores of two bodies in every state, with a canary in each text of each of them.

What is planted for Japan is of the first body, and what is planted for the chair is of
the second one. One commitment concerns INTERPOL: a key that is limited to it sees these
cells alone, whose words are of a secret named "near".
"""

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.db.models import Model

from accounts.dates import utc_day
from accounts.models import ApiKey, Role, Scope, User
from audit.record import record
from commitments.models import MemberCommitment
from partners.models import Notice
from progress.actions.assessments.feedback import open_feedback
from progress.actions.assessments.release import release_table
from progress.actions.assessments.steps import record_table
from progress.actions.assessments.tables import discard_table
from progress.actions.sheet_uploads import columns_of_file
from progress.models import (
    Assessment,
    AssessmentComment,
    AssessmentTable,
    Guideline,
    ScoreSheetUpload,
    Stocktake,
)
from progress.querysets.assessments import cells_of
from tests.factories import CHAIR, make_stocktake, make_user
from tests.leaks.canaries import canary, id_of, words
from tests.leaks.cast import BODIES, BY_NAME, SCORERS
from tests.leaks.entries import MEMBERS, Plant
from tests.leaks.score_ids import (
    AUDIENCES,
    FAR,
    LAST_DRAFT,
    NEAR,
    STOCKTAKES,
    cell_id,
    comment_id,
    guideline_id,
    table_id,
    upload_id,
)
from tests.leaks.world import World

# Every member of the cast has a score in each table; the other cells are blank.
SCORED = {
    (NEAR, "JP"): "1",
    (NEAR, "FR"): "-1",
    (NEAR, CHAIR): "0",
    ("1.1.1", "JP"): "-1",
    ("1.2.1", CHAIR): "1",
    ("2.1", "FR"): "not_applicable",
}
SCORES_FROM = 3  # days ago: after the last publication of an entry


def plant_stocktakes(world: World) -> None:
    """Plant the closed stocktakes, of which anyone knows who reads at all."""
    for number, slug in enumerate(STOCKTAKES[:-1]):
        began = 500 - 200 * number
        make_stocktake(
            world.plan,
            by=BY_NAME["coordinator"].user,
            second_reviewer=BY_NAME["second_reviewer"].user,
            slug=slug,
            id=id_of(f"stocktake {slug}"),
            opens_at=world.ago(began),
            opened_at=world.ago(began),
            due_at=world.ago(began - 30),
            grace_ends_at=world.ago(began - 40),
            closed_at=world.ago(began - 50),
            closed_by=BY_NAME["coordinator"].user,
        )


def scorer(member: str) -> User:
    """The assessor of the body that a member's secrets are of."""
    return BY_NAME[SCORERS[member]].user


def _at(world: World, member: str, minutes: float) -> datetime:
    """An instant that follows that of each act which was planted before.

    No record of the ledger is dated before the last one, known or not. What one plant
    makes for a member takes less than 45 minutes.
    """
    later = timedelta(minutes=minutes + 45 * MEMBERS.index(member))
    return world.ago(SCORES_FROM) + later


# ---- Guidelines --------------------------------------------------------------------


def guidelines(*codes: str, number: int = 1, is_published: bool = True) -> Plant:
    """Guidelines of these commitments. The first ones are what scores follow."""

    def plant(world: World, secret: str, member: str) -> None:
        at = _at(world, member, -60 if number == 1 else 4250)
        by = scorer(member)
        for code in codes:
            guideline = Guideline.objects.create(
                id=guideline_id(number, code, member),
                body_id=BODIES[member],
                commitment=world.plan.commitments.get(code=code),
                number=number,
                text=words(secret, f"on {code}"),
                written_at=at,
                written_by=by,
                **({"published_at": at, "published_by": by} if is_published else {}),
            )
            verbs = ("save", "publish") if is_published else ("save",)
            for verb in verbs:
                data = {"body": BODIES[member], "number": number}
                _record(f"guideline.{verb}", guideline, by, at, data=data)

    return plant


def _record(
    verb: str,
    target: Model,
    by: User,
    at: datetime,
    data: Mapping[str, object],
    member: str = "",
) -> None:
    record(verb=verb, target=target, by=by, at=at, member=member, data=data)


# ---- Tables ------------------------------------------------------------------------


class Planted:
    """One table of a body: where it is in its line, and what its words are of."""

    def __init__(
        self, secret: str, member: str, *, slug: str, number: int, minutes: float
    ) -> None:
        self.secret, self.member = secret, member
        self.slug, self.number, self.minutes = slug, number, minutes

    def at(self, world: World, later: float = 0) -> datetime:
        return _at(world, self.member, self.minutes + later)

    def begin(self, world: World, *, codes: tuple[str, ...]) -> AssessmentTable:
        """Begin the table, and score its cells on these commitments."""
        by, at = scorer(self.member), self.at(world)
        stocktake = Stocktake.objects.get(plan=world.plan, slug=self.slug)
        line = AssessmentTable.objects.kept().filter(
            body=BODIES[self.member], stocktake=stocktake
        )
        before = line.order_by("-number").first()
        table = AssessmentTable(
            id=table_id(self.secret, self.number),
            body_id=BODIES[self.member],
            stocktake=stocktake,
            phase="interim",
            # In a world without the tables before it, it has another number.
            number=before.number + 1 if before else 1,
            supersedes=before,
            began_at=at,
            began_by=by,
        )
        table.save(force_insert=True)
        cells = [
            self._cell(world, table, owed, codes)
            for owed in cells_of(world.plan.pk).select_related("commitment")
        ]
        Assessment.objects.bulk_create(cells)
        verb = "begin" if table.supersedes_id is None else "revise"
        record_table(verb, table, by=by, at=at, phase=table.phase)
        for cell in cells:
            if cell.is_scored:
                data = {"body": table.body_id, "table": str(table.pk)}
                _record(
                    "assessment.edit", cell, by, at, member=cell.member_code, data=data
                )
        return table

    def _cell(
        self,
        world: World,
        table: AssessmentTable,
        owed: MemberCommitment,
        codes: tuple[str, ...],
    ) -> Assessment:
        code = owed.commitment.code
        place = f"{code} {owed.member_id}"
        cell = Assessment(
            id=cell_id(self.secret, self.number, place),
            table=table,
            member_commitment=owed,
        )
        if code not in codes or (code, owed.member_id) not in SCORED:
            return cell
        secret = f"near {self.secret}" if code == NEAR else self.secret
        cell.score = SCORED[code, owed.member_id]
        cell.rationale = words(secret, f"rationale {self.number} {place}")
        cell.sources = words(secret, f"sources {self.number} {place}")
        cell.as_of = utc_day(world.ago(4))
        cell.guideline_id = guideline_id(1, code, self.member)
        cell.scored_at, cell.scored_by = self.at(world), scorer(self.member)
        return cell


def _codes(is_near: bool) -> tuple[str, ...]:
    return (NEAR,) if is_near else (NEAR, *FAR)


def draft(slug: str, number: int, *, is_discarded: bool = False) -> Plant:
    """A draft after the tables that are shown, or one that was discarded."""
    minutes = 4000 if is_discarded else 4200

    def plant(world: World, secret: str, member: str) -> None:
        planted = Planted(secret, member, slug=slug, number=number, minutes=minutes)
        table = planted.begin(world, codes=_codes(is_near=False))
        if is_discarded:
            at = planted.at(world, 1)
            discard_table(table=table, by=scorer(member), at=at)

    return plant


def released(
    slug: str, handling: str, *, minutes: float, is_near: bool = False
) -> Plant:
    """Two released tables, the second of which took the place of the first."""

    def plant(world: World, secret: str, member: str) -> None:
        for number in (1, 2):
            planted = Planted(
                secret,
                member,
                slug=slug,
                number=number,
                minutes=minutes + 20 * number,
            )
            table = planted.begin(world, codes=_codes(is_near))
            at = planted.at(world, 1)
            if handling == "green":
                audience = "readers" if number == 1 else "body"
                table = _open(table, audience, member, at)
            release_table(
                table=table,
                handling=handling,
                by=scorer(member),
                at=planted.at(world, 2),
            )

    return plant


def in_feedback(audience: str, *, is_near: bool = False) -> Plant:
    """A table that the delegations may comment on, and that was never released.

    Each of them is revised: the first one by released tables, the last one by a draft.
    """
    number = AUDIENCES.index(audience) + 1
    slug, minutes = ("earlier", 300) if number == 1 else ("first", 2000 + 50 * number)

    def plant(world: World, secret: str, member: str) -> None:
        planted = Planted(secret, member, slug=slug, number=number, minutes=minutes)
        table = planted.begin(world, codes=_codes(is_near))
        _open(table, audience, member, planted.at(world, 1))

    return plant


def _open(
    table: AssessmentTable, audience: str, member: str, at: datetime
) -> AssessmentTable:
    return open_feedback(
        table=table,
        until=at + timedelta(days=30),
        comments_audience=audience,
        by=scorer(member),
        at=at,
    )


# ---- What is said about them -------------------------------------------------------


def comment(table: str, number: int = 1) -> Plant:
    """A delegation's comment on a score of its own, and the body's answer to it."""

    def plant(world: World, secret: str, member: str) -> None:
        cell = Assessment.objects.get(
            pk=cell_id(f"{table} of {member}", number, f"{NEAR} {member}")
        )
        at = _at(world, member, 3800)
        said = {"assessment": cell, "written_at": at}
        asked = AssessmentComment.objects.create(
            id=comment_id(f"{table} of {member}", number),
            member_id=member,
            text=words(secret, "comment"),
            written_by=world.officer(member),
            **said,
        )
        answer = AssessmentComment.objects.create(
            id=id_of(f"answer {secret}"),
            answers=asked,
            text=words(secret, "answer"),
            written_by=scorer(member),
            **said,
        )
        data = {"body": BODIES[member], "table": str(cell.table_id)}
        for verb, one in (("add", asked), ("answer", answer)):
            _record(
                f"assessment_comment.{verb}",
                one,
                one.written_by,
                at,
                member=member,
                data=data,
            )

    return plant


def score_notice(world: World, secret: str, member: str) -> None:
    """An officer was notified of the table that delegations may comment on."""
    table = AssessmentTable.objects.get(pk=table_id(f"scores for body of {member}", 1))
    _notice(world, secret, table, world.officer(member), "feedback")


def former_score_notice(world: World, secret: str, member: str) -> None:
    """A reader was notified of scores, if they are in this world, that are a draft."""
    table = AssessmentTable.objects.filter(
        pk=table_id(f"{LAST_DRAFT[0]} of {member}", LAST_DRAFT[1])
    )
    if table.exists():
        _notice(world, secret, table.get(), BY_NAME["observer"].user, "scores")


def _notice(
    world: World, secret: str, table: AssessmentTable, user: User, kind: str
) -> None:
    Notice.objects.create(
        id=id_of(f"notice {secret}"),
        user=user,
        kind=kind,
        key=f"{kind} {secret}",
        told_as="delegation" if user.member_id else "reader",
        member_id=user.member_id,
        assessment_table=table,
        created_at=world.ago(0.5),
    )


def score_sheet(world: World, secret: str, member: str) -> None:
    """A file that waits for its owner, who alone may know of it."""
    name = f"{canary(secret, 'file name')}.csv"
    content = words(secret, "content").encode()
    ScoreSheetUpload.objects.create(
        id=upload_id(f"{LAST_DRAFT[0]} of {member}"),
        owner=scorer(member),
        table_id=table_id(f"{LAST_DRAFT[0]} of {member}", LAST_DRAFT[1]),
        **columns_of_file(name, content, world.ago(0.1)),
    )


def key_of_body(world: World, secret: str, member: str) -> None:
    user = make_user(
        Role.ASSESSOR,
        body_id=BODIES[member],
        is_service=True,
        id=id_of(f"service {secret}"),
        email=f"{canary(secret, 'mail')}@tests.example",
        name=canary(secret, "name"),
    )
    ApiKey.objects.create(
        id=id_of(f"key {secret}"),
        name=canary(secret, "key"),
        user=user,
        prefix=canary(secret, "prefix"),
        digest="0" * 64,
        scopes=[Scope.WRITE_ASSESSMENTS],
        created_at=world.ago(1),
        expires_at=world.ago(-30),
    )
