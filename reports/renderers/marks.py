"""What every file of a report says about itself where a reader sees it first."""

from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import NamedTuple

from reports.codes import printed_code
from reports.snapshot_schema import Envelope, Snapshot


class Mark(NamedTuple):
    """A printed text with the label beside it. An empty value is not printed."""

    label: str
    value: str


@dataclass(frozen=True)
class Marks:
    """The marks of a report, in the order in which they are printed."""

    handling: Mark  # "TLP:GREEN"
    audience: Mark  # a sentence on who may read it
    circulation: Mark  # "Draft 2, not circulated"
    kind: Mark  # "Stocktake report"
    scope: Mark  # what it is about, or empty for the whole plan
    plan: Mark
    stocktake: Mark  # or empty
    issuer: Mark  # "Presidency of Italy", or empty
    at: Mark
    known_at: Mark
    language: Mark  # its own name: "English"
    illustrative: Mark  # a sentence, or empty
    number: Mark
    snapshot_sha256: Mark
    facts_sha256: Mark
    ledger_head: Mark  # or empty
    code: Mark  # "0123-4567-89AB-CDEF", or empty
    verify: Mark  # a sentence on what to do with the code, or empty

    def __iter__(self) -> Iterator[Mark]:
        """Yield the marks that have a value."""
        for part in fields(self):
            mark: Mark = getattr(self, part.name)
            if mark.value:
                yield mark


def marks_of(snapshot: Snapshot, snapshot_sha256: str) -> Marks:
    """Return the marks of a report, each with its label."""
    facts, envelope = snapshot["facts"], snapshot["envelope"]
    labels, words = facts["labels"], facts["labels"]["marks"]
    stocktake = facts["stocktake"]
    note = labels["illustrative_note"] if envelope["is_illustrative"] else ""
    return Marks(
        handling=Mark(words["handling"], f"TLP:{facts['audience'].upper()}"),
        audience=Mark(labels["audience"], facts["audience_statement"]),
        circulation=Mark(words["circulation"], _circulation(snapshot)),
        kind=Mark(words["kind"], facts["title"]),
        scope=Mark(words["scope"], facts["scope"]["title"]),
        plan=Mark(labels["plan"], facts["plan"]["title"]),
        stocktake=Mark(labels["stocktake"], stocktake["title"] if stocktake else ""),
        issuer=Mark(words["issuer"], envelope["issuer"]),
        at=Mark(labels["as_of"], facts["at"]["text"]),
        known_at=Mark(labels["known_at"], envelope["known_at"]["text"]),
        language=Mark(words["language"], facts["language_name"]),
        illustrative=Mark(labels["illustrative"], note),
        number=Mark(labels["report_id"], envelope["id"]),
        snapshot_sha256=Mark(labels["snapshot"], snapshot_sha256),
        facts_sha256=Mark(labels["facts"], envelope["facts_sha256"]),
        ledger_head=Mark(labels["ledger_head"], envelope["ledger_head"]),
        code=Mark(words["code"], printed_code(envelope["code"])),
        verify=Mark(words["verify"], _with_code(words["verify_note"], envelope)),
    )


def _circulation(snapshot: Snapshot) -> str:
    words, envelope = snapshot["facts"]["labels"]["marks"], snapshot["envelope"]
    if envelope["circulation"] == "none" and envelope["draft_number"]:
        number = str(envelope["draft_number"])
        return words["numbered_draft"].replace("{number}", number)
    return words["circulations"][envelope["circulation"]]


def short_circulation(snapshot: Snapshot) -> str:
    """Return what every page says of the document: "Draft 2", or "Final"."""
    words, envelope = snapshot["facts"]["labels"]["marks"], snapshot["envelope"]
    if envelope["circulation"] != "none":
        return words["circulations"][envelope["circulation"]]
    if envelope["draft_number"]:
        number = str(envelope["draft_number"])
        return words["short_numbered_draft"].replace("{number}", number)
    return words["short_draft"]


def qr_words(snapshot: Snapshot) -> str:
    """Return the alternative text of the QR code, or nothing without a code."""
    words = snapshot["facts"]["labels"]["marks"]["qr"]
    return _with_code(words, snapshot["envelope"])


def _with_code(text: str, envelope: Envelope) -> str:
    """Return the text with the address and the code, or nothing without a code."""
    if not envelope["code"]:
        return ""
    address = envelope["verify_url"].partition("#")[0]
    code = printed_code(envelope["code"])
    return text.replace("{address}", address).replace("{code}", code)


def document_title(snapshot: Snapshot) -> str:
    """Return the title for the properties of a file: its kind, scope and plan."""
    facts = snapshot["facts"]
    names = (facts["title"], facts["scope"]["title"], facts["plan"]["title"])
    title, *others = filter(None, names)
    for name in others:
        pair = facts["labels"]["named"].replace("{name}", title)
        title = pair.replace("{value}", name)
    return title
