"""The words of an answer. A stranger gets the same for all that is not final."""

from types import MappingProxyType

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from reports.verify.answers import Outcome, VerifyAnswer
from reports.verify.held import HeldAs

TITLES = MappingProxyType(
    {
        Outcome.GENUINE: _("A genuine final report"),
        Outcome.NOT_FINAL: _("Not a final report of this system"),
        Outcome.CURRENT: _("A genuine final report"),
        Outcome.SUPERSEDED: _("A genuine final report, replaced by a newer one"),
        Outcome.CIRCULATED: _("A genuine draft, circulated"),
        Outcome.OBJECTED: _("A genuine draft that met an objection"),
        Outcome.DRAFT: _("A genuine draft, not circulated"),
        Outcome.OWN: _("A genuine report that you requested"),
    }
)
# What follows for a reader who may see the report.
_MORE = MappingProxyType(
    {
        Outcome.CURRENT: _("It is the current one: no newer final report replaces it."),
        Outcome.SUPERSEDED: _("Use the newer one instead."),
        Outcome.CIRCULATED: _("It is not a final report."),
        Outcome.OBJECTED: _("It is not a final report."),
        Outcome.DRAFT: _("It is not a final report."),
        Outcome.OWN: _("Only you can see it. It is not a final report."),
    }
)
_FOUND = MappingProxyType(
    {
        HeldAs.CODE: _(
            "A report of this system has this code. The text around the code may still"
            " have been changed: check the file as well."
        ),
        HeldAs.FILE: _("Every byte of the file is as this system stored it."),
        HeldAs.SHA256: _(
            "A file with this SHA-256 is, byte for byte, as this system stored it."
        ),
    }
)
_NOT_FOUND = MappingProxyType(
    {
        HeldAs.CODE: _(
            "No final report of this system has this code. Compare all 16 letters and"
            " digits with your copy."
        ),
        HeldAs.FILE: _(
            "No final report of this system has a file with exactly these bytes. If the"
            " file was opened and saved again, check its code instead."
        ),
        HeldAs.SHA256: _(
            "No final report of this system has a file with this SHA-256. Compare all"
            " 64 letters and digits."
        ),
    }
)
_NOT_TOLD = _(
    "Drafts, and other reports that are not final, get this answer too: only those who"
    " may read them learn more."
)


def title_of(answer: VerifyAnswer) -> Promise:
    return TITLES[answer.outcome]


def sentences_of(answer: VerifyAnswer) -> list[Promise]:
    """Return what the answer means, in the order in which it is read."""
    kind = answer.held.kind
    if not answer.is_genuine:
        return [_NOT_FOUND[kind], _NOT_TOLD]
    more = _MORE.get(answer.outcome)
    return [_FOUND[kind], more] if more else [_FOUND[kind]]
