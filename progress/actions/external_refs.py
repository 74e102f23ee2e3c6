"""Keep what partners' systems call the entries they send."""

from collections.abc import Collection, Iterable, Mapping

from django.core.exceptions import ValidationError
from django.db.models import OuterRef, Subquery
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.typed.text import clean_line, fault_in_address
from audit.statements import run_planned
from progress import limits
from progress.models import Entry, ExternalRef

# PostgreSQL advisory lock, with a hash of the member: who writes references waits for
# others of the same member. It is taken before any row.
_REFS_LOCK = 0x67377002
# A colleague may begin or discard a correction meanwhile. More often than that, not.
MOST_READINGS = 5


def require_external_ref(text: str) -> str:
    """Return a reference as it is stored: one line without marks that are not seen.

    Two references that look alike are then equal. An empty one is none.

    Raises ValidationError: a dict of `external_ref`.
    """
    try:
        cleaned = clean_line(text, limit=limits.EXTERNAL_REF)
    except ValidationError as error:
        raise ValidationError({"external_ref": error.error_list}) from error
    if fault := fault_in_address(cleaned):
        sentence = _("The reference has %(fault)s. Delete it.") % {"fault": fault}
        raise _refusal(sentence, "character")
    return cleaned


def lock_external_refs(member: str) -> None:
    """Let no one else give references to entries of this member until the act ends."""
    run_planned("SELECT pg_advisory_xact_lock(%s, hashtext(%s))", [_REFS_LOCK, member])


def lock_sent_entries(texts: Collection[str], member: str) -> Mapping[str, ExternalRef]:
    """Return the current references with these texts, with their entries locked.

    A reference that waited for another act may belong to another entry afterwards. So
    it is read until nothing changes.
    """
    if not texts:
        return {}
    lock_external_refs(member)
    current = ExternalRef.objects.filter(member=member, text__in=texts, is_current=True)
    for _reading in range(MOST_READINGS):
        refs = {ref.entry_id: ref for ref in current.all()}
        rows = Entry.objects.filter(pk__in=refs.keys()).order_by("pk")
        locked = {entry.pk: entry for entry in rows.locked_for_its_rules()}
        if refs.keys() == set(current.values_list("entry", flat=True)):
            break
    for pk, ref in refs.items():
        ref.entry = locked[pk]
    return {ref.text: ref for ref in refs.values()}


def add_external_refs(sent: Iterable[tuple[Entry, str]], *, by: User) -> None:
    """Give new entries what their sender calls them."""
    ExternalRef.objects.bulk_create(
        ExternalRef(
            entry=entry,
            member_id=entry.member_code,
            text=text,
            sender=by,
            known_text_at=entry.written_at,
            known_text_by_id=entry.written_by_id,
        )
        for entry, text in sent
    )


def note_known_texts(entries: Collection[Entry], *, by: User) -> None:
    """Note that this sender knows the present texts of these entries."""
    saved = Entry.objects.filter(pk=OuterRef("pk"))
    ExternalRef.objects.filter(entry__in=entries).update(
        sender=by,
        known_text_at=Subquery(saved.values("written_at")),
        known_text_by=Subquery(saved.values("written_by")),
    )


def put_external_ref(entry: Entry, text: str, *, by: User) -> None:
    """Give an update this reference, or none if it is empty.

    Raises ValidationError: a dict of `external_ref`.
    """
    text = require_external_ref(text)
    present = ExternalRef.objects.filter(entry=entry).first()
    if text == (present.text if present else ""):
        return
    if entry.kind != Entry.Kind.UPDATE:
        sentence = _("A correction keeps the reference of what it corrects.")
        raise _refusal(sentence, "inherited")
    if present is not None:
        present.delete()
    if not text:
        return
    lock_external_refs(entry.member_code)
    taken = ExternalRef.objects.filter(
        member=entry.member_code, text=text, is_current=True
    )
    if taken.exists():
        raise _refusal(_("Another entry of your member has this reference."), "taken")
    add_external_refs([(entry, text)], by=by)


def _refusal(sentence: str, code: str) -> ValidationError:
    return ValidationError({"external_ref": ValidationError(sentence, code=code)})
