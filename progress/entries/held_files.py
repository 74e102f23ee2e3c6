"""Files of an entry that keep it from going on: not checked yet, or with a virus.

`FileHold.after` says for each file whether it is held back. Everything that shows or
refuses a file asks it, by `Evidence.hold` or `EvidenceItem.hold`.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from progress.entries.text import EvidenceItem
from progress.models import EntryEvidence, Evidence, FileHold
from progress.transitions import Verb

# What to do about a virus. It depends on who may change the entry.
VIRUS_SENTENCES = {
    Verb.SUBMIT: gettext_lazy(
        "“%(file)s” contains a virus. Remove it from this entry."
    ),
    Verb.CLEAR: gettext_lazy(
        "“%(file)s” contains a virus. Send the entry back so that an officer can"
        " remove it."
    ),
    Verb.PUBLISH: gettext_lazy(
        "“%(file)s” contains a virus. Return the entry so that its delegation can"
        " remove it."
    ),
}


def held_files_of(
    entries: Iterable[UUID], verb: Verb = Verb.SUBMIT
) -> Mapping[UUID, list[str]]:
    """Return a sentence for each file that is held back, by entry. One query."""
    files = EntryEvidence.objects.filter(
        entry__in=list(entries), evidence__kind=Evidence.Kind.FILE
    )
    found: dict[UUID, list[str]] = defaultdict(list)
    named = files.values_list("entry_id", "evidence__title", "evidence__scan__verdict")
    for entry, title, verdict in named.order_by("position"):
        found[entry] += _sentences(FileHold.after(verdict or ""), title, verb)
    return {entry: sentences for entry, sentences in found.items() if sentences}


def held_sentences(items: Iterable[EvidenceItem], verb: Verb) -> list[str]:
    """Return a sentence for each of these items whose file is held back. No query."""
    return [
        sentence
        for item in items
        for sentence in _sentences(item.hold, item.title, verb)
    ]


def _sentences(hold: FileHold, title: str, verb: Verb) -> list[str]:
    """Return the sentence on one file, or none if it is not held back."""
    if hold is FileHold.NONE:
        return []
    checking = _(
        "“%(file)s” is still being checked for viruses. Try again in a few minutes."
    )
    sentence = VIRUS_SENTENCES[verb] if hold is FileHold.VIRUS else checking
    return [str(sentence) % {"file": title}]
