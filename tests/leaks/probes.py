"""The requests of a curious reader: every address, filter, method and link."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from html.parser import HTMLParser
from itertools import cycle, islice
from typing import Any
from urllib.parse import urlencode, urljoin, urlsplit

from django.test import Client
from django.urls import URLPattern, get_resolver

from api.filters import ChoiceFilter, DayFilter, InstantFilter, OrderFilter
from tests.leaks.addresses import (
    addresses,
    delivery_ids,
    entry_ids,
    of_tables,
    routes,
    webhook_ids,
)
from tests.leaks.canaries import canary, japanese, text_of
from tests.leaks.cast import BODIES
from tests.leaks.score_ids import STOCKTAKES, guideline_ids
from tests.progress.workflow_table import undone

SENT = {
    "version": 1,
    "reason": "Because.",
    "body": "Why?",
    "act": "save",
    "text": "A comment.",
    "score": "1",
}
# The answers of two worlds differ in these, which reveals nothing. What comes before is
# not looked behind for: from fixed letters, an expression searches ten times as fast.
UNSTEADY = [
    re.compile(r'("token": ")\w+'),
    re.compile(r'(csrfmiddlewaretoken" value=")\w+'),
    re.compile(r"(csrftoken=)\w+"),
    # A form's one-time token: a random UUID, made for this answer.
    re.compile(r'(name="form_token" value=")[0-9a-f-]{14}4[0-9a-f-]{21}(?=")'),
    re.compile(r"(X-Request-ID: )[0-9a-f]{32}"),
    # What is left of the limits of the reader alone, for how many seconds.
    re.compile(r"(RateLimit: )[^\n]+"),
    re.compile(r'("request_id":")[0-9a-f]{32}(?=")'),
    # The id of an entry that the request itself began.
    re.compile(r"(Location: /entries/)[0-9a-f-]{14}4[0-9a-f-]{21}"),
    # The id of a test that the request itself sends to a webhook.
    re.compile(r'("id":")[0-9a-f-]{14}4[0-9a-f-]{21}(?=","type":"webhook\.ping")'),
    # The code of a report that the request itself asked for.
    re.compile(r'("code":")[0-9A-Z]{16}(?=")'),
    # The second in which a file was made.
    re.compile(r"()\d\d:\d\d:\d\d UTC"),
    # The second of the request in the name of a whole list.
    re.compile(r'(-)\d{8}T\d{6}Z(?=\.(?:csv|jsonl)")'),
    # The secret of an authenticator app, made for this answer.
    re.compile(r'(Content-Length: )\d+(?=[\s\S]*aria-label="QR code with the)'),
    re.compile(r'(?s)(with the secret for the app">)<svg .*?</svg>'),
    re.compile(r'(<pre class="address" tabindex="0"><code>)[A-Z2-7 ]+(?=</code>)'),
    re.compile(r'(name="secret" value=")[\w:-]+(?=")'),
    # A link of the ledger's chain: it follows from all before it, and names nothing.
    re.compile(r'(<code class="hash">)[0-9a-f]{64}'),
]
LINKS = re.compile(r'https?://testserver(/[^"\s<>]*)')


@dataclass(frozen=True)
class Probe:
    """One request. All that it changes is undone."""

    path: str
    method: str = "get"
    headers: tuple[tuple[str, str], ...] = ()

    def ask(self, client: Client) -> str:
        """Return the whole answer, except what differs from one answer to the next."""
        sent: dict[str, Any] = {}
        if self.method in {"post", "put", "patch"}:
            sent["data"] = SENT
            if self.path.startswith("/api/"):
                sent["content_type"] = "application/json"
        headers = dict(self.headers)
        with undone():
            ask = getattr(client, self.method)
            text = text_of(ask(self.path, headers=headers, **sent))
        # A message waits in its cookie for the next page, which is another probe's.
        client.cookies.pop("messages", None)
        return steady(text)


def steady(text: str) -> str:
    """Return an answer without what differs from one to the next."""
    for pattern in UNSTEADY:
        text = pattern.sub(r"\1…", text)
    return text


class Links(HTMLParser):
    """Where a page leads: its links, and the forms that only ask for something."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.page = page
        self.found: list[str] = []
        self._form: str | None = None
        self._field = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        for name in ("href", "hx-get"):
            self._add(given.get(name, ""))
        if tag == "form":
            is_asking = given.get("method", "get").lower() == "get"
            self._form = given.get("action", "") if is_asking else None
        elif self._form is not None and tag == "select":
            self._field = given.get("name", "")
        elif self._form is not None and tag == "option":
            self._try(self._field, given.get("value", ""))
        elif self._form is not None and tag == "input" and "name" in given:
            self._try(
                given["name"], given.get("value") or canary("draft of JP", "narrative")
            )

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None

    def _try(self, field: str, value: str) -> None:
        self._add(f"{self._form or ''}?{urlencode({field: value})}")

    def _add(self, link: str) -> None:
        path = urlsplit(urljoin(self.page, link.replace(" ", "%20")))
        is_ours = link and not path.netloc and path.scheme == ""
        if (
            is_ours
            and path.path.startswith("/")
            and not path.path.startswith("/static/")
        ):
            self.found.append(path._replace(fragment="").geturl())


def links_in(probe: Probe, text: str) -> list[str]:
    if "text/html" in text:
        links = Links(probe.path)
        links.feed(text)
        return links.found
    return LINKS.findall(text)


def probes(*, deep: bool, turn: int, one_in: int = 1) -> list[Probe]:
    """Return what to try. Unless deep, a part of it that differs between readers.

    Of the routes and searches it is one in so many: readers whose turns follow try the
    others.
    """
    mine = addresses()[turn % one_in :: one_in]
    lists = list(routes(get_resolver().url_patterns))[turn % one_in :: one_in]
    return [
        *(Probe(path) for path in _paths(mine, deep=deep, turn=turn)),
        *(Probe(path) for path in _lists_narrowed(lists, deep=deep, turn=turn)),
        *SEARCHES[turn % one_in :: one_in],
        *(Probe(path) for path in _compared(deep=deep, turn=turn)),
        *(Probe(path) for path in _named_on_desks(deep=deep, turn=turn)),
        *other_methods(mine, deep=deep, turn=turn),
    ]


def _named_on_desks(*, deep: bool, turn: int) -> list[str]:
    """Clearance and review open an entry by its id: these are of others too."""
    tried = [
        f"/{name}={pk}"
        for pk in entry_ids()
        for name in ("clearance/?entry", "review/?entry")
    ]
    # What was just decided, and what opens next: of each other entry.
    tried += [
        f"/{name}={pk}"
        for pk in entry_ids()[turn % 2 :: 2]
        for name in ("clearance/?after", "review/?next")
    ]
    tried += [f"/review/?order={order}" for order in ("commitment", "member")]
    tried += ["/review/?member=JP", "/review/?stocktake=test-plan:first"]
    return tried if deep else tried[turn % len(tried) :][:1]


def _compared(*, deep: bool, turn: int) -> list[str]:
    """The comparison names two entries by their ids: these are hidden ones too."""
    page = "/plans/test-plan/commitments/1.2.2/JP/compare/"
    tried = [f"{page}?{name}={pk}" for pk in entry_ids("JP") for name in ("old", "new")]
    return tried if deep else tried[turn % len(tried) :][:1]


def _paths(routed: list[list[str]], *, deep: bool, turn: int) -> Iterator[str]:
    for found in routed:
        is_detail = found[0].count("/") == 3  # an entry, a report: tried several times
        few = max(2, len(found) // 4)
        step = min(few, len(found)) if is_detail else len(found)
        yield from found if deep else found[turn % step :: step]


def _lists_narrowed(
    routed: list[tuple[str, URLPattern]], *, deep: bool, turn: int
) -> Iterator[str]:
    for route, pattern in routed:
        view = getattr(pattern.callback, "cls", None)
        filters = getattr(view, "filterset_class", None)
        if filters is None or "<" in route:
            continue
        needed = {"plan": "test-plan"} if "positions" in route else {}
        tried = [
            {**needed, name: value}
            for name, one in filters.base_filters.items()
            for value in _values(name, one)
        ]
        tried += [{**needed, "page_size": "1"}]
        tried += [{**needed, "format": kind} for kind in ("csv", "jsonl")]
        for params in tried if deep else tried[turn % 9 :: 9]:
            yield f"/{route}?{urlencode(params)}"


def _values(name: str, one: Any) -> list[str]:
    """Values for one filter of the API, by what it is."""
    if isinstance(one, OrderFilter):
        columns = list(one.extra["columns"])
        return [*columns, *(f"-{column}" for column in columns)]
    if isinstance(one, ChoiceFilter):
        return [str(value) for value, _label in one.extra["choices"]]
    if isinstance(one, DayFilter):
        return ["2016-06-01", "2999-12-31"]
    if isinstance(one, InstantFilter):
        return ["2016-06-01T00:00:00Z"]
    return NAMED[name]


NAMED = {
    "body": ["university-observatory", "policy-institute", "nobody"],
    "table": of_tables("table")(),
    "instrument_owner": ["interpol"],
    "plan": ["test-plan"],
    "host": ["JP"],
    "external_ref": [canary("draft of JP", "external ref")],
    "member": ["JP", "IT"],
    "stocktake": ["first"],
    "commitment": ["1.1.1", "2.1"],
    "action": ["1"],
    "sub_area": ["1.2"],
    "instrument": ["interpol"],
    "search": [
        canary("draft of JP", "narrative"),
        canary("amber of JP", "obstacles"),
        canary("public of JP", "narrative"),
        canary("draft scores of JP", "rationale 4 1.1.1 JP"),
        canary("scores for body of JP", "sources 1 1.1.1 JP"),
    ],
}


# The files that pages offer: every reader asks for each, every day.
DOWNLOADS = [
    Probe(f"{page}?format={name}")
    for page, name in (
        ("/matrix/", "csv"),
        ("/matrix/", "entries-csv"),
        ("/matrix/", "entries-xlsx"),
        ("/plans/test-plan/stocktakes/first/", "csv"),
        ("/plans/test-plan/changes/", "csv"),
        ("/review/", "csv"),
        ("/clearance/", "csv"),
        ("/plans/test-plan/charts/status/", "csv"),
        ("/plans/test-plan/charts/coverage/", "svg"),
        ("/plans/test-plan/charts/days/", "csv"),
        ("/plans/test-plan/sheet/", "csv"),
        ("/plans/test-plan/sheet/", "xlsx"),
        *(
            (f"/plans/test-plan/scores/{body}/{part}", name)
            for body in BODIES.values()
            for part, name in (
                ("", "csv"),
                ("ranking/", "xlsx"),
                ("differences/", "csv"),
                ("over-time/", "csv"),
                ("compare/", "csv"),
            )
        ),
    )
]
# The tables of each stocktake, and of two bodies side by side.
SCORE_PAGES = [
    *(
        Probe(f"/plans/test-plan/scores/{body}/{part}{stocktake}")
        for body, other in zip(BODIES.values(), reversed(BODIES.values()), strict=True)
        for stocktake in STOCKTAKES
        for part in (
            "?stocktake=",
            "?known_at=2016-06-01T00:00:00Z&stocktake=",
            f"compare/?with={other}&stocktake=",
            "1.2.2/JP/?stocktake=",
        )
    ),
    *(Probe(f"/feedback/{pk}/?cell=2.1") for pk in of_tables("table")()[::3]),
    *(
        Probe(f"/api/v1/assessments/?{urlencode(params)}")
        for params in (
            {"score": "1", "state": "draft"},
            {"score": "-1", "ordering": "-score", "page_size": "1"},
            {"format": "csv", "table": of_tables("table")()[-2]},
        )
    ),
]
# One webhook of each of two keys, which are another's to every other reader.
WEBHOOKS = [
    Probe("/api/v1/webhooks/"),
    *(
        Probe(f"/api/v1/webhooks/{pk}/{part}", method)
        for pk in webhook_ids()[::2]
        for part, method in (
            ("", "get"),
            ("", "delete"),
            ("deliveries/", "get"),
            ("ping/", "post"),
            *((f"deliveries/{one}/replay/", "post") for one in delivery_ids()[::2]),
        )
    ),
]
# Words of texts and of evidence that may be hidden, searched on the page and while a
# person types.
PAGE_SEARCHES = [
    *(
        Probe(f"/search/?{urlencode({'q': words, 'kind': kind})}")
        for words, kind in [
            (canary("draft of JP", "narrative"), ""),
            (canary("amber of JP", "obstacles"), ""),
            (canary("amber of JP", "link title"), ""),
            (canary("amber of JP", "url"), "evidence"),
            (canary("submitted of JP", "citation"), ""),
            (canary("returned of JP", "file name"), "evidence"),
            (japanese(canary("draft of JP", "next_steps"))[:3], "entries"),
            (canary("public of JP", "narrative"), ""),
            ("zq", ""),
            ("zq", "evidence"),
            ("\u9d7a", "entries"),
            ("more", ""),
        ]
    ),
    Probe("/search/?q=more&status=implemented&member=JP"),
    Probe("/search/?q=more&stocktake=first&instrument=interpol&page=2"),
    *(
        Probe(f"/search/suggestions/?{urlencode({'q': words})}")
        for words in ("zq", canary("amber of JP", "narrative"), "\u9d7a", "more")
    ),
]
# With them the only search in texts that may be hidden.
SEARCHES = [
    *DOWNLOADS,
    *SCORE_PAGES,
    *WEBHOOKS,
    *PAGE_SEARCHES,
    *(
        Probe(f"/api/v1/entries/?{urlencode({'search': words, 'format': kind})}")
        for words in NAMED["search"]
        for kind in ("json", "jsonl")
    ),
    Probe("/api/v1/entries/?format=csv"),
    Probe("/api/v1/positions/?plan=test-plan&expand=entry&format=csv"),
    # With a next page: its address has the clocks of the last change.
    Probe("/api/v1/positions/?plan=test-plan&page_size=1"),
]
# What may be hidden of scores: addresses with one of these are tried by other methods.
SCORES = [*of_tables("table")(), *of_tables("cell")(), *guideline_ids()]
TAGS = '"1", W/"1", *'
OTHERS = [
    *(Probe("", method) for method in ("head", "options", "put", "patch", "delete")),
    Probe("", headers=(("If-None-Match", TAGS), ("If-Match", TAGS))),
]
# One of these at each address; the next address or reader gets the next one.
TRIED = [one for other in OTHERS for one in (Probe("", "post"), other)]


def other_methods(routed: list[list[str]], *, deep: bool, turn: int) -> Iterator[Probe]:
    """Other methods on what may be hidden: a refusal must not reveal that it exists."""
    tried = islice(cycle(TRIED), turn, None)
    ids = [*entry_ids(), *webhook_ids(), *SCORES]
    for found in routed:
        hidden = [path for path in found if any(one in path for one in ids)]
        for path in hidden if deep else hidden[turn % len(found) :][:1]:
            yield replace(next(tried), path=path)
