"""The page on which an entry is written, and what its buttons do."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.dates import utc_day
from accounts.requests import UserRequest
from accounts.versions import StaleRow
from commitments.models import MemberCommitment
from progress.actions.clearance import submit_entry
from progress.actions.drafting import draft_entry, edit_entry
from progress.entries.history import Step, trail_of
from progress.entries.merge import Merge, marks_of, merge
from progress.entries.text import EntryText
from progress.forms.entries import NO_VERSION, EntryForm
from progress.forms.evidence import EvidenceRows
from progress.models import Entry, State
from progress.permissions import can, can_assign
from progress.positions.position import read_evidence, with_evidence
from progress.querysets.entries import EntryQuerySet
from progress.stocktakes.deadlines import Deadline, deadline_of
from progress.transitions import Verb, is_legal
from progress.views.acts import VERB_ACTS
from progress.views.evidence_upload import (
    SentEvidence,
    offered_evidence,
    receive_evidence,
)
from progress.views.lookups import breadcrumb_of, find_open_stocktake
from progress.views.refusals import refusal_page, was_just_saved

# Buttons that show the page again with what was typed, and save nothing of the text.
SHOWN_AGAIN = frozenset({"preview", "add", "upload", "find"})


class Editor:
    """One person at one entry of a member commitment, begun or not."""

    def __init__(
        self,
        request: UserRequest,
        member_commitment: MemberCommitment,
        entry: Entry | None = None,
    ) -> None:
        self.request = request
        self.member_commitment = member_commitment
        self.entry = entry
        self.today = utc_day(request.at)

    # ---- What a GET and each button answer ------------------------------------------

    def opened(self) -> HttpResponse:
        saved = self._saved_text()
        text = self._published_text() if "from" in self.request.GET else saved
        version = self.entry.version if self.entry else NO_VERSION
        rows = EvidenceRows.showing(text, today=self.today)
        form = EntryForm.showing(text, version, started_from=marks_of(saved))
        return self._page(form, rows)

    def received(self) -> HttpResponse:
        act = self.request.POST.get("act", "save")
        sent = receive_evidence(self.request, self.member_commitment)
        if act in SHOWN_AGAIN:
            return self._shown_again(act, sent)
        form = EntryForm(sent.data)
        rows = EvidenceRows.sent(**vars(sent), today=self.today)
        # Both are asked, so that everything wrong is said at once.
        if False in {form.is_valid(), rows.is_valid()}:
            return self._page(form, rows, status=422)
        try:
            saved = self._save(form, form.text(rows))
        except StaleRow as stale:
            return self._conflict(stale.row, form, rows)
        except ValidationError as error:
            form.refuse(error)
            is_state = not hasattr(error, "error_dict")
            return self._page(form, rows, status=409 if is_state else 422)
        if not is_legal(Verb.EDIT, saved):  # the second of two presses: it is under way
            return redirect("progress:entry-detail", saved.pk)
        if act == "submit":
            return self._submit(saved, form, rows)
        messages.success(self.request, _("The draft is saved."))
        return redirect("progress:entry-edit", saved.pk)

    def cannot_submit(self, entry: Entry, error: ValidationError) -> HttpResponse:
        """What is missing, at its field (422); or that its state forbids it (409)."""
        is_unconfirmed = getattr(error, "code", "") == "unconfirmed"
        if not hasattr(error, "error_dict") and not is_unconfirmed:
            return refusal_page(self.request, entry, error)
        text = EntryText.of(entry)
        form = EntryForm.holding(text, entry.version)
        form.refuse(error)
        rows = EvidenceRows.showing(text, today=self.today)
        return self._page(form, rows, status=422)

    # ---- Saving, and what can come between ------------------------------------------

    def _save(self, form: EntryForm, text: EntryText) -> Entry:
        """The second of two presses finds its own words saved: that is no conflict."""
        try:
            return self._write(form.named_version, text)
        except Entry.DoesNotExist as error:
            raise Http404 from error
        except StaleRow as stale:
            if was_just_saved(stale.row, text, by=self.request.user):
                saved: Entry = stale.row
                return saved
            raise

    def _write(self, version: int, text: EntryText) -> Entry:
        """A draft that somebody else began meanwhile is a newer version of this one."""
        user, at = self.request.user, self.request.at
        if self.entry is not None:
            return edit_entry(
                entry_id=self.entry.pk, version=version, text=text, by=user, at=at
            )
        try:
            return draft_entry(
                member_commitment=self.member_commitment, text=text, by=user, at=at
            )
        except ValidationError as error:
            begun = find_update_at_work(self.request, self.member_commitment)
            if begun is None or getattr(error, "code", "") != "draft_exists":
                raise
            raise StaleRow(begun) from error

    def _submit(
        self, saved: Entry, form: EntryForm, rows: EvidenceRows
    ) -> HttpResponse:
        user, at = self.request.user, self.request.at
        editor = Editor(self.request, self.member_commitment, saved)
        try:
            submit_entry(entry_id=saved.pk, version=saved.version, by=user, at=at)
        except StaleRow as stale:
            return editor._conflict(stale.row, form, rows)
        except ValidationError as error:
            messages.info(self.request, _("The draft is saved, and not yet submitted."))
            return editor.cannot_submit(saved, error)
        messages.success(self.request, str(VERB_ACTS[Verb.SUBMIT].done))
        return redirect("progress:entry-detail", saved.pk)

    def _shown_again(self, act: str, sent: SentEvidence) -> HttpResponse:
        """As it was typed: nothing is checked, and of the text nothing is written."""
        rows = EvidenceRows.keeping(
            **vars(sent), today=self.today, blank=int(act == "add")
        )
        return self._page(
            EntryForm.keeping(sent.data),
            rows,
            status=422 if rows.problems else 200,
            is_preview=act == "preview",
            is_choosing=act == "find",
            is_typed=True,
        )

    def _conflict(
        self, newer: Entry, form: EntryForm, rows: EvidenceRows
    ) -> HttpResponse:
        """409: both texts, and one out of both, to be saved on top of the newer."""
        editor = Editor(self.request, self.member_commitment, newer)
        read_evidence(newer)
        mine = form.text(rows)
        theirs = EntryText.with_links(newer, newer.evidence_links.all())
        if not is_legal(Verb.EDIT, newer):
            return editor._merged(Merge.of_one(mine), newer, theirs)
        return editor._merged(merge(form.began_as, mine, theirs), newer, theirs)

    def _merged(self, merge: Merge, newer: Entry, theirs: EntryText) -> HttpResponse:
        form = EntryForm.showing(
            merge.text, newer.version, started_from=marks_of(theirs)
        )
        rows = EvidenceRows.showing(merge.text, today=self.today)
        return self._page(
            form, rows, newer=newer, merge=merge, is_typed=True, status=409
        )

    # ---- What the page shows ---------------------------------------------------------

    def _page(
        self, form: EntryForm, rows: EvidenceRows, *, status: int = 200, **more: Any
    ) -> HttpResponse:
        user, mine = self.request.user, self.member_commitment
        stub = self.entry or Entry(member_commitment=mine, written_by=user)
        context = {
            "form": form,
            "rows": rows,
            "entry": self.entry,
            "member_commitment": mine,
            "action_url": self._action_url(),
            "can_submit": can(Verb.SUBMIT, user, stub, at=self.request.at),
            "can_assign": can_assign(user, mine),
            "is_editable": self.entry is None or is_legal(Verb.EDIT, self.entry),
            "is_invalid": form.is_bound or bool(rows.problems),
            "offered": offered_evidence(self.request, mine, standing=rows.ids),
            "find": self.request.POST.get("find", ""),
            **self._surroundings(),
            **more,
        }
        return render(
            self.request, "progress/entries/entry_edit.html", context, status=status
        )

    def _surroundings(self) -> dict[str, Any]:
        """What stands around the editor: the promise, the deadline, what was said."""
        return {
            "commitment": self.member_commitment.commitment,
            "breadcrumb": breadcrumb_of(self.request, self.member_commitment),
            "previous": self._previous(),
            "came_back": self._came_back(),
            "deadline": self._deadline(),
        }

    def _came_back(self) -> Step | None:
        """Why it is here again, if its last move was back."""
        if self.entry is None:
            return None
        steps = trail_of(self.entry, reader=self.request.user, at=self.request.at)
        return next((step for step in steps[-1:] if step.reason), None)

    def _action_url(self) -> str:
        if self.entry is not None:
            return reverse("progress:entry-edit", args=[self.entry.pk])
        commitment = self.member_commitment.commitment
        where = [
            commitment.plan.slug,
            commitment.code,
            self.member_commitment.member_id,
        ]
        return reverse("progress:entry-new", args=where)

    def _deadline(self) -> Deadline | None:
        """Of the stocktake it belongs to, or joins once it is submitted.

        A correction or withdrawal has none.
        """
        if self.entry is not None and self.entry.kind != Entry.Kind.UPDATE:
            return None
        mine, stocktake = self.member_commitment, None
        if self.entry is not None:
            stocktake = self.entry.stocktake
        if stocktake is None:
            plan = mine.commitment.plan
            stocktake = find_open_stocktake(plan, member=mine.member_id)
        if stocktake is None:
            return None
        return deadline_of(stocktake, mine.member_id, self.request.at)

    def _published(self) -> EntryQuerySet:
        """What this delegation published here, with its evidence."""
        visible = Entry.objects.visible_to(self.request.user, self.request.at)
        mine = visible.filter(member_commitment=self.member_commitment)
        return with_evidence(mine.filter(state=State.PUBLISHED))

    def _previous(self) -> Entry | None:
        """What a correction or withdrawal supersedes, else what stands published."""
        published = self._published()
        if self.entry is not None and self.entry.supersedes_id is not None:
            return published.filter(pk=self.entry.supersedes_id).first()
        return published.positions(at=self.today, known_at=self.request.at).first()

    def _saved_text(self) -> EntryText:
        """Its own text, or nothing yet."""
        if self.entry is not None:
            return EntryText.of(self.entry)
        return EntryText(as_of=self.today)

    def _published_text(self) -> EntryText:
        """One that the address names, to start from."""
        source = get_object_or_404(
            self._published(), pk=as_uuid(self.request.GET["from"])
        )
        text = EntryText.with_links(source, source.evidence_links.all())
        # The text is taken over, the day is not: it has to hold now.
        return replace(text, as_of=self.today)


def find_update_at_work(
    request: UserRequest, member_commitment: MemberCommitment
) -> Entry | None:
    """The one update that is being written or waits for somebody, if there is one."""
    visible = Entry.objects.visible_to(request.user, request.at).with_successors()
    mine = visible.at_work().filter(member_commitment=member_commitment)
    return (
        mine.filter(kind=Entry.Kind.UPDATE)
        .select_related("member_commitment__commitment__plan", "stocktake")
        .select_related("member_commitment__member", "written_by")
        .first()
    )


def as_uuid(text: str) -> UUID:
    """What an address gives; anything else leads nowhere."""
    try:
        return UUID(text)
    except ValueError as error:
        raise Http404 from error
