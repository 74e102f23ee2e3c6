"""Builds the snapshot of a report: one JSON-able value, in the report's language.

Figures are counted from the same rows that are printed. So text, table and chart cannot
differ (rule 11).
"""

from collections.abc import Sequence
from pathlib import Path
from typing import NotRequired, TypedDict, cast
from urllib.parse import urljoin

from django.conf import settings
from django.urls import reverse
from django.utils.translation import override

from audit.models import Demonstration
from progress.ledger.chain import hash_of
from progress.models import Handling
from reports.kinds import Kind, Layout, Section, sections_of
from reports.label_schema import Circulation
from reports.labels import audience_statement, labels, method
from reports.languages import require_catalogue
from reports.ledger_heads import PrintedHead
from reports.models import Report
from reports.renderers.versions import current_versions
from reports.scores.labels import score_method
from reports.scores.schema import ScoresPart
from reports.snapshot.annexes import (
    acronym_rows,
    instrument_rows,
    positions_query,
    query_rows,
)
from reports.snapshot.figures import FigureCounter, printed_cells
from reports.snapshot.moments import day, instant
from reports.snapshot.plan import (
    action_rows,
    compared_part,
    dead_links,
    entry_parts,
    issuer_of,
    member_rows,
    plan_part,
    scope_of,
    stocktake_part,
    withheld_files,
)
from reports.snapshot.reading import ReportRows, rows_of
from reports.snapshot.scores import scores_part
from reports.snapshot.summary import summary_of
from reports.snapshot.told import Told
from reports.snapshot.wording import in_words_of
from reports.snapshot_schema import (
    SCHEMA_VERSION,
    ActionRow,
    EntryPart,
    Envelope,
    Facts,
    FiguresPart,
    HandlingLabel,
    IndexedInstrument,
    Lists,
    MethodSection,
    PrintedAcronym,
    Snapshot,
    SummaryBlock,
    Versions,
)


def hash_snapshot(snapshot: Snapshot) -> str:
    """Return the SHA-256 of the snapshot in canonical JSON (RFC 8785), as hex."""
    return hash_of(snapshot)


def build_snapshot(
    report: Report, *, ledger_head: PrintedHead | None, font_dirs: Sequence[Path]
) -> Snapshot:
    """Return all content of the report. The number of queries is fixed.

    The ledger is sealed up to the report's `known_at`. `ledger_head` is the head that
    the audience may see.
    """
    with override(report.language):
        require_catalogue()
        rows = rows_of(report)
        facts, versions = _facts(report, rows), _versions(font_dirs)
        return {
            "schema": SCHEMA_VERSION,
            "facts": facts,
            "envelope": _envelope(report, rows, hash_of(facts), ledger_head, versions),
        }


def build_facts(report: Report) -> Facts:
    """Return what the report would say, without its envelope."""
    with override(report.language):
        require_catalogue()
        return _facts(report, rows_of(report))


def _facts(report: Report, rows: ReportRows) -> Facts:
    """Return what the report says: a final one in the words of its draft."""
    facts = _read_facts(report, rows)
    if report.final_of is None:
        return facts
    draft = report.final_of.snapshot
    assert draft is not None  # noqa: S101 - only a finished draft is made final
    return cast("Facts", in_words_of(draft["facts"], facts))


def _read_facts(report: Report, rows: ReportRows) -> Facts:
    kind, layout = cast("Kind", report.kind), cast("Layout", report.layout)
    sections = sections_of(kind, layout)
    facts: Facts = {
        "kind": kind,
        "layout": layout,
        "title": report.get_kind_display(),
        "language": report.language,
        "language_name": report.language_name,
        "audience": cast("HandlingLabel", report.audience),
        "audience_statement": audience_statement(Handling(report.audience)),
        "scope": scope_of(report),
        "plan": plan_part(report.plan),
        "stocktake": stocktake_part(report.stocktake),
        "at": day(report.at),
        "compared": compared_part(report, rows),
        "sections": sections,
        "labels": labels(reads_all=rows.reads_all),
        "members": member_rows(rows),
        **_counted(report, rows, sections),
        **_annexes(rows, sections),
    }
    if "scores" in facts and "method" in sections:
        heading = facts["scores"]["labels"]["heading"]
        section: MethodSection = {"heading": heading, "paragraphs": score_method()}
        facts["method"] = [*facts["method"], section]
    return facts


class _CountedFacts(TypedDict):
    actions: list[ActionRow]
    entries: dict[str, EntryPart]
    figures: FiguresPart
    lists: Lists
    summary: list[SummaryBlock]
    scores: NotRequired[ScoresPart]


def _counted(
    report: Report, rows: ReportRows, sections: list[Section]
) -> _CountedFacts:
    """Return the rows, and all that is counted from them."""
    members, actions, entries = member_rows(rows), action_rows(rows), entry_parts(rows)
    cells = list(printed_cells(actions, entries))
    counter = FigureCounter(cells, members, is_compared=rows.comparison is not None)
    figures = counter.figures()
    lists = counter.lists(has_stocktake=report.stocktake is not None)
    compared = compared_part(report, rows)
    told = Told(
        cells=cells,
        overall=figures["overall"],
        lists=lists,
        members=members,
        day=day(report.at)["text"],
        since=compared["title"] if compared else "",
        has_stocktake=report.stocktake is not None,
        reads_all=rows.reads_all,
        sections=sections,
    )
    counted: _CountedFacts = {
        "actions": actions,
        "entries": entries,
        "figures": figures,
        "lists": lists,
        "summary": summary_of(told) if "summary" in sections else [],
    }
    if (scores := scores_part(report, actions, cells)) is not None:
        counted["scores"] = scores
    return counted


class _Annexes(TypedDict):
    instruments: list[IndexedInstrument]
    acronyms: list[PrintedAcronym]
    method: list[MethodSection]


def _annexes(rows: ReportRows, sections: list[Section]) -> _Annexes:
    """Return the annexes that the report prints."""
    named, is_compared = rows.commitments, rows.comparison is not None
    return {
        "instruments": instrument_rows(named) if "instruments" in sections else [],
        "acronyms": acronym_rows(named) if "acronyms" in sections else [],
        "method": method(reads_all=rows.reads_all, is_compared=is_compared)
        if "method" in sections
        else [],
    }


def _versions(font_dirs: Sequence[Path]) -> Versions:
    return current_versions(product=settings.PRODUCT_VERSION, font_dirs=font_dirs)


def _verify_url(code: str) -> str:
    """Return the address that checks the report.

    The code is in the fragment, which a browser does not send: it is in no log.
    """
    page = urljoin(settings.SITE_URL, reverse("verify"))
    return f"{page}#{code}" if code else ""


def _envelope(
    report: Report,
    rows: ReportRows,
    facts_sha256: str,
    head: PrintedHead | None,
    versions: Versions,
) -> Envelope:
    sections = sections_of(cast("Kind", report.kind), cast("Layout", report.layout))
    envelope: Envelope = {
        "id": str(report.pk),
        "code": report.code,
        "verify_url": _verify_url(report.code),
        "facts_sha256": facts_sha256,
        "circulation": cast("Circulation", report.circulation),
        "draft_number": report.draft_number,
        "final_of": str(report.final_of_id or ""),
        "issuer": issuer_of(report, rows),
        "known_at": instant(report.known_at),
        "requested_at": instant(report.requested_at),
        "is_illustrative": Demonstration.objects.exists(),
        "ledger_head": head.sha256 if head else "",
        "ledger_head_at": instant(head.at) if head else None,
        "dead_links": dead_links(rows),
        "query": positions_query(report),
        "queries": query_rows(report, rows.comparison, sections),
        "versions": versions,
    }
    if withheld := withheld_files(rows):
        envelope["withheld_files"] = withheld
    return envelope
