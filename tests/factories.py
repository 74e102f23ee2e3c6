"""Factories of rows for tests. Every row they make is valid."""

from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from itertools import count
from typing import Any

from django.db import transaction

from accounts.actions.acting_heads import name_acting_head
from accounts.models import ActingHead, AssessingBody, Member, Presidency, Role, User
from commitments.models import (
    Action,
    Commitment,
    Instrument,
    LeadAndTargetVersion,
    MemberCommitment,
    Plan,
    SubArea,
    Summit,
)
from commitments.short_titles import opening_titles
from progress.actions.drafting import add_author
from progress.actions.publication import put_on_record
from progress.actions.search import put_search_rows
from progress.actions.trail import append_to_trail
from progress.models import (
    Assignment,
    Clearance,
    Entry,
    EntryEvidence,
    Evidence,
    EvidenceFile,
    Handling,
    State,
    Status,
    Stocktake,
    TrailRecord,
    Transition,
)
from progress.transitions import Verb

MEMBERS = {
    "CA": "Canada",
    "FR": "France",
    "DE": "Germany",
    "IT": "Italy",
    "JP": "Japan",
    "GB": "United Kingdom",
    "US": "United States",
    "EU": "European Union",
}
# In tests Canada has just handed the chair to Italy, and the United States follow:
# relative to now, so that no test depends on the year it runs in.
FORMER_CHAIR, CHAIR, NEXT_CHAIR = "CA", "IT", "US"
PASSWORD = "correct horse battery"

_numbers = count(1)


def make_members() -> dict[str, Member]:
    """Make the members that are not there yet, in two queries: most tests need them."""
    states = Member.Kind.STATE, Member.Kind.ORGANIZATION
    Member.objects.bulk_create(
        [
            Member(code=code, name=name, kind=states[code == "EU"])
            for code, name in MEMBERS.items()
        ],
        ignore_conflicts=True,
    )
    return Member.objects.in_bulk(list(MEMBERS))


def make_presidencies(now: datetime) -> None:
    half = timedelta(days=180)
    edges = [now - 3 * half, now - half, now + half, now + 3 * half]
    Presidency.objects.bulk_create(
        Presidency(member_id=code, starts_at=start, ends_at=end)
        for code, start, end in zip(
            (FORMER_CHAIR, CHAIR, NEXT_CHAIR), edges[:-1], edges[1:], strict=True
        )
    )


def make_body(slug: str = "university-observatory") -> AssessingBody:
    """Return this assessing body. It is made if it is not there yet."""
    name = slug.replace("-", " ").title()
    values = {"name": name, "short_name": name[:30]}
    return AssessingBody.objects.get_or_create(slug=slug, defaults=values)[0]


def make_user(
    *roles: Role, member: str | None = None, email: str = "", **fields: Any
) -> User:
    number = next(_numbers)
    user = User(
        email=email or f"person{number}@tests.example",
        name=fields.pop("name", f"Person {number}"),
        member_id=member,
        roles=list(roles),
        created_at=datetime.now(UTC),
        **fields,
    )
    user.set_password(PASSWORD)
    user.save()
    return user


def make_acting_head(
    user: User, by: User, *, starts_in: timedelta | None = None, **fields: Any
) -> ActingHead:
    """Name a person acting head for a day, from now or from a later time."""
    at = datetime.now(UTC)
    starts_at = at + starts_in if starts_in else None
    ends_at = (starts_at or at) + timedelta(days=1)
    times = {"starts_at": starts_at, "ends_at": ends_at, **fields}
    return name_acting_head(user=user, by=by, at=at, **times)


# Code, wording: three under Action 1, one under Action 2, which has no sub-areas.
WORDINGS = {
    "1.1.1": "Emphasize the necessity to implement UNSCRs.",
    "1.2.1": "Bolster information sharing among authorities.",
    "1.2.2": "Support INTERPOL's information sharing role.",
    "2.1": "Act jointly to promote pluralism and tolerance.",
}
ACTIONS = ("CT Measures", "Tolerance in Society")
SUB_AREAS = {"1.1": "Implementation of UNSCRs", "1.2": "Information Sharing"}


def make_plan(slug: str = "test-plan") -> Plan:
    """A small plan: 1.1.1, 1.2.1, 1.2.2 and 2.1, owed by all eight members."""
    members = make_members()
    plan = Plan.objects.create(
        slug=slug,
        title="Action Plan for Tests",
        summit=make_summit(slug),
        adopted_on=date(2016, 5, 27),
        preamble="We stress the importance of tests.",
        source_text="…",
        source_sha256="0" * 64,
    )
    make_commitments(plan)
    MemberCommitment.objects.bulk_create(
        MemberCommitment(commitment=commitment, member=member)
        for commitment in plan.commitments.order_by("position")
        for member in members.values()
    )
    return plan


def make_commitments(plan: Plan) -> None:
    actions = Action.objects.bulk_create(
        Action(plan=plan, number=number, title=title)
        for number, title in enumerate(ACTIONS, start=1)
    )
    sub_areas = SubArea.objects.bulk_create(
        SubArea(action=actions[0], number=code[2:], code=code, title=title)
        for code, title in SUB_AREAS.items()
    )
    by_code = {area.code: area for area in sub_areas}
    titles = opening_titles(WORDINGS)
    commitments = Commitment.objects.bulk_create(
        Commitment(
            plan=plan,
            action=actions[int(code[0]) - 1],
            sub_area=by_code[code[:3]] if code.count(".") == 2 else None,
            position=position,
            code=code,
            text=text,
            short_title=titles[code],
            is_joint="jointly" in text,
        )
        for position, (code, text) in enumerate(WORDINGS.items(), start=1)
    )
    named = Commitment.instruments.through
    named.objects.bulk_create(
        named(commitment=commitment, instrument=make_interpol())
        for commitment in commitments
        if "INTERPOL" in commitment.text
    )


def make_summit(slug: str) -> Summit:
    return Summit.objects.create(
        slug=f"summit-of-{slug}",
        name="Ise-Shima",
        year=2016,
        host_id="JP",
        place="Ise-Shima, Japan",
        starts_on=date(2016, 5, 26),
        ends_on=date(2016, 5, 27),
    )


def make_interpol() -> Instrument:
    return Instrument.objects.get_or_create(
        slug="interpol", defaults={"name": "INTERPOL", "kind": Instrument.Kind.BODY}
    )[0]


def member_commitment_of(plan: Plan, code: str, member: str) -> MemberCommitment:
    return MemberCommitment.objects.select_related("commitment__plan", "member").get(
        commitment__plan=plan, commitment__code=code, member_id=member
    )


def set_lead_and_target(
    owed: MemberCommitment,
    lead_authority: str = "",
    target_on: date | None = None,
    *,
    at: datetime | None = None,
) -> LeadAndTargetVersion:
    """Add a version: long ago, unless the test says when."""
    return LeadAndTargetVersion.objects.create(
        member_commitment=owed,
        lead_authority=lead_authority,
        target_on=target_on,
        set_at=at or datetime(2016, 6, 1, tzinfo=UTC),
    )


def make_stocktake(
    plan: Plan,
    *,
    by: User,
    second_reviewer: User,
    slug: str = "first",
    **fields: Any,
) -> Stocktake:
    """Make a stocktake: open and due in two weeks, unless the fields say otherwise."""
    now = datetime.now(UTC)
    dates = {
        "opens_at": now - timedelta(days=14),
        "due_at": now + timedelta(days=14),
        "grace_ends_at": now + timedelta(days=21),
        "opened_at": now - timedelta(days=14),
        "opened_by": by,
        "second_reviewer": second_reviewer,
    }
    if fields.get("closed_at"):
        fields.setdefault("closing_sha256", "0" * 64)
    with transaction.atomic():
        stocktake = Stocktake.objects.create(
            plan=plan, slug=slug, title=f"Stocktake {slug}", **{**dates, **fields}
        )
        if stocktake.opened_at:
            append_to_trail(TrailRecord.Kind.OPENING, stocktake.pk)
        if stocktake.closed_at:
            append_to_trail(TrailRecord.Kind.CLOSING, stocktake.pk)
    return stocktake


def make_entry(
    member_commitment: MemberCommitment,
    *,
    by: User,
    state: State = State.DRAFT,
    stocktake: Stocktake | None = None,
    published_by: User | None = None,
    evidence: int = 0,
    file_name: str = "",
    **fields: Any,
) -> Entry:
    """Make an entry in a state, with the times and people that belong to it."""
    values = {**_times(state, by), **fields}
    published_at = values.pop("published_at", None)
    is_with_presidency = state in {State.SUBMITTED, State.PUBLISHED}
    # Published evidence cannot be added afterwards: the row is published last.
    entry = Entry.objects.create(
        member_commitment=member_commitment,
        stocktake=stocktake,
        **values,
        state=State.IN_CLEARANCE if is_with_presidency else state,
    )
    add_author(entry, by=entry.written_by, at=datetime.now(UTC))
    if is_with_presidency:
        reach_presidency(entry)
    for position in range(evidence):
        add_evidence(entry, position=position, by=by)
    if file_name:
        add_file(entry, position=evidence, by=by, file_name=file_name)
    put_search_rows([entry])
    if state == State.PUBLISHED:
        publish(entry, by=published_by or by, at=published_at)
    return entry


def reach_presidency(entry: Entry) -> None:
    """Clear an entry, by a head who is only named for that, or skip the clearance."""
    skips = entry.member_commitment.member.skips_clearance
    head = _named(entry.member_code, Role.HEAD)
    assert entry.submitted_at is not None
    with transaction.atomic():
        if not skips:
            Clearance.objects.create(
                entry=entry,
                sent_at=entry.written_at,
                sent_by=entry.written_by,
                cleared_at=entry.submitted_at,
                cleared_by=head,
            )
        Transition.objects.create(
            entry=entry,
            verb=Verb.SUBMIT if skips else Verb.CLEAR,
            before=State.DRAFT if skips else State.IN_CLEARANCE,
            after=State.SUBMITTED,
            at=entry.submitted_at,
            by=head,
        )
        entry.state = State.SUBMITTED
        entry.save(update_fields=["state"])


@transaction.atomic
def publish(entry: Entry, *, by: User, at: datetime) -> None:
    """Publish as the action does, at an instant of the past.

    No entry is published by its own member: another person takes the place of `by`.
    """
    last = entry.transitions.order_by("-pk").first()
    if last is None or last.after != State.SUBMITTED:
        entry.submitted_at, entry.submitted_by = entry.submitted_at or at, by
        entry.save()
        reach_presidency(entry)
    if by.member_id in {None, entry.member_code}:
        by = _named("FR" if entry.member_code == "GB" else "GB", Role.COORDINATOR)
    put_on_record(entry, by=by, at=at, has_event=False)


def _named(member: str, role: Role) -> User:
    """Return a person whom only records name: the account cannot sign in."""
    email = f"{role}.{member.lower()}@tests.example"
    known = User.objects.filter(email=email).first()
    return known or make_user(role, member=member, email=email, is_active=False)


def _times(state: State, by: User) -> dict[str, Any]:
    """Return a valid text, and the people and instants that belong to a state."""
    now = datetime.now(UTC)
    values = {
        "as_of": now.date() - timedelta(days=3),
        "status": Status.SUBSTANTIAL,
        "narrative": "Border agencies exchange alerts every day.",
        "handling": Handling.GREEN,
        "written_at": now - timedelta(days=2),
        "written_by": by,
    }
    if state in {State.SUBMITTED, State.RETURNED, State.PUBLISHED}:
        values |= {"submitted_at": now - timedelta(days=1), "submitted_by": by}
    if state == State.PUBLISHED:
        values |= {"published_at": now - timedelta(hours=1)}
    return values


def add_evidence(
    entry: Entry, *, by: User, position: int = 0, **fields: str
) -> Evidence:
    values = {
        "kind": Evidence.Kind.LINK,
        "title": "Annual report",
        "url": "https://example.org/report",
        **fields,
    }
    evidence = Evidence.objects.create(
        added_at=entry.written_at,
        added_by=by,
        accessed_on=entry.as_of,
        member_id=entry.member_code,
        **values,
    )
    EntryEvidence.objects.create(entry=entry, evidence=evidence, position=position)
    return evidence


def add_file(
    entry: Entry, *, by: User, position: int = 0, file_name: str = "protocol.txt"
) -> Evidence:
    """A text file under an entry that is not published yet."""
    content = f"What {file_name} says.".encode()
    evidence = Evidence.objects.create(
        kind=Evidence.Kind.FILE,
        title=file_name,
        file_name=file_name,
        media_type="text/plain",
        size=len(content),
        sha256=sha256(content).hexdigest(),
        member_id=entry.member_code,
        added_at=entry.written_at,
        added_by=by,
    )
    EvidenceFile.objects.create(evidence=evidence, content=content)
    EntryEvidence.objects.create(entry=entry, evidence=evidence, position=position)
    return evidence


def assign(user: User, member_commitment: MemberCommitment) -> Assignment:
    return Assignment.objects.create(user=user, member_commitment=member_commitment)
