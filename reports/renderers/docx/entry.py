"""One member's entry: its facts, its text, and its evidence as numbered notes."""

from collections.abc import Iterable, Iterator
from typing import Final

from progress.entries.markdown_runs import is_web_link
from reports.renderers.docx.elements import (
    Block,
    Element,
    RunStyle,
    run,
    strong,
    styled,
)
from reports.renderers.docx.member_texts import member_text
from reports.renderers.docx.signs import (
    arrow,
    ball,
    change_words,
    flags_of,
    risk,
    tlp,
)
from reports.renderers.docx.story import Story
from reports.renderers.entry_language import printed_language
from reports.renderers.evidence import PrintedEvidence, printed_evidence
from reports.renderers.mark_characters import ARROWS
from reports.renderers.markdown_blocks import first_sentence
from reports.snapshot_schema import (
    CommitmentRow,
    EntryPart,
    PositionRow,
)

SEPARATOR: Final = "  ·  "
# So many notes are kept on one page.
MOST_KEPT: Final = 5


def full_entry(
    story: Story, commitment: CommitmentRow, position: PositionRow, how: Block
) -> None:
    """Write an entry with all its texts and evidence."""
    entry = _entry(story, position)
    _heading(story, commitment, position, how)
    story.write("EntryFacts", *_joined(_standing(story, position, entry)))
    story.write("EntryFacts", *_joined(_dates(story, position, entry)))
    if tracking := [*_tracking(story, position)]:
        story.write("EntryFacts", *_joined(tracking))
    language = printed_language(entry)
    story.add(*member_text(story, entry["narrative"], language))
    _part(story, story.labels["next_steps"], entry["next_steps"], language)
    _part(story, story.labels["obstacles"], entry["obstacles"], language)
    evidence = printed_evidence(story.envelope, position["entry"], entry)
    if evidence:
        story.write("EntryPart", run(story.labels["evidence"]))
    count = len(evidence)
    for number, item in enumerate(evidence, start=1):
        content = [run(f"[{number}]\t"), *_evidence(story, item)]
        is_kept = number < count <= MOST_KEPT
        story.write("Evidence", *content, how=Block(is_kept=is_kept))


def short_entry(
    story: Story, commitment: CommitmentRow, position: PositionRow, how: Block
) -> None:
    """Write the status and the first sentence of an entry."""
    entry = _entry(story, position)
    _heading(story, commitment, position, how)
    story.write("EntryFacts", *_joined(_standing(story, position, entry)))
    language = printed_language(entry)
    sentence = first_sentence(entry["narrative"])
    story.write("MemberText", run(sentence, RunStyle(language=language)))


def _entry(story: Story, position: PositionRow) -> EntryPart:
    entry = story.entry_of(position)
    if entry is None:  # pragma: no cover - only positions with an entry come here
        raise AssertionError
    return entry


def _heading(
    story: Story, commitment: CommitmentRow, position: PositionRow, how: Block
) -> None:
    member = position["member"]
    anchor = f"entry-{commitment['code']}-{member}"
    story.heading(5, [run(story.members[member])], anchor=anchor, how=how)


def _standing(
    story: Story, position: PositionRow, entry: EntryPart
) -> Iterator[list[Element]]:
    """Yield the status, its change and its risk, each with mark and words."""
    is_older = position["figure"] == "no_update"
    status = story.labels["parts"][entry["status"]]
    yield [ball(entry["status"], is_older=is_older), run(" "), strong(status)]
    if position["change"] in ARROWS:
        words = change_words(story, position)
        yield [arrow(position["change"]), run(f" {words}")]
    if entry["is_at_risk"]:
        yield [risk(), run(" "), strong(story.labels["at_risk"])]
    if entry["handling"] != story.facts["audience"]:
        yield [tlp(entry["handling"], is_small=True)]


def _dates(
    story: Story, position: PositionRow, entry: EntryPart
) -> Iterator[list[Element]]:
    labels = story.labels
    as_of = f"{labels['entry_as_of']} {entry['as_of']['text']}"
    published = f"{labels['published_at']} {entry['published_at']['text']}"
    yield [run(f"{as_of}{story.signs.comma}{published}")]
    for flag in flags_of(story, position, entry):
        yield [strong(flag)]
    since, confirmed = entry["unchanged_since"], entry["confirmed_at"]
    if since is not None and confirmed is not None:
        words = labels["unchanged"].replace("{since}", since["text"])
        yield [run(words.replace("{confirmed}", confirmed["text"]))]


def _tracking(story: Story, position: PositionRow) -> Iterator[list[Element]]:
    labels, target = story.labels, position["target_on"]
    if target is not None:
        day = story.named(labels["target_on"], target["text"])
        overdue = day + story.signs.note(labels["overdue"])
        yield [strong(overdue) if position["is_overdue"] else run(day)]
    if position["lead_authority"]:
        yield [run(story.named(labels["lead_authority"], position["lead_authority"]))]


def _joined(parts: Iterable[list[Element]]) -> list[Element]:
    found: list[Element] = []
    for part in parts:
        found += [run(SEPARATOR)] if found else []
        found += part
    return found


def _part(story: Story, name: str, markdown: str, language: str) -> None:
    blocks = [*member_text(story, markdown, language)]
    if blocks:
        story.write("EntryPart", run(name))
        story.add(*blocks)


def _evidence(story: Story, item: PrintedEvidence) -> Iterator[Element]:
    """Yield a note: a link, a citation or a file."""
    labels, url = story.labels, item["url"]
    is_linked = is_web_link(url)
    if is_linked:
        yield story.web_link(url, [styled(item["title"], "Hyperlink")])
    else:
        yield run(item["title"])
    if item["citation"]:
        yield run(f"{story.signs.comma}{item['citation']}")
    if item["accessed_on"] is not None:
        day = f"{labels['accessed_on']} {item['accessed_on']['text']}"
        yield styled(story.signs.note(day), "Quiet")
    if item["dead_since"] is not None:
        words = labels["dead_since"].replace("{since}", item["dead_since"]["text"])
        yield run(" ")
        yield styled(words, "Boxed")
    if item["withheld"]:
        yield run(" ")
        yield styled(item["withheld"], "Boxed")
    if url:
        yield run("\n")
        yield styled(url, "Quiet")
    if item["file"] is not None:
        file = item["file"]
        yield run("\n")
        yield styled(f"{file['name']}, {file['size']}, SHA-256 ", "Quiet")
        yield styled(file["sha256"], "Hash")
