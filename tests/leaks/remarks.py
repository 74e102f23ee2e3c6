"""Comments, questions and acts about entries; people, keys and reports."""

from collections.abc import Iterator
from datetime import time, timedelta
from typing import Any

from accounts.models import (
    ActingHead,
    ApiKey,
    Presidency,
    Role,
    Scope,
    User,
)
from partners.models import Notice
from progress.actions.sheet_uploads import keep_upload
from progress.models import (
    Assignment,
    Clearance,
    Comment,
    Entry,
    Extension,
    FocalPoint,
    Handling,
    Handover,
    Question,
    Release,
    Round,
    State,
    Transition,
)
from progress.transitions import Verb
from reports.models import Report, Schedule
from tests.factories import CHAIR, make_entry, make_user
from tests.finished_reports import make_finished_report
from tests.leaks.canaries import canary, id_of, words
from tests.leaks.cast import BY_NAME
from tests.leaks.entries import MEMBERS, Plant, entry_of
from tests.leaks.world import TEXTS, World


def seen_by_reviewer(member: str) -> Iterator[tuple[str, Entry]]:
    """Yield the reviewer's entries that exist in this world, by name."""
    for name in ("submitted", "returned", "public", "amber"):
        entry = entry_of(name, member)
        if entry is not None:
            yield name, entry


def returns(world: World, secret: str, member: str) -> None:
    """The texts as they were submitted, the reasons, and the thread about them."""
    if entry_of("returned", member) is None:
        make_entry(
            world.owed("2.1", member),
            by=world.officer(member),
            state=State.RETURNED,
            stocktake=world.stocktake,
            id=id_of(f"entry returned of {member}"),
        )
    for name, entry in seen_by_reviewer(member):
        reason = words(secret, f"reason on {name}")
        own = {text: words(secret, f"{text} of {name}") for text in TEXTS}
        day, reviewer = entry.as_of.isoformat(), world.reviewer(member)
        Round.objects.create(
            entry=entry,
            number=1,
            reason=reason,
            text={"as_of": day, "status": "limited", "is_at_risk": False, **own}
            | {"handling": entry.handling, "evidence": []},
            returned_at=world.ago(6),
            returned_by=reviewer,
        )
        Transition.objects.create(
            entry=entry,
            verb=Verb.RETURN,
            before=State.SUBMITTED,
            after=State.RETURNED,
            reason=reason,
            at=world.ago(6),
            by=reviewer,
        )
        world.comment(f"{secret} {name}", entry, Comment.Thread.PRESIDENCY)


def before_submission(world: World, secret: str, member: str) -> None:
    """The events inside the delegation before the Presidency got its entry."""
    head = world.head(member)
    for name, entry in seen_by_reviewer(member):
        Transition.objects.create(
            entry=entry,
            verb=Verb.SEND_BACK,
            before=State.IN_CLEARANCE,
            after=State.DRAFT,
            reason=words(secret, f"reason on {name}"),
            at=world.ago(7),
            by=head,
        )
        world.comment(f"{secret} {name}", entry, Comment.Thread.DELEGATION)
        reference = canary(secret, f"capital's reference on {name}")
        _clear(world, entry, member, reference)


def clearance(world: World, secret: str, member: str) -> None:
    """What a reviewer sees of these: that the head of delegation signed, and when."""
    for _name, entry in seen_by_reviewer(member):
        _clear(world, entry, member, reference="")


def _clear(
    world: World,
    entry: Entry,
    member: str,
    reference: str,
    acting: ActingHead | None = None,
) -> None:
    Clearance.objects.create(
        entry=entry,
        sent_at=world.ago(7),
        sent_by=world.officer(member),
        cleared_at=world.ago(7),
        cleared_by=acting.user if acting else world.head(member),
        acting_head=acting,
        capital_reference=reference,
    )


def question(world: World, secret: str, member: str) -> None:
    entry = entry_of("public", member)
    assert entry is not None
    answers: list[dict[str, Any]] = [
        {},
        {
            "answer": words(secret, "answer"),
            "answered_at": world.ago(1),
            "answered_by": world.officer(member),
        },
    ]
    for number, answer in enumerate(answers):
        Question.objects.create(
            id=id_of(f"question {number} {secret}"),
            entry=entry,
            member_id="FR",
            body=words(secret, f"question {number}"),
            due_on=world.now.date(),
            asked_at=world.ago(2),
            asked_by=world.officer("FR"),
            **answer,
        )


def extension(world: World, secret: str, member: str) -> None:
    Extension.objects.create(
        stocktake=world.stocktake,
        member_id=member,
        reason=words(secret, "reason"),
        ends_at=world.ago(-40),
        granted_at=world.ago(1),
        granted_by=BY_NAME["coordinator"].user,
    )


def release(world: World, secret: str, member: str) -> None:
    entry = entry_of("submitted", member)
    if entry is not None:
        Release.objects.create(
            entry=entry,
            stocktake=world.stocktake,
            reason=words(secret, "reason"),
            released_at=world.ago(0.2),
            released_by=world.reviewer(member),
        )


# ---- People, keys, reports ---------------------------------------------------------


def colleague(secret: str, member: str, name: str, role: Role) -> Any:
    word = canary(secret, name)
    return make_user(
        role,
        member=member,
        id=id_of(f"{name} {secret}"),
        name=word,
        email=f"{word}@tests.example",
    )


def people(world: World, secret: str, member: str) -> None:
    drafter = colleague(secret, member, "contributor", Role.CONTRIBUTOR)
    for kind in Assignment.Kind:
        for code in ("1.1.1", "1.2.1", "1.2.2", "2.1"):
            owed = world.owed(code, member)
            Assignment.objects.create(member_commitment=owed, user=drafter, kind=kind)


def focal_point(world: World, secret: str, member: str) -> None:
    _focal_point(
        world,
        member,
        phone=canary(secret, "phone"),
        deputy=world.head(member),
        deputy_phone=canary(secret, "deputy's phone"),
    )


def focal_point_to_ask(world: World, _secret: str, member: str) -> None:
    """Readers know whom to ask at the Presidency, and no one of another member."""
    if member == CHAIR:
        _focal_point(world, member)


def _focal_point(world: World, member: str, **more: Any) -> None:
    FocalPoint.objects.create(
        member_id=member,
        user=world.officer(member),
        changed_at=world.ago(1),
        changed_by=world.head(member),
        **more,
    )


def _deputy(member: str) -> User:
    """Return an officer whom other delegations may know."""
    name, address = f"Deputy {member}", f"deputy.{member.lower()}@tests.example"
    return make_user(
        Role.OFFICER, member=member, id=id_of(name), name=name, email=address
    )


def no_acting_head(world: World, secret: str, member: str) -> None:
    """The same officer, who does not act: the head has cleared the entries."""
    _deputy(member)
    clearance(world, secret, member)


def acting_head(world: World, secret: str, member: str) -> None:
    """An officer who acts as head and has cleared entries. A head is notified."""
    deputy = _deputy(member)
    named_at = world.ago(7)
    period = ActingHead.objects.create(
        id=id_of(f"acting head {secret}"),
        member_id=member,
        user=deputy,
        starts_at=named_at,
        ends_at=world.ago(-7),
        named_at=named_at,
        named_by=world.head(member),
    )
    for _name, entry in seen_by_reviewer(member):
        _clear(world, entry, member, reference="", acting=period)
    Notice.objects.create(
        id=id_of(f"notice of {secret}"),
        user=world.head(member),
        kind="acting",
        key=f"acting {secret}",
        told_as="delegation",
        member_id=member,
        acting_head=period,
        created_at=named_at,
    )


def report(reader: str, audience: Handling, *, is_real: bool = True) -> Plant:
    def plant(world: World, secret: str, member: str) -> None:
        word = words(secret, "snapshot") if is_real else "Some words."
        content = words(secret, "file") if is_real else "Some bytes."
        make_finished_report(
            content=content.encode(),
            id=id_of(f"report {secret}"),
            code=id_of(f"code {secret}").hex[:16].upper(),
            plan=world.plan,
            stocktake=world.stocktake,
            at=world.now.date(),
            known_at=world.ago(1),
            audience=audience,
            requested_at=world.ago(0.5),
            requested_by=BY_NAME[reader].user,
            is_of_presidency=reader == "coordinator",
            finished_at=world.ago(0.4),
            percent=100,
            snapshot={"text": word},
            snapshot_sha256=id_of(secret).hex * 2,
        )

    return plant


def schedule(world: World, secret: str, member: str) -> None:
    """Of amber drafts: only the Presidency knows that there will be any."""
    Schedule.objects.create(
        id=id_of(f"schedule {secret}"),
        plan=world.plan,
        audience=Handling.AMBER,
        rhythm=Schedule.Rhythm.DAILY,
        time=time(MEMBERS.index(member)),
        next_at=world.now + timedelta(days=1),
        done_until=world.ago(1),
        created_at=world.ago(1),
        created_by=BY_NAME["coordinator"].user,
    )


def failed_report(world: World, secret: str, member: str) -> None:
    Report.objects.create(
        id=id_of(f"report {secret}"),
        code=id_of(f"code {secret}").hex[:16].upper(),
        plan=world.plan,
        at=world.now.date(),
        known_at=world.ago(1),
        audience=Handling.GREEN,
        requested_at=world.ago(0.5),
        requested_by=BY_NAME["assessor"].user,
        state=Report.State.FAILED,
        finished_at=world.ago(0.4),
        problem=words(secret, "problem"),
    )


def api_key(world: World, secret: str, member: str) -> None:
    user = make_user(
        Role.OFFICER,
        member=member,
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
        scopes=[Scope.READ_OWN],
        created_at=world.ago(1),
        expires_at=world.ago(-30),
    )


def handover(note: str) -> Plant:
    """All readers know of a handover; only the two teams may read its note."""

    def plant(world: World, secret: str, member: str) -> None:
        if member == CHAIR:
            Handover.objects.create(
                presidency=Presidency.objects.get(member=CHAIR),
                note=note or words(secret, "note"),
                handed_over_at=world.ago(100),
                handed_over_by=BY_NAME["former_coordinator"].user,
            )

    return plant


def notice(world: World, secret: str, member: str) -> None:
    entry = entry_of("returned", member)
    Notice.objects.create(
        id=id_of(f"notice {secret}"),
        user=world.officer(member),
        kind="returned",
        key="returned",
        told_as="delegation",
        member_id=member,
        entry=entry,
        created_at=world.ago(1),
    )


def sheet(world: World, secret: str, member: str) -> None:
    """A file that waits for its owner, who alone may know of it."""
    if member == "JP":
        keep_upload(
            plan=world.plan,
            file_name=f"{canary(secret, 'file name')}.csv",
            content=words(secret, "content").encode(),
            by=world.officer(member),
            at=world.now,
        )
