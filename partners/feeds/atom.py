"""Atom (RFC 4287): a feed of what happened, as bytes. Plain Python."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID
from xml.etree import ElementTree as ET

NAMESPACE = "http://www.w3.org/2005/Atom"
XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
ET.register_namespace("", NAMESPACE)


@dataclass(frozen=True)
class AtomEntry:
    """One thing that happened: what, when, and where to read about it."""

    id: UUID
    at: datetime
    title: str
    url: str
    # What kind of thing it is, for programs.
    category: str


@dataclass(frozen=True)
class AtomFeed:
    """A feed of such things, the newest first."""

    id: UUID
    title: str
    url: str
    # When it was made: the time of a feed without entries.
    made_at: datetime
    # Of the titles: a tag of BCP 47.
    language: str
    entries: Sequence[AtomEntry]


def atom_of(feed: AtomFeed) -> bytes:
    """Return the feed as XML. Equal feeds give equal bytes."""
    root = ET.Element(f"{{{NAMESPACE}}}feed", {XML_LANG: feed.language})
    newest = max((entry.at for entry in feed.entries), default=feed.made_at)
    _add_facts(root, feed.id, feed.title, newest, feed.url)
    author = ET.SubElement(root, f"{{{NAMESPACE}}}author")
    _add(author, "name", "g7plan")
    _add(root, "generator", "g7plan")
    for entry in feed.entries:
        element = ET.SubElement(root, f"{{{NAMESPACE}}}entry")
        _add_facts(element, entry.id, entry.title, entry.at, entry.url)
        _add(element, "category", term=entry.category)
    body: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return body + b"\n"


def _add_facts(
    parent: ET.Element, name: UUID, title: str, at: datetime, url: str
) -> None:
    _add(parent, "id", name.urn)
    _add(parent, "title", title)
    _add(parent, "updated", f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}")
    _add(parent, "link", rel="alternate", type="text/html", href=url)


def _add(parent: ET.Element, name: str, text: str | None = None, **about: str) -> None:
    ET.SubElement(parent, f"{{{NAMESPACE}}}{name}", about).text = text
