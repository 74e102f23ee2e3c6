"""Raw rows as plain data, read in SQL without any code of the product."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import connection

OF_A_DELEGATION = {"contributor", "officer", "head", "coordinator"}


@dataclass(frozen=True)
class EntryRow:
    id: UUID
    owed: UUID
    stocktake: UUID | None
    kind: str
    supersedes: UUID | None
    state: str
    as_of: date
    status: str
    is_at_risk: bool
    handling: str
    submitted_at: datetime | None
    published_at: datetime | None
    sequence: int | None


@dataclass(frozen=True)
class OwedRow:
    """One commitment of one member."""

    id: UUID
    plan: int
    action: str
    commitment: str
    member: str


@dataclass(frozen=True)
class StocktakeRow:
    id: UUID
    plan: int
    slug: str
    title: str
    due_at: datetime
    grace_ends_at: datetime
    opened_at: datetime | None
    closed_at: datetime | None
    second_reviewer: UUID | None


@dataclass(frozen=True)
class PersonRow:
    id: UUID
    member: str | None
    roles: list[str]

    @property
    def delegation(self) -> str | None:
        return self.member if OF_A_DELEGATION & set(self.roles) else None

    @property
    def reads(self) -> bool:
        return bool((OF_A_DELEGATION | {"observer", "assessor"}) & set(self.roles))


def read_entries() -> dict[UUID, EntryRow]:
    columns = (
        "id, member_commitment_id, stocktake_id, kind, supersedes_id, state, as_of,"
        " status, is_at_risk, handling, submitted_at, published_at, ledger_record_id"
    )
    return {row[0]: EntryRow(*row) for row in read("progress_entry", columns)}


def read_owed() -> dict[UUID, OwedRow]:
    tables = (
        "commitments_membercommitment owed"
        " JOIN commitments_commitment c ON c.id = owed.commitment_id"
        " JOIN commitments_action a ON a.id = c.action_id"
    )
    columns = "owed.id, c.plan_id, a.number::text, c.code, owed.member_id"
    return {row[0]: OwedRow(*row) for row in read(tables, columns)}


def read_stocktakes() -> dict[UUID, StocktakeRow]:
    columns = (
        "id, plan_id, slug, title, due_at, grace_ends_at, opened_at, closed_at,"
        " second_reviewer_id"
    )
    return {row[0]: StocktakeRow(*row) for row in read("progress_stocktake", columns)}


def read_people() -> dict[UUID, PersonRow]:
    """Return the active people."""
    return {
        row[0]: PersonRow(*row[:3])
        for row in read("accounts_user", "id, member_id, roles, is_active")
        if row[3]
    }


def read(tables: str, columns: str) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {columns} FROM {tables}")
        return list(cursor.fetchall())
