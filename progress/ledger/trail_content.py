"""What a row of the trail covers, read from the database.

The same functions record an act and verify it later. After the first release no field
may be renamed, changed or removed here. A new field is left out where it is empty.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

import orjson
from django.db import connections
from django.db.models import Model

from accounts.models import Presidency
from commitments.models import Action, Clause, Commitment, Plan, SubArea
from progress.ledger.chain import as_json, canonical, hash_of_text
from progress.ledger.json_sql import list_sql, object_sql
from progress.ledger.trail import hidden
from progress.models import (
    Clearance,
    EntryAuthor,
    Extension,
    Handover,
    Question,
    Release,
    Round,
    Stocktake,
    Tombstone,
    TrailRecord,
    Transition,
)

Kind = TrailRecord.Kind
Content = dict[str, Any]


@dataclass(frozen=True)
class Columns:
    """The columns of a table that an act wrote; `texts` are those that are erasable."""

    model: type[Model]
    # The column that names the subject.
    subject: str
    plain: tuple[str, ...]
    texts: tuple[str, ...] = ()

    @cached_property
    def keys(self) -> tuple[str, ...]:
        """The names of `plain` in a content."""
        return tuple(
            name.removesuffix("_id").replace("plan__slug", "plan")
            for name in self.plain
        )

    def step_of(self, row: Model) -> Content:
        """Return a row of these columns as `steps_sql` reads it."""
        step = {
            key: as_json(getattr(row, name))
            for key, name in zip(self.keys, self.plain, strict=True)
        }
        return step | {name: getattr(row, name) for name in self.texts}


_OPENED = ("plan__slug", "slug", "opens_at", "due_at", "grace_ends_at", "opened_at",
           "opened_by_id")  # fmt: skip
# Acts that wrote one row, or some columns of it.
ONE_ROW = {
    Kind.PRESIDENCY: Columns(Presidency, "pk", ("member_id", "starts_at", "ends_at")),
    Kind.OPENING: Columns(Stocktake, "pk", _OPENED),
    Kind.CLOSING: Columns(
        Stocktake,
        "pk",
        (*_OPENED, "title", "closed_at", "closed_by_id", "closing_sha256",
         "closing_head"),
    ),
    Kind.EXTENSION: Columns(
        Extension,
        "pk",
        ("stocktake_id", "member_id", "ends_at", "granted_at", "granted_by_id"),
        ("reason",),
    ),
    Kind.QUESTION: Columns(
        Question,
        "pk",
        ("entry_id", "member_id", "due_on", "asked_at", "asked_by_id"),
        ("body",),
    ),
    Kind.ANSWER: Columns(
        Question, "pk", ("entry_id", "answered_at", "answered_by_id"), ("answer",)
    ),
    Kind.HANDOVER: Columns(
        Handover, "presidency_id", ("handed_over_at", "handed_over_by_id"), ("note",)
    ),
    Kind.RECEIPT: Columns(Handover, "presidency_id", ("received_at", "received_by_id")),
    Kind.ERASURE: Columns(
        Tombstone, "entry_id", ("content_sha256", "reason", "erased_at", "erased_by")
    ),
}  # fmt: skip
# What led to a publication: the lists in its content.
STEPS = {
    "authors": Columns(EntryAuthor, "entry_id", ("id", "user_id", "first_changed_at")),
    "transitions": Columns(
        Transition,
        "entry_id",
        ("id", "verb", "before", "after", "at", "by_id"),
        ("reason",),
    ),
    "clearances": Columns(
        Clearance,
        "entry_id",
        ("id", "sent_at", "sent_by_id", "cleared_at", "cleared_by_id",
         "capital_dated_on"),
        ("capital_reference",),
    ),
    "rounds": Columns(
        Round,
        "entry_id",
        ("id", "number", "returned_at", "returned_by_id"),
        ("reason", "text"),
    ),
    "releases": Columns(
        Release,
        "entry_id",
        ("id", "stocktake_id", "released_at", "released_by_id"),
        ("reason",),
    ),
}  # fmt: skip
_STEPS_WITH_TEXTS = {name: columns for name, columns in STEPS.items() if columns.texts}


def contents_of(
    kind: str, salts: Mapping[str, str], *, using: str = "default"
) -> dict[str, Content]:
    """Return the content of each subject by its name; one that is gone is left out."""
    if kind == Kind.PUBLICATION:
        return _publications(salts, using)
    if kind == Kind.PLAN:
        return _plans(list(salts), using)
    columns = ONE_ROW[Kind(kind)]
    return {
        subject: content
        for subject, content in _rows(columns, salts, using)
        if subject in salts
    }


def _rows(
    columns: Columns, salts: Mapping[str, str], using: str
) -> Iterator[tuple[str, Content]]:
    """Yield each row of these subjects, in the order of the table."""
    manager = columns.model._default_manager  # noqa: SLF001 - `objects` for the types
    rows = manager.using(using).filter(**{f"{columns.subject}__in": list(salts)})
    names = (columns.subject, *columns.plain, *columns.texts)
    last = 1 + len(columns.plain)
    for values in rows.order_by("pk").values_list(*names):
        subject = str(values[0])
        content = dict(zip(columns.keys, map(as_json, values[1:last]), strict=True))
        for name, value in zip(columns.texts, values[last:], strict=True):
            content[name] = hidden(salts[subject], name, value)
        yield subject, content


def _publications(salts: Mapping[str, str], using: str) -> dict[str, Content]:
    """Return for each entry the record, the plan's wording and every step before it."""
    with connections[using].cursor() as cursor:
        cursor.execute(_publications_sql(), [list(salts)])
        rows: list[tuple[str, str]] = cursor.fetchall()
    return {
        subject: _hide_texts(orjson.loads(content), salts[subject])
        for subject, content in rows
    }


def publication_content(steps: Content, *, record: str, salt: str) -> Content:
    """Return the content of a publication, from its steps and the hash of its record.

    `steps` has the wording of its plan, and the lists that `steps_sql` reads.
    """
    return _hide_texts({"record": record, **steps}, salt)


def _hide_texts(content: Content, salt: str) -> Content:
    for name, columns in _STEPS_WITH_TEXTS.items():
        for step in content[name]:
            for field in columns.texts:
                value = step[field]
                text = value if isinstance(value, str) else canonical(value)
                step[field] = hidden(salt, f"{name}.{step['id']}.{field}", text)
    return content


@cache
def _publications_sql() -> str:
    """Return the query for the contents of these entries. Texts are not hidden."""
    return f"""
        SELECT entry.id::text, json_build_object(
            'record', record.sha256, 'wording', wording.content_sha256,
            {steps_sql()})::text
        FROM unnest(%s::uuid[]) AS wanted (id)
        JOIN progress_entry AS entry ON entry.id = wanted.id AND state = 'published'
        JOIN commitments_membercommitment AS owed
            ON owed.id = entry.member_commitment_id
        JOIN commitments_commitment AS commitment ON commitment.id = owed.commitment_id
        JOIN commitments_plan AS plan ON plan.id = commitment.plan_id
        LEFT JOIN progress_ledgerrecord AS record
            ON record.sequence = entry.ledger_record_id
        LEFT JOIN progress_trailrecord AS wording
            ON wording.kind = 'plan' AND wording.subject = plan.slug
    """  # noqa: S608 - our own names only


def steps_sql() -> str:
    """Return SQL for the steps of a row `entry`: keys and values of a JSON object."""
    return ", ".join(f"'{name}', {_steps_sql(STEPS[name])}" for name in STEPS)


def _steps_sql(columns: Columns) -> str:
    """Return SQL for the rows of an entry in a table, as a JSON array."""
    table = columns.model._meta.db_table
    names = dict(zip((*columns.keys, *columns.texts),
                     (*columns.plain, *columns.texts), strict=True))  # fmt: skip
    return list_sql(
        object_sql(columns.model, names, "step"),
        f"{table} AS step WHERE step.{columns.subject} = entry.id",
        "step.id",
    )


def _plans(slugs: Iterable[str], using: str) -> dict[str, Content]:
    """Return the adopted wording of each plan, with its numbers."""
    plans = Plan.objects.using(using).filter(slug__in=slugs).order_by("pk")
    return {plan.slug: _wording(plan, using) for plan in plans}


def _wording(plan: Plan, using: str) -> Content:
    clauses: dict[int, dict[str, str]] = defaultdict(dict)
    for clause in Clause.objects.using(using).filter(commitment__plan=plan):
        clauses[clause.commitment_id][clause.letter] = hash_of_text(clause.text)
    actions = Action.objects.using(using).filter(plan=plan)
    sub_areas = SubArea.objects.using(using).filter(action__plan=plan)
    rows = Commitment.objects.using(using).filter(plan=plan).order_by("position")
    commitments = list(rows)
    return {
        "preamble": hash_of_text(plan.preamble),
        "source_text": hash_of_text(plan.source_text),
        "source_sha256": plan.source_sha256,
        "actions": {action.code: action.title for action in actions},
        "sub_areas": {sub_area.code: sub_area.title for sub_area in sub_areas},
        "order": [row.code for row in commitments],
        "commitments": {
            row.code: {"text": hash_of_text(row.text), "clauses": clauses[row.pk]}
            for row in commitments
        },
    }
