"""Rows of the large database of the tests, made by SQL out of a few valid ones.

What each row has follows from its number: see database.py.
"""

import psycopg

PLANS = 32  # of 32 member commitments each
ENTRIES = 32  # of each member commitment; the last is in progress
TABLES = 16  # of scores, of each plan but the first, which has one


def multiply_all(admin: psycopg.Connection) -> None:
    _multiply_plans(admin)
    admin.execute(
        "CREATE TEMPORARY TABLE place AS SELECT owed.id, owed.member_id, st.id AS st,"
        " row_number() OVER (ORDER BY c.id, owed.member_id) AS number"
        " FROM commitments_membercommitment AS owed"
        " JOIN commitments_commitment AS c ON c.id = owed.commitment_id"
        " JOIN progress_stocktake AS st ON st.plan_id = c.plan_id"
    )
    _multiply_published(admin)
    _multiply_in_progress(admin)
    _multiply_searched_words(admin)
    _multiply_what_was_done(admin)
    _multiply_words(admin)


def _multiply_plans(admin: psycopg.Connection) -> None:
    copies = f"CROSS JOIN generate_series(1, {PLANS - 1}) AS n"
    later = {"id": "base.id + 1000 * n"}
    of_plan = {"plan_id": "base.plan_id + 1000 * n"}
    of_action = {"action_id": "base.action_id + 1000 * n"}
    of_sub_area = {"sub_area_id": "base.sub_area_id + 1000 * n"}
    of_commitment = {"commitment_id": "base.commitment_id + 1000 * n"}
    uuid = {"id": "md5(base.id::text || n)::uuid"}
    slug = {"slug": "base.slug || '-' || n", "adopted_on": "base.adopted_on - n"}
    _multiply(admin, "commitments_plan", copies, **later, **slug)
    _multiply(admin, "commitments_action", copies, **later, **of_plan)
    _multiply(admin, "commitments_subarea", copies, **later, **of_action)
    _multiply(
        admin, "commitments_commitment", copies,
        **later, **of_plan, **of_action, **of_sub_area,
    )  # fmt: skip
    _multiply(admin, "commitments_commitment_instruments", copies, **of_commitment)
    _multiply(admin, "commitments_membercommitment", copies, **uuid, **of_commitment)
    _multiply(admin, "progress_stocktake", copies, **uuid, **of_plan)


DAY = f"(current_date - 3 - 90 * ({ENTRIES - 1} - n))"


def _handling_of(number: str) -> str:
    """Return the handling of the entry at the place with this number."""
    chance = f"abs(hashtext(place.number || '-' || {number}))"
    return (
        f"CASE WHEN {chance} % 20 < 3 THEN 'amber'"
        f" WHEN {chance} % 20 < 7 THEN 'clear' ELSE 'green' END"
    )


def _each_entry() -> dict[str, str]:
    """Return what all entries have, at the place and with the number `n`."""
    chance = "abs(hashtext(place.number || '-' || n))"
    return {
        "id": "md5(place.number || '-' || n)::uuid",
        "member_commitment_id": "place.id",
        "as_of": DAY,
        "handling": _handling_of("n"),
        "status": f"(ARRAY['limited', 'substantial', 'implemented'])[1 + {chance} % 3]",
        "written_at": f"{DAY} + interval '1 hour'",
    }


def _multiply_published(admin: psycopg.Connection) -> None:
    """Publish a row every 90 days, some of them corrections and withdrawals."""
    is_withdrawal = f"(n = 20 OR n = {ENTRIES - 1} AND place.number % 16 = 0)"
    is_correction = f"(n = 7 OR n = {ENTRIES - 1} AND place.number % 16 = 8)"
    _multiply(
        admin,
        "progress_entry",
        f"CROSS JOIN place CROSS JOIN generate_series(1, {ENTRIES - 1}) AS n"
        " WHERE base.state = 'published'",
        **_each_entry(),
        stocktake_id=f"CASE WHEN n = {ENTRIES - 1} THEN place.st END",
        kind=f"CASE WHEN {is_withdrawal} THEN 'withdrawal'"
        f" WHEN {is_correction} THEN 'correction' ELSE 'update' END",
        supersedes_id=f"CASE WHEN {is_withdrawal} OR {is_correction}"
        " THEN md5(place.number || '-' || (n - 1))::uuid END",
        supersedes_handling=f"CASE WHEN {is_withdrawal} OR {is_correction}"
        f" THEN {_handling_of('(n - 1)')} ELSE '' END",
        reason=f"CASE WHEN {is_withdrawal} OR {is_correction} THEN '.' ELSE '' END",
        submitted_at=f"{DAY} + interval '2 hours'",
        published_at=f"{DAY} + interval '1 day'",
        ledger_record_id="1000 + n * 10000 + place.number",
    )


def _multiply_in_progress(admin: psycopg.Connection) -> None:
    state = "(ARRAY['draft', 'in_clearance', 'submitted', 'returned', 'discarded'])"
    state = f"{state}[1 + place.number % 5]"
    sent = f"{state} IN ('submitted', 'returned')"
    _multiply(
        admin,
        "progress_entry",
        f"CROSS JOIN place CROSS JOIN generate_series({ENTRIES}, {ENTRIES}) AS n"
        " WHERE base.state = 'draft' AND place.id <> base.member_commitment_id"
        # Everywhere in the first plan, and here and there in the others.
        " AND (place.st = base.stocktake_id OR place.number % 16 = 0)",
        **{**_each_entry(), "as_of": "current_date - 2"},
        stocktake_id="place.st",
        state=state,
        submitted_at=f"CASE WHEN {sent} THEN now() END",
        submitted_by_id=f"CASE WHEN {sent} THEN base.written_by_id END",
    )


def _multiply_searched_words(admin: psycopg.Connection) -> None:
    """Give the entries their words: of all, of one in so many, of one, of the past."""
    chance = "abs(hashtext(e.id::text || 'words'))"
    words = "base.words || ' everywhere'"
    for share in (10, 100, 1000):
        words += f" || CASE WHEN {chance} % {share} = 0 THEN ' in{share}' ELSE '' END"
    words += " || CASE WHEN e.as_of < current_date - 2000 THEN ' formerly' ELSE '' END"
    words += " || CASE WHEN e.id = (SELECT id FROM progress_entry WHERE"
    words += " state = 'published' AND handling = 'green' ORDER BY id LIMIT 1)"
    words += " THEN ' once' ELSE '' END"
    _multiply(
        admin,
        "progress_entrysearch",
        "JOIN progress_entry AS first ON first.id = base.entry_id"
        " AND first.state = 'published' JOIN progress_entry AS e"
        " ON NOT EXISTS (SELECT FROM progress_entrysearch WHERE entry_id = e.id)",
        entry_id="e.id",
        as_of="e.as_of",
        words=words,
    )


PUBLISHED = "JOIN progress_entry AS e ON e.ledger_record_id > 1000"
SOME = "abs(hashtext(e.id::text))"


def _multiply_what_was_done(admin: psycopg.Connection) -> None:
    """Give the published entries their records, moves, events and evidence."""
    published, some = PUBLISHED, SOME
    _multiply(
        admin, "progress_ledgerrecord", published, sequence="e.ledger_record_id",
        **_hashes("e.id"),
    )  # fmt: skip
    _multiply(
        admin, "progress_transition", published, entry_id="e.id", at="e.published_at"
    )
    _multiply(
        admin, "audit_event", published, target_id="e.id", at="e.published_at",
        member="(SELECT member_id FROM place WHERE place.id = e.member_commitment_id)",
    )  # fmt: skip
    _multiply(
        admin, "progress_evidence", f"{published} AND {some} % 2 = 0",
        id="e.id", added_at="e.written_at",
    )  # fmt: skip
    _multiply(
        admin, "progress_entryevidence", f"{published} AND {some} % 2 = 0",
        entry_id="e.id", evidence_id="e.id",
    )  # fmt: skip


def _hashes(number: str) -> dict[str, str]:
    """Return what is unique in each record of the ledger."""
    names = ("content_sha256", "previous_sha256", "sha256")
    return {name: f"repeat(md5({number}::text || '{name}'), 2)" for name in names}


def _multiply_words(admin: psycopg.Connection) -> None:
    """Give some of them comments and questions, and JP's people their notices."""
    published, some = PUBLISHED, SOME
    each = "md5(base.id::text || e.id)::uuid"
    _multiply(
        admin, "progress_comment", f"{published} AND {some} % 20 = 1",
        id=each, entry_id="e.id", written_at="e.written_at",
    )  # fmt: skip
    _multiply(
        admin, "progress_question", f"{published} AND {some} % 4 = 2",
        id=each, entry_id="e.id", asked_at="e.published_at", due_on="e.as_of + 30",
        **{
            name: f"CASE WHEN {some} % 64 = 2 THEN base.{name} ELSE {value} END"
            for name, value in {
                "answer": "'Since May.'",
                "answered_at": "e.published_at",
                "answered_by_id": "base.asked_by_id",
            }.items()
        },
    )  # fmt: skip
    people = "JOIN accounts_user AS u ON u.member_id = 'JP' AND u.is_active"
    mine = "e.member_commitment_id IN (SELECT id FROM place WHERE member_id = 'JP')"
    _multiply(
        admin, "partners_notice", f"{published} AND {mine} {people}",
        id="md5(u.id::text || e.id)::uuid", key="e.id", user_id="u.id", entry_id="e.id",
        created_at="e.published_at",
    )  # fmt: skip


EACH_PLAN = f"CROSS JOIN generate_series(1, {PLANS - 1}) AS n"
EACH_TABLE = f"{EACH_PLAN} CROSS JOIN generate_series(1, {TABLES}) AS k"
# The tables in the order of their release, a minute between two.
NTH = f"(n + {PLANS - 1} * (k - 1))"
AGO = f"interval '1 minute' * (100000 - {NTH})"


def multiply_scores(admin: psycopg.Connection) -> None:
    """Copy the released table into each other plan, and revise it there."""
    record = f"(10000000 + 1000 * {NTH} + base.{{}})"
    _multiply(
        admin, "progress_guideline", EACH_PLAN,
        id=_copied("id"), commitment_id="base.commitment_id + 1000 * n",
    )  # fmt: skip
    _multiply(
        admin, "progress_ledgerrecord", f"{EACH_TABLE} WHERE base.sequence IN"
        " (SELECT ledger_record_id FROM progress_assessment)",
        sequence=record.format("sequence"), **_hashes(record.format("sequence")),
    )  # fmt: skip
    _multiply(
        admin, "progress_assessment", EACH_TABLE,
        id=_copied("id", "k"), table_id=_copied("table_id", "k"),
        member_commitment_id=_copied("member_commitment_id"),
        guideline_id=_copied("guideline_id"),
        ledger_record_id=record.format("ledger_record_id"),
    )  # fmt: skip
    _multiply(
        admin, "progress_assessmenttable", EACH_TABLE,
        id=_copied("id", "k"), stocktake_id=_copied("stocktake_id"), number="k",
        supersedes_id=f"CASE WHEN k > 1 THEN {_copied('id', '(k - 1)')} END",
        began_at=f"base.began_at - {AGO}", released_at=f"base.released_at - {AGO}",
    )  # fmt: skip


def _copied(name: str, *numbers: str) -> str:
    """Return the id of the copy of what a column names, in plan `n`."""
    parts = " || '-' || ".join([f"base.{name}::text || n", *numbers])
    return f"md5({parts})::uuid"


def _multiply(
    admin: psycopg.Connection, table: str, joined: str, **changes: str
) -> None:
    """Copy the rows of a table (`base`), once for each row joined, with changes."""
    rows = admin.execute(
        "SELECT attname, attidentity FROM pg_attribute WHERE attnum > 0"
        " AND attrelid = %s::regclass AND NOT attisdropped AND attgenerated = ''"
        " ORDER BY attnum",
        [table],
    ).fetchall()
    names = [name for name, identity in rows if not identity or name in changes]
    assert set(changes) <= set(names), set(changes) - set(names)
    values = ", ".join(changes.get(name, f'base."{name}"') for name in names)
    columns = ", ".join(f'"{name}"' for name in names)
    # Every part of the statement is a constant of this module, or a column's name.
    statement = (
        f"INSERT INTO {table} ({columns}) SELECT {values} FROM {table} AS base {joined}"
    )
    admin.execute(statement)
