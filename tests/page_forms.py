"""Read the form of a page as a browser does."""

from dataclasses import dataclass, field
from html.parser import HTMLParser


@dataclass
class Control:
    """A control that a person sees, with the words of its label or legend."""

    name: str
    value: str
    label: str


@dataclass
class PageForm(HTMLParser):
    """The values that the form would send, and the controls that are seen."""

    sent: list[tuple[str, str]] = field(default_factory=list)
    seen: list[Control] = field(default_factory=list)
    words: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.labels: dict[str, str] = {}
        self.ids: list[tuple[Control, str]] = []
        self.legend = ""
        self.open: list[str] = []
        self.target = ""
        self.text: str | None = None
        self.select = ""

    @classmethod
    def of(cls, page: str) -> "PageForm":
        form = cls()
        start = page.index('<form class="form"')
        form.feed(page[start : page.index("</form>", start)])
        for control, control_id in form.ids:
            control.label = " ".join(form.labels.get(control_id, control.label).split())
        return form

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        if tag in {"label", "legend"}:
            self.open.append(tag)
            self.target = given.get("for") or ""
            if tag == "legend":
                self.legend = ""
        if tag == "input":
            self._input(given)
        if tag == "textarea":
            self.open.append(tag)
            self._add(given, "")
        if tag == "select":
            self.select = given["name"]
            self._add(given, "")
        if tag == "option" and "selected" in given:
            self.seen[-1].value = given.get("value") or ""
            self.sent.append((self.select, given.get("value") or ""))

    def _input(self, given):
        kind, value = given.get("type", "text"), given.get("value") or ""
        if kind in {"radio", "checkbox"} and "checked" not in given:
            return
        if kind == "hidden":
            self.sent.append((given["name"], value))
            return
        self._add(given, value)
        if kind == "radio" or (kind == "checkbox" and value not in {"", "on"}):
            self.seen[-1].label = self.legend
            self.ids.pop()
        self.sent.append((given["name"], value or "on"))

    def _add(self, given, value):
        control = Control(given["name"], value, self.legend)
        self.seen.append(control)
        self.ids.append((control, given.get("id") or ""))

    def handle_data(self, data):
        kind = self.open[-1] if self.open else ""
        if kind == "textarea":
            # The first line end after the tag is not part of the value.
            self.seen[-1].value += data
            return
        self.words.append(data)
        if kind == "label":
            self.labels[self.target] = self.labels.get(self.target, "") + data
        if kind == "legend":
            self.legend = " ".join(f"{self.legend} {data}".split())

    def handle_endtag(self, tag):
        if tag == "fieldset":
            self.legend = ""
        if tag in {"label", "legend", "textarea"}:
            self.open.pop()
        if tag == "textarea":
            control = self.seen[-1]
            control.value = control.value.replace("\r\n", "\n").removeprefix("\n")
            self.sent.append((control.name, control.value))
