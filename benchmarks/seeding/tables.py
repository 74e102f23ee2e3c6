"""Rows for COPY: collected by table, and written in large blocks."""

from collections.abc import Sequence
from operator import itemgetter

import psycopg
from psycopg import sql

NULL = "\\N"
# Column names of every table that is filled, in the order of the rows' values.
COLUMNS = {
    "accounts_user": (
        "id password last_login email name member_id roles time_zone is_active"
        " is_service created_at version"
    ),
    "accounts_apikey": (
        "id name purpose user_id prefix digest scopes networks instrument_owner"
        " created_at expires_at revoked_at"
    ),
    "progress_stocktake": (
        "id plan_id slug title opens_at due_at grace_ends_at second_reviewer_id"
        " opened_at opened_by_id closed_at closed_by_id closing_sha256 closing_head"
        " version"
    ),
    "progress_extension": (
        "id stocktake_id member_id reason ends_at granted_at granted_by_id"
    ),
    "progress_handover": (
        "presidency_id note handed_over_at handed_over_by_id received_at"
        " received_by_id version"
    ),
    "progress_entry": (
        "id member_commitment_id stocktake_id kind supersedes_id reason state version"
        " as_of status is_at_risk language narrative next_steps obstacles handling"
        " unchanged_since confirmed_at confirmed_by_id written_at written_by_id"
        " submitted_at submitted_by_id published_at published_by_id"
        " publisher_member_id was_clearance_needed ledger_record_id"
        " supersedes_handling"
    ),
    "progress_entryauthor": "id entry_id user_id first_changed_at",
    "progress_transition": "id entry_id verb before after reason at by_id",
    "progress_clearance": (
        "id entry_id sent_at sent_by_id cleared_at cleared_by_id capital_reference"
        " capital_dated_on"
    ),
    "progress_round": "id entry_id number reason text returned_at returned_by_id",
    "progress_evidence": (
        "id kind title url citation accessed_on file_name media_type size sha256"
        " member_id added_at added_by_id"
    ),
    "progress_evidencefile": "evidence_id content",
    "progress_linkcheck": (
        "evidence_id due_at lease lease_ends_at checked_at http_status problem"
        " failure_count last_alive_at dead_since"
    ),
    "progress_entryevidence": "id entry_id evidence_id position",
    "progress_ledgerrecord": (
        "sequence kind recorded_at content_sha256 previous_sha256 sha256"
    ),
    "progress_trailrecord": (
        "sequence kind subject content salt content_sha256 previous_sha256 sha256"
    ),
    "progress_ledgerseal": "id sealed_at",
    "progress_checkpoint": (
        "day sequence sha256 trail_sha256 signed_at key_sha256 signature"
    ),
    "progress_comment": "id entry_id thread body written_at written_by_id member_id",
    "progress_question": (
        "id entry_id member_id body due_on asked_at asked_by_id answer answered_at"
        " answered_by_id version"
    ),
    "partners_notice": (
        "id user_id kind key told_as member_id entry_id comment_id question_id"
        " stocktake_id presidency_id missing_count created_at read_at digest_id"
    ),
    "partners_cursor": "name position since",
    "audit_event": (
        "id at actor_id actor verb target_type target_id target member request_id"
        " job_id data"
    ),
}  # fmt: skip
# Tables whose numbers are given here; their sequences continue after them.
NUMBERED = (
    "progress_extension", "progress_entryauthor", "progress_transition",
    "progress_clearance", "progress_round", "progress_entryevidence", "audit_event",
)  # fmt: skip


def escaped(text: str) -> str:
    """Return a text as COPY reads it."""
    return text.replace("\\", "\\\\").replace("\n", "\\n").replace("\t", "\\t")


class Tables:
    """The rows that are not written yet, by table, and the next number of each."""

    def __init__(self, connection: psycopg.Connection) -> None:
        self.rows: dict[str, list[Sequence[str]]] = {name: [] for name in COLUMNS}
        self._numbers = dict.fromkeys(NUMBERED, 0)
        self._connection = connection
        self._present = self._columns_of_tables()

    def _columns_of_tables(self) -> dict[str, set[str]]:
        found: dict[str, set[str]] = {}
        for table, column in self._connection.execute(
            "SELECT table_name, column_name FROM information_schema.columns"
            " WHERE table_schema = 'public'"
        ):
            found.setdefault(table, set()).add(column)
        return found

    def number(self, table: str) -> int:
        """Return the next number of a table."""
        self._numbers[table] += 1
        return self._numbers[table]

    def last_number(self, table: str) -> int:
        return self._numbers[table]

    def start_after(self, table: str) -> None:
        """Count after the rows that are in the table already."""
        query = sql.SQL("SELECT COALESCE(max(id), 0) FROM {}")
        row = self._connection.execute(query.format(sql.Identifier(table))).fetchone()
        self._numbers[table] = row[0] if row else 0

    def write(self) -> None:
        """Copy all rows into their tables, and forget them."""
        for table, rows in self.rows.items():
            if rows:
                self._copy(table, rows)
                rows.clear()

    def _copy(self, table: str, rows: Sequence[Sequence[str]]) -> None:
        """Copy rows. A column or a table that an earlier commit lacks is left out."""
        columns = COLUMNS[table].split()
        present = self._present.get(table, set())
        kept = [number for number, name in enumerate(columns) if name in present]
        if not kept:
            return
        if len(kept) < len(columns):
            rows = [itemgetter(*kept)(row) for row in rows]
        statement = sql.SQL("COPY {} ({}) FROM STDIN").format(
            sql.Identifier(table),
            sql.SQL(", ").join(sql.Identifier(columns[number]) for number in kept),
        )
        lines = "\n".join(map("\t".join, rows)) + "\n"
        with self._connection.cursor() as cursor, cursor.copy(statement) as copy:
            copy.write(lines.encode())

    def continue_sequences(self) -> None:
        """Let each sequence continue after the numbers that were given here."""
        for table, number in self._numbers.items():
            if number and table in self._present:
                self._connection.execute(
                    "SELECT setval(pg_get_serial_sequence(%s, 'id'), %s)",
                    [table, number],
                )
