"""The production web server, and visitors that ask it for pages."""

import gzip
import http.client
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from typing import IO
from urllib.parse import urlencode, urljoin

from benchmarks.databases import ROOT, Cluster, has_server_settings
from benchmarks.seeding.world import PASSWORD

HOST = "127.0.0.1"
WORKERS = 2
READY_WITHIN = 60.0  # seconds


@dataclass(frozen=True)
class WebServer:
    port: int
    pid: int


@contextmanager
def web_server(
    cluster: Cluster,
    database: str,
    *,
    root: Path = ROOT,
    workers: int = WORKERS,
    log: IO[bytes] | None = None,
) -> Iterator[WebServer]:
    """Run gunicorn with the product's configuration, until the block ends."""
    port = free_port()
    command = [
        sys.executable, "-m", "gunicorn", "g7plan.wsgi:application", *_configured(root),
        "--bind", f"{HOST}:{port}", "--workers", str(workers), "--log-level", "warning",
        "--access-logfile", "/dev/null",
    ]  # fmt: skip
    environment = cluster.environment(database, root=root)
    with subprocess.Popen(command, cwd=root, env=environment, stderr=log) as process:
        server = WebServer(port, process.pid)
        try:
            wait_until_ready(server, process)
            yield server
        finally:
            process.terminate()
            process.wait(READY_WITHIN)


def _configured(root: Path) -> list[str]:
    """Return the options of a checkout: earlier ones had them on the command line."""
    if has_server_settings(root):
        return ["--config", "python:g7plan.web_server"]
    return ["--threads", "8"]


def wait_until_ready(
    server: WebServer, process: subprocess.Popen[bytes], within: float = READY_WITHIN
) -> None:
    end = time.monotonic() + within
    while True:
        if process.poll() is not None:
            raise RuntimeError(f"the web server ended with {process.returncode}")
        try:
            if Visitor(server).get("/readyz").status == 200:
                return
        except OSError:
            if time.monotonic() > end:
                raise
        time.sleep(0.05)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    sent: bytes

    @property
    def body(self) -> bytes:
        if self.headers.get("content-encoding") == "gzip":
            return gzip.decompress(self.sent)
        return self.sent

    @property
    def text(self) -> str:
        return self.body.decode()


@dataclass
class Visitor:
    """A browser without scripts, or a partner's machine with its key."""

    server: WebServer
    headers: dict[str, str] = field(default_factory=dict)
    cookies: dict[str, str] = field(default_factory=dict)
    email: str = ""

    def get(self, path: str) -> Answer:
        return self._ask("GET", path, b"", {})

    def require(self, path: str) -> Answer:
        """Return the answer. Raises RuntimeError if it is another than 200."""
        answer = self.get(path)
        if answer.status != 200:
            raise RuntimeError(f"{path} answers {answer.status}")
        return answer

    def post(self, path: str, fields: list[tuple[str, str]]) -> Answer:
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        return self._ask("POST", path, urlencode(fields).encode(), kind)

    def submit(self, page: str, action: str, values: Mapping[str, str]) -> Answer:
        """Fill the form of a page that goes to `action`, and send it."""
        fields = form_fields(self.require(page).text, action)
        kept = [(name, value) for name, value in fields if name not in values]
        return self.post(action or page, [*kept, *values.items()])

    def _ask(
        self, method: str, path: str, body: bytes, extra: Mapping[str, str]
    ) -> Answer:
        headers = {**self.headers, **extra}
        if self.cookies:
            pairs = (f"{name}={value}" for name, value in self.cookies.items())
            headers["Cookie"] = "; ".join(pairs)
        connection = http.client.HTTPConnection(HOST, self.server.port, timeout=600)
        connection.request(method, path, body or None, headers)
        answer = connection.getresponse()
        sent = answer.read()
        connection.close()
        for line in answer.headers.get_all("Set-Cookie", []):
            name, value = line.split(";")[0].split("=", 1)
            self.cookies[name] = value
        lower = {name.lower(): value for name, value in answer.headers.items()}
        return Answer(answer.status, lower, sent)


@dataclass(frozen=True)
class Ask:
    """A job: one request of a visitor, which must be answered with 200."""

    visitor: Visitor
    path: str

    def __call__(self) -> Answer:
        return self.visitor.require(self.path)

    def cold_kb(self) -> float:
        """Return what a first visit transfers: the page, and every file it loads."""
        page = self()
        found, new = {self.path: len(page.sent)}, [(self.path, page.text)]
        while new:
            base, text = new.pop()
            for name in _LOADED.findall(text):
                path = urljoin(base, name)
                if path not in found and path.startswith("/static/"):
                    answer = self.visitor.require(path)
                    found[path] = len(answer.sent)
                    if path.endswith((".css", ".js")):
                        new.append((path, answer.text))
        return sum(found.values()) / 1000


# What a page, a style sheet or a module loads.
_LOADED = re.compile(
    r"""(?:(?:href|src)=|url\(|from\s*|import\s*)["']?([^"'()\s>]+\.(?:css|js|svg|png|ico|woff2))"""
)


def signed_in(server: WebServer, email: str) -> Visitor:
    """Return a browser in which this person has signed in."""
    headers = {"Accept-Encoding": "gzip", "Accept": "text/html"}
    visitor = Visitor(server, headers, email=email)
    page = visitor.require("/accounts/login/").text
    action = re.search(r'action="(/accounts/login/[^"]*)"', page)
    answer = visitor.submit(
        "/accounts/login/",
        action[1] if action else "",
        {"login": email, "password": PASSWORD},
    )
    if answer.status != 302:
        raise RuntimeError(f"{email} cannot sign in: {answer.status}")
    return visitor


class _Forms(HTMLParser):
    """Collects the fields of each form, by its address."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: dict[str, list[tuple[str, str]]] = {}
        self._by_id: dict[str, list[tuple[str, str]]] = {}
        self._current: list[tuple[str, str]] = []

    def handle_starttag(
        self, tag: str, attributes: list[tuple[str, str | None]]
    ) -> None:
        given = dict(attributes)
        if tag == "form":
            action = given.get("action") or ""
            self._current = self.forms.setdefault(action, [])
            self._by_id[given.get("id") or ""] = self._current
        elif tag == "input" and given.get("name"):
            fields = self._by_id.get(given.get("form") or "", self._current)
            fields.append((given["name"] or "", given.get("value") or ""))


def form_fields(page: str, action: str) -> list[tuple[str, str]]:
    """Return names and values of the inputs of the form with this address."""
    forms = _Forms()
    forms.feed(page)
    return forms.forms.get(action, [])
