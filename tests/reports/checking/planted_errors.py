"""All errors that docs/check_report.py must find: a list that was fixed before it.

There is one for each kind of figure and sentence. Each error changes the facts of a
true snapshot at one place. It returns False where that snapshot has no such place; a
test asks that each error fits at least one of the samples.
"""

from collections.abc import Callable

from tests.reports.checking.planted_figures import (
    Json,
    Plant,
    figures,
    first,
    lists,
    positions,
    rows_of,
)
from tests.reports.checking.planted_sentences import (
    about,
    acronyms,
    audience_words,
    blocks,
    entries,
    instruments,
    words_elsewhere,
)

PLANTED: dict[str, Plant] = dict(
    [
        *figures(),
        *lists(),
        *positions(),
        *entries(),
        *words_elsewhere(),
        *blocks(),
        *instruments(),
        *acronyms(),
        *audience_words(),
        *about(),
    ]
)


# Errors of the envelope.


def queries_of(snapshot: Json) -> list[Json]:
    found: list[Json] = snapshot["envelope"]["queries"]
    return found


def other_query(parameter: str, value: str) -> Plant:
    def plant(snapshot: Json) -> bool:
        for row in queries_of(snapshot):
            head, _, rest = row["query"].partition(f"{parameter}=")
            if rest:
                tail = rest.partition("&")[1:]
                row["query"] = f"{head}{parameter}={value}{''.join(tail)}"
                return True
        return False

    return plant


def query_left_out(snapshot: Json) -> bool:
    return bool(queries_of(snapshot) and queries_of(snapshot).pop())


def in_envelope(change: Callable[[Json], object]) -> Plant:
    return lambda snapshot: change(snapshot["envelope"]) is not False


LATER = {"iso": "2999-01-01T00:00:00Z", "text": "1 January 2999, 00:00:00 UTC"}
WITHHELD = {"number": 1, "words": "withheld: a virus was found"}
DEAD = {"number": 1, "since": {"iso": "2017-05-09", "text": "9 May 2017"}}
PLANTED_IN_ENVELOPE: dict[str, Plant] = {
    "query: another day": other_query("at", "2016-01-01"),
    "query: another instant": other_query("known_at", "2016-01-01T00:00:00Z"),
    "query: another audience": other_query("audience", "clear-ish"),
    "query: another plan": other_query("plan", "another"),
    "query: one left out": query_left_out,
    "facts_sha256: another": in_envelope(
        lambda envelope: envelope.update(facts_sha256="0" * 64)
    ),
    "known_at: not a whole second": in_envelope(
        lambda envelope: envelope["known_at"].update(iso="2017-05-20T12:00:00.5Z")
    ),
    "code: not one": in_envelope(lambda envelope: envelope.update(code="OIL")),
    "code: another in the address": in_envelope(
        lambda envelope: envelope.update(code="F" * 16)
    ),
    "final: of no draft": in_envelope(
        lambda envelope: envelope.update(circulation="final", draft_number=None)
    ),
    "final: with the number of a draft": in_envelope(
        lambda envelope: envelope.update(circulation="final", final_of=envelope["id"])
    ),
    "draft: of another draft": in_envelope(
        lambda envelope: envelope.update(final_of=envelope["id"])
    ),
    "dead link: of no entry": in_envelope(
        lambda envelope: envelope["dead_links"].update(nowhere=[DEAD])
    ),
    "dead link: of no note": in_envelope(
        lambda envelope: [
            links.append({**DEAD, "number": 9})
            for links in envelope["dead_links"].values()
        ]
    ),
    "dead link: found later": in_envelope(
        lambda envelope: [
            links[0].update(since=LATER) for links in envelope["dead_links"].values()
        ]
    ),
    "withheld file: of a note that is no file": in_envelope(
        lambda envelope: envelope.update(
            withheld_files={key: [WITHHELD] for key in envelope["dead_links"]}
        )
    ),
    "withheld file: of no entry": in_envelope(
        lambda envelope: envelope.update(withheld_files={"nowhere": [WITHHELD]})
    ),
    "ledger head: later than the report": in_envelope(
        lambda envelope: envelope.update(ledger_head="0" * 64, ledger_head_at=LATER)
    ),
}


# Errors of the printed text, as pdftotext gives it, of a report whose facts are true.

# The text of a page, and the facts, to the text with an error; None without a place.
PlantInText = Callable[[str, Json], "str | None"]


def replaced(what: Callable[[Json], str], by: Callable[[Json], str]) -> PlantInText:
    def plant(text: str, facts: Json) -> "str | None":
        found = what(facts)
        if not found or found not in text:
            return None
        return text.replace(found, by(facts))

    return plant


def first_hash(facts: Json) -> str:
    entry = first(facts["entries"].values(), lambda _: True)
    return entry["content_sha256"] if entry and "entries" in facts["sections"] else ""


PLANTED_IN_TEXT: dict[str, PlantInText] = {
    "PDF: a short title that is not the plan's": replaced(
        lambda facts: facts["actions"][0]["sub_areas"][0]["commitments"][0][
            "short_title"
        ],
        lambda _facts: "Quite another promise",
    ),
    "PDF: an entry's hash left out": replaced(first_hash, lambda _facts: ""),
    "PDF: an audience that is not the report's": replaced(
        lambda facts: f"TLP:{facts['audience'].upper()}", lambda _facts: "TLP:RED"
    ),
    "PDF: “not reported” below amber": lambda text, facts: (
        None if facts["audience"] == "amber" else f"{text}\nJapan has not reported.\n"
    ),
    "PDF: “withdrawn”, though nobody may read that": lambda text, facts: (
        None
        if any(row["is_withdrawn"] for row in rows_of(facts))
        else f"{text}\n1.1.1 Japan: withdrawn\n"
    ),
}
# And for each sentence of the summary and each number of the matrix and the tables, the
# test changes that number in the text.
NUMBERS_IN_TEXT = (
    "summary sentence", "matrix total", "table-mix", "table-members",
    "table-sub-areas", "table-changes", "table-gaps", "table-risk", "table-overdue",
)  # fmt: skip
