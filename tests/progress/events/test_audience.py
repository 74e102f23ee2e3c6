"""Who lists which event: each role against a table written by hand, verb by verb."""

import ast
import csv
import re
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from accounts.models import Presidency
from accounts.models.edited import EditedRow
from audit.models import Event
from progress.events.audience import EVENT_KINDS, EventReader
from progress.transitions import Verb
from tests.source_files import ROOT

TABLE = Path(__file__).with_name("events.csv")
APPS = ("accounts", "commitments", "progress", "reports", "partners", "g7plan")
VERB = re.compile(r"[a-z_]+\.[a-z_]+")
# Functions that add a prefix to the verbs that they are given.
PREFIXES = {
    "record_entry": "entry", "entry_event": "entry", "record_stocktake": "stocktake",
    "insert_draft": "entry", "record_table": "assessment_table",
    "_insert_table": "assessment_table", "_add_comment": "assessment_comment",
}  # fmt: skip


def table() -> dict[str, set[str]]:
    """By verb, who lists an event of Japan's and of a body's in the present term."""
    with TABLE.open(newline="") as file:
        return {
            row["verb"]: set(row["readers"].split()) for row in csv.DictReader(file)
        }


# In the table: all of Japan's people, those of them who bring in entries, and so on.
READERS = {
    "contributor_jp": {"delegation", "delegations"},
    "officer_jp": {"delegation", "delegations", "officers"},
    "head_jp": {"delegation", "delegations", "officers"},
    "officer_fr": {"delegations"},
    "coordinator": {"delegations", "presidency"},
    "officer_of_the_chair": {"delegations"},
    "former_coordinator": {"delegations"},
    "second_reviewer": {"delegations"},
    "observer": set(),
    "assessor": {"body"},
    "other_assessor": set(),
    "administrator": {"administrators"},
}


def event(verb: str, at: datetime, **fields) -> Event:
    values = {"member": "JP", "target_type": "x", "target_id": "1", "target": "x"}
    data = {"is_of_presidency": True, "body": "university-observatory"}
    return Event(verb=verb, at=at, actor="", data=data, **{**values, **fields})


@pytest.fixture
def listed(request, signed_in):
    """`listed(name)`: the verbs of the events that this reader lists, or None."""

    def read(name: str, **query) -> list[str] | None:
        browser = signed_in(request.getfixturevalue(name))
        answer = browser.get("/audit/", query)
        if answer.status_code == 404:
            return None
        rows = []
        while True:
            page = answer.context["page"]
            rows += [row.event.verb for row in page.rows]
            if page.next is None:
                return rows
            place = {"before": page.next.at.isoformat(), "skip": page.next.skipped}
            answer = browser.get("/audit/", {**query, **place})

    return read


def test_the_table_is_that_of_the_code():
    """Written by hand from rule 4. The code has the same readers for every verb."""
    names = {
        verb: {reader.value for reader in kind.readers}
        for verb, kind in EVENT_KINDS.items()
    }
    assert names == table()
    assert {reader.value for reader in EventReader} == set.union(*table().values())


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(name, marks=[] if name in {"officer_jp", "coordinator",
                     "administrator", "officer_fr"} else pytest.mark.long)
        for name in READERS
    ],
)  # fmt: skip
def test_each_role_lists_what_the_table_says(listed, term, now, name):
    Event.objects.bulk_create(event(verb, now) for verb in [*table(), "no.such_verb"])
    expected = [verb for verb, who in table().items() if who & READERS[name]]
    reads = listed(name)
    assert sorted(reads or []) == sorted(expected)
    if name == "observer":
        assert reads is None


@pytest.fixture
def term(coordinator, now) -> Presidency:
    return Presidency.objects.at(now).get()


def test_the_presidency_lists_its_own_term_alone(listed, term, now):
    before = term.starts_at - timedelta(seconds=1)
    Event.objects.bulk_create(
        [event("stocktake.open", before, member=""),
         event("stocktake.close", now, member=""),
         event("entry.publish", before), event("entry.return", now)]
    )  # fmt: skip
    assert sorted(listed("coordinator")) == ["entry.return", "stocktake.close"]


def test_a_report_that_a_delegation_asked_for_is_not_of_the_office(listed, term, now):
    own = event("report.request", now, member="")
    own.data = {"is_of_presidency": False}
    older = event("report.finish", now, member="")
    older.data = {}
    Event.objects.bulk_create([own, older])
    assert listed("coordinator") == []


def test_an_event_listed_for_two_reasons_is_listed_once(listed, coordinator, term, now):
    """The chair's own entry: of its delegation, and an act of its office."""
    Event.objects.bulk_create(
        [event("entry.publish", now, member=coordinator.member_id),
         event("entry.draft", now, member=coordinator.member_id)]
    )  # fmt: skip
    assert sorted(listed("coordinator")) == ["entry.draft", "entry.publish"]


def test_events_of_one_instant_are_paged_without_loss(listed, officer_jp, now):
    verbs = ["entry.edit"] * 70 + ["entry.submit"] * 70
    Event.objects.bulk_create(
        event(verb, now - timedelta(seconds=number // 60))
        for number, verb in enumerate(verbs)
    )
    assert sorted(listed("officer_jp")) == sorted(verbs)
    assert listed("officer_jp", subject="conversations") == []


def recorded_verbs() -> set[str]:
    """Every verb that the code can record, as it is written there."""
    found: set[str] = set()
    for app in APPS:
        for path in (ROOT / app).rglob("*.py"):
            found |= set(_verbs_in(ast.parse(path.read_text())))
    rows = EditedRow.__subclasses__()
    acts = ("create", "correct", "add", "edit")
    found |= {f"{row._meta.model_name}.{act}" for row in rows for act in acts}
    return found | {f"entry.{verb}" for verb in Verb}


def _verbs_in(tree: ast.AST):
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            if isinstance(node, ast.Assign) and _is_named(
                node, ("RETRY_VERB", "VERBS")
            ):
                yield from _strings(node.value)
            continue
        name = getattr(node.func, "id", getattr(node.func, "attr", ""))
        given = [node.args[0]] if node.args else []
        given += [word.value for word in node.keywords if word.arg in {"verb", "event"}]
        # Of `"a.b" if … else "c.d"`, both.
        given += [
            part
            for one in given
            if isinstance(one, ast.IfExp)
            for part in (one.body, one.orelse)
        ]
        texts = [str(one.value) for one in given if isinstance(one, ast.Constant)]
        if prefix := PREFIXES.get(name):
            yield from (f"{prefix}.{text}" for text in texts)
        elif name in {"record", "event_of", "_record", "_write", "_write_access",
                      "add_person", "_restate", "dict"}:  # fmt: skip
            yield from (text for text in texts if VERB.fullmatch(text))
            if name == "_record":
                yield from _prefixed(tree, texts)


def _prefixed(tree: ast.AST, texts):
    """Verbs of a module whose `_record` adds a prefix: `acting_head.{verb}`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr) and isinstance(node.values[0], ast.Constant):
            prefix = str(node.values[0].value)
            if re.fullmatch(r"[a-z_]+\.", prefix):
                yield from (prefix + text for text in texts if text.isidentifier())


def _is_named(node: ast.Assign, names) -> bool:
    return any(getattr(target, "id", "") in names for target in node.targets)


def _strings(node: ast.AST):
    found = (one for one in ast.walk(node) if isinstance(one, ast.Constant))
    texts = (str(one.value) for one in found)
    yield from (text for text in texts if VERB.fullmatch(text))


def test_every_verb_that_is_recorded_has_a_row():
    found = recorded_verbs()
    assert found - EVENT_KINDS.keys() == set()
    # The search finds nearly all: what it misses is put together at run time.
    assert len(EVENT_KINDS.keys() - found) <= 12, sorted(EVENT_KINDS.keys() - found)
