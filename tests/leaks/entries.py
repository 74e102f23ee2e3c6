"""Entries in every state, each with text of its own, in hidden and open versions."""

from collections.abc import Callable
from typing import Any

from progress.models import Comment, Entry, Handling, State
from tests.factories import CHAIR
from tests.leaks.canaries import id_of, words
from tests.leaks.world import World

MEMBERS = ("JP", CHAIR)
# What is written about a member in one world: the world, the secret's name, the member.
Plant = Callable[[World, str, str], object]


def plant_public(world: World) -> None:
    """What every reader of entries may read."""
    for member in ("FR", *MEMBERS):
        world.published(f"public of {member}", "1.2.1", member, hour=1)
    world.published("clear of FR", "2.1", "FR", hour=2, handling=Handling.CLEAR)


def entry_of(name: str, member: str) -> Entry | None:
    return Entry.objects.filter(pk=id_of(f"entry {name} of {member}")).first()


def at_work(code: str, state: State) -> Plant:
    def plant(world: World, secret: str, member: str) -> None:
        entry = world.entry(secret, code, member, state)
        if state != State.SUBMITTED:
            world.comment(secret, entry, Comment.Thread.DELEGATION)

    return plant


def correction_at_work(world: World, secret: str, member: str) -> None:
    entry = world.entry(
        secret,
        "1.2.1",
        member,
        State.DRAFT,
        kind=Entry.Kind.CORRECTION,
        supersedes=entry_of("public", member),
        reason=words(secret, "reason"),
    )
    world.comment(secret, entry, Comment.Thread.DELEGATION)


def amber(world: World, secret: str, member: str) -> None:
    world.published(secret, "1.1.1", member, hour=3, handling=Handling.AMBER)


def amber_and_what_followed(world: World, secret: str, member: str) -> None:
    """An amber entry, its amber correction, and the withdrawal of that."""
    before = None
    # After those of the member before: no publication is dated before the last one.
    first = 4 + 3 * MEMBERS.index(member)
    kinds = [Entry.Kind.UPDATE, Entry.Kind.CORRECTION, Entry.Kind.WITHDRAWAL]
    for number, kind in enumerate(kinds):
        more = {"supersedes": before, "reason": words(secret, "reason")}
        before = world.published(
            f"{secret} {kind}",
            "2.1",
            member,
            hour=first + number,
            handling=Handling.AMBER,
            kind=kind,
            **(more if before else {}),
        )


def green_over_amber(world: World, secret: str, member: str) -> None:
    """Green readers see a normal entry: not that it is a correction, and no reason."""
    label = {"handling": Handling.AMBER}
    base = world.published(f"{secret} base", "1.2.2", member, hour=10, **label)
    _green(
        world,
        member,
        kind=Entry.Kind.CORRECTION,
        supersedes=base,
        reason=words(secret, "reason"),
    )


def elsewhere(world: World, secret: str, member: str) -> None:
    """A green entry on a commitment that names no instrument."""
    world.published(secret, "2.1", member, hour=12 + MEMBERS.index(member))


def green_alone(world: World, _secret: str, member: str) -> None:
    _green(world, member)


def _green(world: World, member: str, **fields: Any) -> None:
    world.published(f"green of {member}", "1.2.2", member, hour=11, **fields)
