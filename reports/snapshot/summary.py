"""Says in sentences what the rows of a report are (rule 11).

Each sentence is a rule of `reports.snapshot.sentences`. None is printed whose predicate
is false. `docs/check_report.py` counts each of them again from the rows, by its name.
"""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from reports.snapshot.gap_sentences import AT_RISK, PAST_TARGET, SILENT
from reports.snapshot.progress_sentences import MOVED, STANDING
from reports.snapshot.sentences import SentenceRule
from reports.snapshot.told import Told
from reports.snapshot_schema import BlockName, Sentence, SummaryBlock

RULES: dict[BlockName, tuple[SentenceRule, ...]] = {
    "standing": STANDING,
    "moved": MOVED,
    "at_risk": AT_RISK,
    "overdue": PAST_TARGET,
    "silent": SILENT,
}
# The sections of which one must be there for a table to be printed.
SECTIONS_OF_TABLES = {
    "table-mix": {"mix"},
    "table-changes": {"changes"},
    "table-gaps": {"gaps"},
    "table-risk": {"summary"},
    "table-overdue": {"summary"},
}


def summary_of(told: Told) -> list[SummaryBlock]:
    """Return the blocks that have something to say, in the active language."""
    blocks: list[SummaryBlock] = [
        {
            "name": name,
            "heading": _heading(name, told),
            "sentences": list(_sentences(rules, told)),
        }
        for name, rules in RULES.items()
    ]
    return [block for block in blocks if block["sentences"]]


def _heading(name: BlockName, told: Told) -> str:
    if name == "moved":
        moved = _("What has moved since %(since)s") % {"since": told.since}
        return moved if told.since else _("What has moved")
    if name == "silent":
        released = _("Where there is no released entry or no news")
        return _("Who has not reported or has no news") if told.reads_all else released
    return {
        "standing": _("The position on %(day)s") % {"day": told.day},
        "at_risk": _("What is at risk, and why"),
        "overdue": _("Target dates that have passed"),
    }[name]


def _sentences(rules: tuple[SentenceRule, ...], told: Told) -> Iterator[Sentence]:
    for rule in rules:
        if rule.holds(told):
            yield _sentence(rule, told)


def _sentence(rule: SentenceRule, told: Told) -> Sentence:
    template = rule.template(told)
    numbers, names = dict(rule.numbers(told)), dict(rule.names(told))
    return {
        "name": rule.name,
        "template": template,
        "numbers": numbers,
        "names": names,
        "text": filled(template, numbers, names),
        "table": _anchor(rule.table, told),
    }


def filled(template: str, numbers: dict[str, int], names: dict[str, str]) -> str:
    """Return the template with its numbers and names. No name is filled in twice."""
    return template.format_map({**numbers, **names})


def _anchor(table: str, told: Told) -> str:
    """Return the anchor of the table with the numbers, if the report prints it."""
    needed = SECTIONS_OF_TABLES.get(table, set())
    return table if needed & set(told.sections) else ""
