"""The form data of the editor, as a browser sends it."""

from datetime import UTC, datetime

from django.http import HttpResponseBase

from commitments.models import Plan


def page(answer: HttpResponseBase) -> str:
    """The words of a page."""
    content: bytes = answer.getvalue()
    return content.decode()


def typed(version: int = 0, **fields: object) -> dict[str, object]:
    """The valid fields of the editor, with one row of evidence."""
    return {
        "version": version,
        "status": "limited",
        "as_of": datetime.now(UTC).date().isoformat(),
        "narrative": "Two of five bureaus are connected.",
        "next_steps": "The third follows in spring.",
        "obstacles": "",
        "handling": "green",
        "evidence-1-title": "Annual report",
        "evidence-1-url": "https://example.org/report",
        "evidence-1-citation": "",
        "evidence-1-accessed_on": "",
        **fields,
    }


def new_url(plan: Plan, code: str = "1.2.1", member: str = "JP") -> str:
    return f"/plans/{plan.slug}/commitments/{code}/{member}/entries/new/"
