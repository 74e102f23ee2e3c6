"""The evidence of an entry as it is printed, with what checks of it had found."""

from reports.snapshot_schema import EntryPart, Envelope, EvidenceRow, Moment


class PrintedEvidence(EvidenceRow):
    """An item of evidence. The envelope says what checks of it had found."""

    dead_since: Moment | None
    withheld: str  # why its file is withheld, in words, or empty


def printed_evidence(
    envelope: Envelope, key: str | None, entry: EntryPart | None
) -> list[PrintedEvidence]:
    """Return the evidence of an entry, of which `key` is the id, in order."""
    if key is None or entry is None:
        return []
    links = envelope["dead_links"].get(key, [])
    dead = {link["number"]: link["since"] for link in links}
    files = envelope.get("withheld_files", {}).get(key, [])
    withheld = {file["number"]: file["words"] for file in files}
    return [
        {
            **item,
            "dead_since": dead.get(number),
            "withheld": withheld.get(number, ""),
        }
        for number, item in enumerate(entry["evidence"], 1)
    ]
