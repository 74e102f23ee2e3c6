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
from django.db.models import JSONField, Model

from accounts.models import ActingHead, Presidency
from commitments.models import Action, Clause, Commitment, Plan, SubArea
from progress.ledger.chain import as_json, canonical, hash_of_text
from progress.ledger.json_sql import (
    array_sql,
    columns_sql,
    list_sql,
    object_sql,
    or_empty,
)
from progress.ledger.release_content import contents_of_releases
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
    # A row that the step names, added in a later release: left out where it is empty.
    later: "NamedRow | None" = None

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
        # An empty text is null there.
        return step | {name: getattr(row, name) or None for name in self.texts}

    @cached_property
    def table(self) -> str:
        return self.model._meta.db_table

    @cached_property
    def erasable(self) -> frozenset[str]:
        """The texts that are text in the database too, and not JSON."""
        fields = self.model._meta.get_field
        return frozenset(n for n in self.texts if not isinstance(fields(n), JSONField))


@dataclass(frozen=True)
class NamedRow:
    """Columns of another table's row, which a step names by its key `<name>_id`."""

    name: str
    model: type[Model]
    columns: tuple[str, ...]

    @property
    def sql(self) -> str:
        """Return SQL for these columns of the row as a JSON object."""
        names = {column.removesuffix("_id"): column for column in self.columns}
        values = object_sql(columns_sql(self.model, names, "named"))
        return (
            f"(SELECT {values} FROM {self.model._meta.db_table} AS named"  # noqa: S608 - our own names only
            f" WHERE named.id = step.{self.name}_id)"
        )


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
        Tombstone, "pk", ("content_sha256", "reason", "erased_at", "erased_by")
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
        later=NamedRow(
            "acting_head",
            ActingHead,
            ("id", "member_id", "user_id", "starts_at", "ends_at", "named_at",
             "named_by_id"),
        ),
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
    if kind == Kind.RELEASE:
        return contents_of_releases(salts, using=using)
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
        subject: read_publication(content, salts[subject]) for subject, content in rows
    }


def read_publication(text: str, salt: str) -> Content:
    """Return the content that the database read as JSON, with its texts hidden."""
    return hide_texts(orjson.loads(text), salt)


def hide_texts(content: Content, salt: str) -> Content:
    """Return the content after hiding the texts in the lists that `steps_sql` reads."""
    for name, columns in _STEPS_WITH_TEXTS.items():
        for step in content[name]:
            for field in columns.texts:
                value = step[field]
                if value is not None:  # an empty text is null
                    text = value if isinstance(value, str) else canonical(value)
                    where = f"{name}.{step['id']}.{field}"
                    step[field] = hidden(salt, where, text)
    return content


@cache
def _publications_sql() -> str:
    """Return the query for the contents of these entries. Texts are not hidden."""
    lists = {name: _list_of_steps_sql(columns) for name, columns in STEPS.items()}
    content = object_sql(
        {"record": "record.sha256", "wording": "wording.content_sha256", **lists}
    )
    return f"""
        SELECT entry.id::text, {content}::text
        FROM unnest(%s::uuid[]) AS wanted (id)
        JOIN progress_entry AS entry ON entry.id = wanted.id AND state = 'published'
        {_BASIS}
    """  # noqa: S608 - our own names only


def steps_sql() -> str:
    """Return SQL for the steps of a row `entry`: keys and values of a JSON object."""
    return ", ".join(
        f"'{name}', {_list_of_steps_sql(columns)}" for name, columns in STEPS.items()
    )


def _list_of_steps_sql(columns: Columns) -> str:
    """Return SQL for the rows of an entry in a table, as a JSON array."""
    return list_sql(
        _step_sql(columns),
        f"{columns.table} AS step WHERE step.{columns.subject} = entry.id",
        "step.id",
    )


@cache
def all_publications_sql() -> str:
    """Return a query for the contents of all publications in the trail.

    It has the columns `sequence`, that of the row in the trail, `content`, whose texts
    are not hidden, and `has_texts`. Each list is gathered for all rows at once. All are
    in the order of the trail, so that the database can merge them.
    """
    lists = {name: or_empty(f"{name}.items") for name in STEPS}
    content = object_sql(
        {"record": "entry.record", "wording": "entry.wording", **lists}
    )
    texts = " OR ".join(
        f"COALESCE({name}.has_texts, false)" for name in _STEPS_WITH_TEXTS
    )
    return f"""
        WITH entry AS MATERIALIZED (
            SELECT step.sequence, entry.id, record.sha256 AS record,
                wording.content_sha256 AS wording
            FROM progress_trailrecord AS step
            JOIN progress_entry AS entry
                ON entry.id::text = step.subject AND entry.state = 'published'
            {_BASIS}
            WHERE step.kind = 'publication'
            ORDER BY step.sequence
        )
        SELECT entry.sequence, {content}::text AS content, {texts} AS has_texts
        FROM entry
        {" ".join(_all_steps_sql(name) for name in STEPS)}
        ORDER BY entry.sequence
    """  # noqa: S608 - our own names only


# What a publication rests on, beside the steps that led to it.
_BASIS = """
    JOIN commitments_membercommitment AS owed ON owed.id = entry.member_commitment_id
    JOIN commitments_commitment AS commitment ON commitment.id = owed.commitment_id
    JOIN commitments_plan AS plan ON plan.id = commitment.plan_id
    LEFT JOIN progress_ledgerrecord AS record
        ON record.sequence = entry.ledger_record_id
    LEFT JOIN progress_trailrecord AS wording
        ON wording.kind = 'plan' AND wording.subject = plan.slug
"""


def _step_sql(columns: Columns) -> str:
    """Return SQL for a row `step` of a table as JSON. An empty text is null."""
    names = dict(zip(columns.keys, columns.plain, strict=True))
    texts = {name: f"NULLIF(step.{name}, '')" for name in columns.erasable}
    others = {name: f"step.{name}" for name in columns.texts if name not in texts}
    plain = columns_sql(columns.model, names, "step") | texts | others
    if columns.later is None:
        return object_sql(plain)
    whole = object_sql(plain | {columns.later.name: columns.later.sql})
    is_empty = f"step.{columns.later.name}_id IS NULL"
    return f"CASE WHEN {is_empty} THEN {object_sql(plain)} ELSE {whole} END"


def _all_steps_sql(name: str) -> str:
    """Return SQL that joins the rows of all entries in a table, a list for each."""
    columns = STEPS[name]
    texts = " OR ".join(
        f"step.{text} <> ''" if text in columns.erasable else "true"
        for text in columns.texts
    )
    return f"""
        LEFT JOIN (
            SELECT entry.sequence, {array_sql(_step_sql(columns), "step.id")} AS items,
                bool_or({texts or "false"}) AS has_texts
            FROM entry JOIN {columns.table} AS step ON step.{columns.subject} = entry.id
            GROUP BY entry.sequence
        ) AS {name} ON {name}.sequence = entry.sequence
    """  # noqa: S608 - our own names only


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
