"""One table of ways to forge a publication with the application's password, in SQL."""

from collections.abc import Callable

from tests.progress.ledger.forging import (
    AT,
    LONG_AGO,
    SOON,
    Scene,
    clearance,
    inserted,
    published,
    record,
    trail,
    transition,
)

Forgery = Callable[[Scene], list[str]]
CLEARS = {"verb": "clear", "before": "in_clearance", "after": "submitted"}


def whole(scene: Scene, **columns: str) -> list[str]:
    """A publication of what waits, with all its parts."""
    return [
        record(),
        transition(scene.waiting, scene.coordinator),
        published(scene.waiting, scene.coordinator, **columns),
        trail(scene.waiting),
    ]


def swapped(position: int, statement: Callable[[Scene], str]) -> Forgery:
    """The whole publication, with one part replaced."""

    def forge(scene: Scene) -> list[str]:
        parts = whole(scene)
        parts[position] = statement(scene)
        return parts

    return forge


def columns(**values: str) -> Forgery:
    return lambda scene: whole(scene, **values)


# What is tried: the words of its refusal, and the statements.
FORGERIES: dict[str, tuple[str, Forgery]] = {
    # ---- Publishing without what belongs to it
    "update with a record alone": (
        "no transition of its publisher",
        lambda s: [record(), published(s.waiting, s.coordinator)],
    ),
    "insert with a record alone": (
        "no transition of its publisher",
        lambda s: [record(), inserted(s.waiting, s.coordinator)],
    ),
    "without a record": (
        "entry_published_by_somebody",
        columns(ledger_record_id="NULL"),
    ),
    "with the record of another entry": (
        "ledger_record_id",
        lambda s: [
            transition(s.waiting, s.coordinator),
            published(s.waiting, s.coordinator),
        ],
    ),
    "with a record that does not exist": (
        "of nothing published",
        columns(ledger_record_id="7"),
    ),
    "without the facts": (
        "is not of the member that it names",
        columns(publisher_member_id="NULL", was_clearance_needed="NULL"),
    ),
    "with a false member of the publisher": (
        "is not of the member that it names",
        columns(publisher_member_id="'FR'"),
    ),
    "with a false word about the clearance": (
        "does not say whether a clearance",
        columns(was_clearance_needed="false"),
    ),
    "without a row in the trail": (
        "no row in the trail",
        lambda s: whole(s)[:-1],
    ),
    # ---- By whom
    "by the head of its own member": (
        "publisher is of its own member",
        lambda s: [
            record(),
            transition(s.waiting, s.head),
            published(s.waiting, s.head),
        ],
    ),
    "by the head of its own member, named as of another": (
        "is not of the member that it names",
        lambda s: [
            record(),
            transition(s.waiting, s.head),
            published(s.waiting, s.head, publisher_member_id="'IT'"),
        ],
    ),
    "with the transition of another person": (
        "no transition of its publisher",
        swapped(1, lambda s: transition(s.waiting, s.stranger)),
    ),
    "with the transition of another entry": (
        "no transition of its publisher",
        lambda s: [record(), published(s.waiting, s.coordinator)],
    ),
    # ---- When
    "an entry dated before its record": (
        "ledger record is of another time",
        columns(published_at=LONG_AGO),
    ),
    "a record dated 100 days ago": (
        "sealed up to a later time",
        lambda _: [record(at=LONG_AGO)],
    ),
    "a record dated before its transaction": (
        "dated before it is added",
        lambda _: [record(at="(now() - interval '1 millisecond')")],
    ),
    "a record dated in the future": (
        "dated in the future",
        lambda _: [record(at=SOON)],
    ),
    "all of it in the future": (
        "dated in the future",
        lambda s: [
            record(at=SOON),
            transition(s.waiting, s.coordinator, at=SOON),
            published(s.waiting, s.coordinator, published_at=SOON),
        ],
    ),
    "a transition of another time": (
        "no transition of its publisher",
        swapped(
            1,
            lambda s: transition(
                s.waiting, s.coordinator, at=f"({AT} - interval '1 minute')"
            ),
        ),
    ),
    "a record dated before, in another time zone": (
        "dated before it is added",
        lambda _: [
            "SET LOCAL TIME ZONE 'Pacific/Kiritimati'",
            record(at="(now() - interval '1 millisecond')"),
        ],
    ),
    "a record hashed in another time zone": (
        "does not continue the chain",
        lambda _: [
            "SET LOCAL TIME ZONE 'Asia/Tokyo'",
            record().replace(" AT TIME ZONE 'UTC'", ""),
        ],
    ),
    # ---- Without a clearance
    "a draft published at once": (
        "no transition of its publisher",
        lambda s: [
            record(),
            transition(s.draft, s.coordinator, before="draft"),
            published(s.draft, s.coordinator, submitted_at=AT, submitted_by_id=s.head),
        ],
    ),
    "a clearance skipped": (
        "needs a clearance",
        lambda s: [
            transition(
                s.draft, s.officer, verb="submit", before="draft", after="submitted"
            )
        ],
    ),
    "a clearance skipped under another verb": (
        "needs a clearance",
        lambda s: [
            transition(
                s.draft, s.officer, verb="recall", before="draft", after="submitted"
            )
        ],
    ),
    "a transition of clearing without a clearance": (
        "no clearance brought it",
        lambda s: [
            transition(s.draft, s.head, **CLEARS),
            transition(s.draft, s.coordinator),
            record(),
            published(s.draft, s.coordinator, submitted_at=AT, submitted_by_id=s.head),
        ],
    ),
    "a clearance of another time": (
        "no clearance brought it",
        lambda s: [
            clearance(s.draft, s.head, at=f"({AT} - interval '1 minute')"),
            transition(s.draft, s.head, **CLEARS),
            transition(s.draft, s.coordinator),
            record(),
            published(s.draft, s.coordinator, submitted_at=AT, submitted_by_id=s.head),
        ],
    ),
    "a clearance by another member": (
        "cleared by its own member only",
        lambda s: [clearance(s.draft, s.stranger)],
    ),
    "a clearance by its author": (
        "one of its authors",
        lambda s: [clearance(s.draft, s.officer)],
    ),
    # ---- Kinds
    "a publication recorded as a withdrawal": (
        "of another kind",
        swapped(0, lambda _: record("withdrawal")),
    ),
    "a publication recorded as an assessment": (
        "of nothing published",
        swapped(0, lambda _: record("assessment")),
    ),
    # ---- The chain
    "a record of nothing": ("of nothing published", lambda _: [record()]),
    "a record that leaves one out": (
        "does not continue the chain",
        lambda _: [record(step=2)],
    ),
    "a second record for what is published": (
        "stays",
        lambda s: [
            record(),
            "UPDATE progress_entry SET ledger_record_id = 2 WHERE id = " + s.published,
        ],
    ),
    # ---- Later
    "a transition for what is published": (
        "nothing is added",
        lambda s: [transition(s.published, s.coordinator)],
    ),
    "a clearance for what is published": (
        "nothing is added",
        lambda s: [clearance(s.published, s.head)],
    ),
    "a return of what is published": (
        "nothing is added",
        lambda s: [
            "INSERT INTO progress_round (entry_id, number, reason, text, returned_at,"
            f" returned_by_id) VALUES ({s.published}, 9, '?', '{{}}', {AT},"
            f" {s.coordinator})"
        ],
    ),
    "a release of what is published": (
        "nothing is added",
        lambda s: [
            "INSERT INTO progress_release (entry_id, stocktake_id, reason, released_at,"
            f" released_by_id) SELECT {s.published}, id, '?', {AT}, {s.coordinator}"
            " FROM progress_stocktake"
        ],
    ),
    "a transition that nothing follows": (
        "is not in the state of its last transition",
        lambda s: [transition(s.waiting, s.coordinator)],
    ),
    # ---- Ways round
    "the transition after the publication": (
        "nothing is added",
        lambda s: [
            record(),
            published(s.waiting, s.coordinator),
            transition(s.waiting, s.coordinator),
        ],
    ),
    "checked at once": (
        "no transition of its publisher",
        lambda s: [
            "SET CONSTRAINTS ALL IMMEDIATE",
            "SET CONSTRAINTS ledger_record_has_its_subject DEFERRED",
            record(),
            published(s.waiting, s.coordinator),
        ],
    ),
    "checked and then rolled back in part": (
        "is not present|it has no ledger record|no row in the trail",
        lambda s: [
            transition(s.waiting, s.coordinator),
            published(s.waiting, s.coordinator, ledger_record_id="2"),
            "SAVEPOINT here",
            record(),
            "SET CONSTRAINTS ALL IMMEDIATE",
            "ROLLBACK TO SAVEPOINT here",
        ],
    ),
    "with a temporary table of the same name": (
        "permission denied",
        lambda _: ["CREATE TEMPORARY TABLE audit_demonstration (id boolean)"],
    ),
    "with another search path": (
        "no transition of its publisher",
        lambda s: [
            "SET LOCAL search_path = pg_temp, pg_catalog",
            record(),
            published(s.waiting, s.coordinator, publisher_member_id="'IT'"),
        ],
    ),
    "with the mark of a demonstration": (
        "permission denied",
        lambda _: ["INSERT INTO audit_demonstration VALUES (true, now())"],
    ),
    "with the triggers off": (
        "permission denied",
        lambda _: ["SET LOCAL session_replication_role = replica"],
    ),
    "by MERGE": (
        "no transition of its publisher",
        lambda s: [
            record(),
            "MERGE INTO progress_entry AS entry USING (SELECT max(sequence) AS last"
            f" FROM progress_ledgerrecord) AS head ON entry.id = {s.waiting}"
            f" WHEN MATCHED THEN UPDATE SET state = 'published', published_at = {AT},"
            f" published_by_id = {s.coordinator}, publisher_member_id = 'IT',"
            " was_clearance_needed = true, ledger_record_id = head.last",
        ],
    ),
    # ---- Seal and checkpoints
    "the seal raised to the year 9999": (
        "in the future",
        lambda _: ["UPDATE progress_ledgerseal SET sealed_at = '9999-12-31'"],
    ),
    "the seal lowered": (
        "is sealed up to",
        lambda _: ["UPDATE progress_ledgerseal SET sealed_at = '2017-01-01'"],
    ),
    "a checkpoint by the application": (
        "permission denied",
        lambda _: [
            "INSERT INTO progress_checkpoint (day, sequence, sha256, trail_sha256,"
            f" signed_at, key_sha256, signature) SELECT {AT}::date, sequence, sha256,"
            f" '', {AT}, repeat('a', 64), repeat('b', 128) FROM progress_ledgerrecord"
        ],
    ),
}
