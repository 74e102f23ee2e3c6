"""Why a file is not taken, in words that say what to do about it."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from progress.file_types import Unfit, UnfitFile

SENTENCES = {
    Unfit.EMPTY: gettext_lazy("the file is empty."),
    Unfit.TOO_BIG: gettext_lazy("a file may have at most 20 MB."),
    Unfit.NOT_ALLOWED: gettext_lazy(
        "the types taken are PDF, PNG, JPEG, DOCX, XLSX, ODT, ODS, TXT and CSV."
    ),
    Unfit.DIFFERS: gettext_lazy(
        "its content is not what its name says. Save it again as the type you mean."
    ),
    Unfit.DAMAGED: gettext_lazy(
        "it is damaged, or made in a way that cannot be checked. Save it again."
    ),
    Unfit.SEVERAL_AT_ONCE: gettext_lazy(
        "there is more in it than one document. Save it again, or send a PDF."
    ),
    Unfit.MACROS: gettext_lazy("it holds macros. Save it without them."),
    Unfit.LOCKED: gettext_lazy("it is protected by a password."),
    Unfit.UNPACKS_TOO_BIG: gettext_lazy(
        "it unpacks to far more than its size. Save it again, or send a PDF."
    ),
    Unfit.NOT_UTF_8: gettext_lazy("text must be saved as UTF-8."),
    Unfit.MARKUP: gettext_lazy("web pages and scripts are not taken."),
}


def sentence_of(error: UnfitFile) -> str:
    """It goes on after "report.pdf was not taken: "."""
    sentence = str(SENTENCES[error.unfit])
    if error.unfit is Unfit.DIFFERS and error.seems:
        seems = _("It looks like: %(what)s.") % {"what": error.seems}
        return f"{sentence} {seems}"
    return sentence
