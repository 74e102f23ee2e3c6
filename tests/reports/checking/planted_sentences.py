"""Errors in entries, sentences and words: docs/check_report.py must find them."""

from collections.abc import Callable, Iterator
from copy import deepcopy
from typing import Any

from tests.reports.checking.planted_figures import (
    BLOCKS,
    NOT_BELOW_AMBER,
    SECRET,
    Json,
    Plant,
    entry_without_a_position,
    first,
    other_order,
    rows_of,
)

# Entries: what may be shown, and where their words may be.


def of_an_entry(change: Callable[[Json, Json], object]) -> Plant:
    def plant(facts: Json) -> bool:
        entry = first(facts["entries"].values(), lambda _: True)
        if entry is None:
            return False
        return change(facts, entry) is not False

    return plant


def above_the_audience(facts: Json, entry: Json) -> object:
    if facts["audience"] == "amber":
        return False
    return entry.update(handling="amber")


def same_hash(facts: Json, entry: Json) -> object:
    others = [one for one in facts["entries"].values() if one is not entry]
    if not others:
        return False
    return others[0].update(content_sha256=entry["content_sha256"])


def words_in(place: Callable[[Json], Any]) -> Plant:
    """The words of an entry are at a second place, where erasure would miss them."""

    def plant(facts: Json) -> bool:
        entry = first(facts["entries"].values(), lambda _: True)
        target = place(facts)
        if entry is None or not target:
            return False
        entry["obstacles"] = f"{entry['obstacles']} {SECRET}"
        field = "text" if "text" in target else "heading"
        target[field] = f"{target[field]} {SECRET}"
        return True

    return plant


def entries() -> Iterator[tuple[str, Plant]]:
    later = {"iso": "2999-01-01", "text": "1 January 2999"}
    yield "entry: above the audience", of_an_entry(above_the_audience)
    yield (
        "entry: of a later day than the report",
        of_an_entry(lambda _facts, entry: entry.update(as_of=later)),
    )
    yield (
        "entry: published after the report knew",
        of_an_entry(lambda _facts, entry: entry.update(published_at=later)),
    )
    yield (
        "entry: a status that does not exist",
        of_an_entry(lambda _facts, entry: entry.update(status="done")),
    )
    yield (
        "entry: a hash that is none",
        of_an_entry(lambda _facts, entry: entry.update(content_sha256="none")),
    )
    yield "entry: the hash of another one", of_an_entry(same_hash)
    yield "entry: one without a position", entry_without_a_position
    yield (
        "entry: unchanged, but never confirmed",
        of_an_entry(
            lambda facts, entry: entry.update(
                unchanged_since=facts["at"], confirmed_at=None
            )
        ),
    )


def words_elsewhere() -> Iterator[tuple[str, Plant]]:
    yield (
        "words of an entry: in a sentence",
        words_in(
            lambda facts: facts["summary"] and facts["summary"][0]["sentences"][0]
        ),
    )
    yield (
        "words of an entry: in a heading",
        words_in(lambda facts: facts["summary"] and facts["summary"][0]),
    )
    yield (
        "words of an entry: in the heading of an action",
        words_in(lambda facts: facts["actions"] and facts["actions"][0]),
    )


# Sentences: the test plants each of these in each sentence that a sample has.


def sentences_of(facts: Json) -> list[Json]:
    return [one for block in facts["summary"] for one in block["sentences"]]


def wrong_number(sentence: Json) -> bool:
    """The number is another one, in its field and in the text alike."""
    for name in sentence["numbers"]:
        sentence["numbers"][name] += 1
        return _written_again(sentence)
    return False


def wrong_name(sentence: Json) -> bool:
    for name, value in sentence["names"].items():
        sentence["names"][name] = "Ruritania" if value != "Ruritania" else "Elsewhere"
        return _written_again(sentence)
    return False


def _written_again(sentence: Json) -> bool:
    text = sentence["template"]
    for name, value in {**sentence["numbers"], **sentence["names"]}.items():
        text = text.replace("{" + name + "}", str(value))
    sentence["text"] = text
    return True


def other_text(sentence: Json) -> bool:
    sentence["text"] = "Something else."
    return True


def other_template(sentence: Json) -> bool:
    sentence["template"] = sentence["text"] = "Something else."
    return True


def other_rule(sentence: Json) -> bool:
    sentence["name"] = "something_else"
    return True


def other_table(sentence: Json) -> bool:
    sentence["table"] = "table-nowhere"
    return True


SENTENCE_PLANTS: dict[str, Callable[[Json], bool]] = {
    "another number": wrong_number,
    "another name": wrong_name,
    "another text": other_text,
    "another template": other_template,
    "another rule": other_rule,
    "another table": other_table,
}


def of_sentence(name: str, way: str) -> Plant:
    """Return the error in the first sentence of this name."""

    def plant(facts: Json) -> bool:
        found = first(sentences_of(facts), lambda one: one["name"] == name)
        return bool(found and SENTENCE_PLANTS[way](found))

    return plant


def left_out(name: str) -> Plant:
    def plant(facts: Json) -> bool:
        for block in facts["summary"]:
            for place, sentence in enumerate(block["sentences"]):
                if sentence["name"] == name:
                    block["sentences"].pop(place)
                    return True
        return False

    return plant


def said_twice(name: str) -> Plant:
    def plant(facts: Json) -> bool:
        for block in facts["summary"]:
            for sentence in list(block["sentences"]):
                if sentence["name"] == name:
                    block["sentences"].append(deepcopy(sentence))
                    return True
        return False

    return plant


def block_left_out(name: str) -> Plant:
    def plant(facts: Json) -> bool:
        before = len(facts["summary"])
        facts["summary"] = [one for one in facts["summary"] if one["name"] != name]
        return len(facts["summary"]) < before

    return plant


def blocks() -> Iterator[tuple[str, Plant]]:
    for name in BLOCKS:
        yield f"summary: no block {name}", block_left_out(name)
    yield "summary: blocks in another order", other_order(lambda f: f["summary"])


# Annexes, words for the audience, and what the report is about.


def instruments() -> Iterator[tuple[str, Plant]]:
    def without_a_commitment(facts: Json) -> bool:
        row = first(facts["instruments"], lambda row: row["commitments"])
        return bool(row and row["commitments"].pop())

    def with_another(facts: Json) -> bool:
        if facts["instruments"]:
            facts["instruments"][0]["commitments"].append("9.9")
        return bool(facts["instruments"])

    def under_another_name(facts: Json) -> bool:
        if facts["instruments"]:
            facts["instruments"][0]["name"] = "Another body"
        return bool(facts["instruments"])

    yield "instruments: a commitment left out", without_a_commitment
    yield "instruments: a commitment too many", with_another
    yield "instruments: another name", under_another_name
    yield (
        "instruments: one left out",
        lambda facts: bool(facts["instruments"] and facts["instruments"].pop()),
    )


def acronyms() -> Iterator[tuple[str, Plant]]:
    def not_in_the_report(facts: Json) -> bool:
        if "acronyms" in facts["sections"]:
            facts["acronyms"].append({"acronym": "XQZ", "meaning": "None of it"})
        return "acronyms" in facts["sections"]

    def said_again(facts: Json) -> bool:
        facts["acronyms"] += deepcopy(facts["acronyms"][:1])
        return bool(facts["acronyms"])

    yield "acronyms: one that the report does not contain", not_in_the_report
    yield "acronyms: one twice", said_again


def label_says(words: str) -> Plant:
    def plant(facts: Json) -> bool:
        if facts["audience"] == "amber":
            return False
        facts["labels"]["parts"]["not_reported"] = words.capitalize()
        return True

    return plant


def method_says(words: str) -> Plant:
    def plant(facts: Json) -> bool:
        if facts["audience"] == "amber" or not facts["method"]:
            return False
        facts["method"][0]["paragraphs"].append(f"Italy has {words} two positions.")
        return True

    return plant


def withdrawn_in_a_sentence(facts: Json) -> bool:
    """A sentence says "withdrawn", but no row has a withdrawal that is readable."""
    if any(row["is_withdrawn"] for row in rows_of(facts)) or not facts["summary"]:
        return False
    facts["summary"][0]["sentences"][0]["text"] += " One position was withdrawn."
    return True


def audience_words() -> Iterator[tuple[str, Plant]]:
    for words in NOT_BELOW_AMBER:
        yield f"below amber: a label says “{words}”", label_says(words)
        yield f"below amber: the method says “{words}”", method_says(words)
    yield "withdrawn, though nobody may read that", withdrawn_in_a_sentence


def changed_fact(change: Callable[[Json], object]) -> Plant:
    return lambda facts: change(facts) is not False


def compared_after(facts: Json) -> object:
    if facts["compared"] is None:
        return False
    later = {"iso": "2999-01-01", "text": "1 January 2999"}
    return facts["compared"].update(at=later)


def two_scopes(facts: Json) -> object:
    return facts["scope"].update(member="JP", action="1")


def member_outside_of_the_scope(facts: Json) -> object:
    codes = [member["code"] for member in facts["members"]]
    return facts["scope"].update(member="JP") if codes != ["JP"] else False


def about() -> Iterator[tuple[str, Plant]]:
    yield "scope: two at once", changed_fact(two_scopes)
    yield "scope: another member is shown", changed_fact(member_outside_of_the_scope)
    yield "compared with a later day", changed_fact(compared_after)
    yield (
        "sections: another one",
        changed_fact(lambda facts: facts["sections"].append("appendix")),
    )
    yield (
        "sections: one left out",
        lambda facts: len(facts["sections"]) > 1 and bool(facts["sections"].pop(0)),
    )
    yield (
        "kind: gaps for a wider audience",
        changed_fact(
            lambda facts: (
                facts.update(kind="gaps", sections=["gaps"])
                if facts["audience"] != "amber"
                else False
            )
        ),
    )
