"""A browser for tests of real processes: it keeps cookies and measures each answer."""

import re
import time
from dataclasses import dataclass
from http.cookiejar import CookieJar
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, Request, build_opener

PASSWORD = "g7plan-demo"
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')


@dataclass(frozen=True)
class Answer:
    """One answer: its status (0 if there was none), headers, text and duration."""

    status: int
    headers: dict[str, str]
    text: str
    seconds: float


class Visitor:
    """A person with one browser."""

    def __init__(self, port: int) -> None:
        self.site = f"http://127.0.0.1:{port}"
        self._opener = build_opener(HTTPCookieProcessor(CookieJar()))

    def get(self, path: str, timeout: float = 60) -> Answer:
        return self._ask(Request(self.site + path), timeout)  # noqa: S310

    def post(self, path: str, form: dict[str, str], timeout: float = 60) -> Answer:
        body = urlencode(form).encode()
        headers = {"Referer": self.site + path}
        request = Request(self.site + path, body, headers)  # noqa: S310
        return self._ask(request, timeout)

    def sign_in(self, name: str) -> Answer:
        page = self.get("/accounts/login/")
        [token, *_] = TOKEN.findall(page.text)
        form = {
            "csrfmiddlewaretoken": token,
            "login": f"{name}@demo.example",
            "password": PASSWORD,
        }
        answer = self.post("/accounts/login/", form)
        assert self.get("/people/me/").status == 200
        return answer

    def _ask(self, request: Request, timeout: float) -> Answer:
        start = time.monotonic()
        try:
            with self._opener.open(request, timeout=timeout) as answer:
                status, headers = answer.status, dict(answer.headers)
                text = answer.read().decode()
        except HTTPError as error:
            with error:
                status, headers = error.code, dict(error.headers)
                text = error.read().decode()
        except OSError as error:
            status, headers, text = 0, {}, str(error)
        return Answer(status, headers, text, time.monotonic() - start)
