"""The evidence of an entry as it is printed: the words, and the state of each link."""

from reports.snapshot_schema import EntryPart, Envelope, EvidenceRow, Moment


class PrintedEvidence(EvidenceRow):
    """An item of evidence. The envelope of the report says whether its link is dead."""

    dead_since: Moment | None


def printed_evidence(
    envelope: Envelope, key: str | None, entry: EntryPart | None
) -> list[PrintedEvidence]:
    """Return the evidence of an entry, of which `key` is the id, in order."""
    if key is None or entry is None:
        return []
    links = envelope["dead_links"].get(key, [])
    dead = {link["number"]: link["since"] for link in links}
    return [
        {**item, "dead_since": dead.get(number)}
        for number, item in enumerate(entry["evidence"], 1)
    ]
