"""Read the forms of a page, and fill them in as a browser does."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from lxml import html

Fields = dict[str, str]
# Inputs that are sent although they are empty.
TYPED = frozenset({"text", "email", "password", "date", "datetime-local", "hidden"})


@dataclass(frozen=True)
class Form:
    action: str
    fields: Fields
    # What the page's script reads: `data-…`.
    data: Mapping[str, str]

    def name_ending(self, end: str) -> str:
        """Return the name of a field. Raises LookupError."""
        found = [name for name in self.fields if name.endswith(end)]
        if not found:
            raise LookupError(f"no field “…{end}” in the form {self.action}")
        return found[0]


def forms_of(page: str) -> list[Form]:
    """Return the forms of a page, each with what it would send as it is."""
    return [
        Form(
            str(form.get("action") or ""),
            _fields(form),
            {str(name): str(value) for name, value in form.attrib.items()},
        )
        for form in html.fromstring(page).forms
    ]


def _fields(form: Any) -> Fields:
    empty = {
        str(control.get("name")): ""
        for control in form.inputs
        if control.get("type") in TYPED and control.get("value") is None
    }
    return {**empty, **{str(name): str(value) for name, value in form.form_values()}}


def form_to(page: str, part: str) -> Form | None:
    """Return the first form whose address has this part, or None."""
    return next((form for form in forms_of(page) if part in form.action), None)


def decision_on_page(page: str, verb: str) -> Form | None:
    """Return the form that does this to one entry, or None if the page offers none."""
    decides = re.compile(rf"/entries/[0-9a-f-]{{36}}/{verb}/")
    return next((form for form in forms_of(page) if decides.match(form.action)), None)


def links_of(page: str, start: str) -> list[str]:
    """Return the addresses on a page that begin so, each once, in their order."""
    found = (str(link) for _, _, link, _ in html.fromstring(page).iterlinks())
    return [*dict.fromkeys(link for link in found if link.startswith(start))]
