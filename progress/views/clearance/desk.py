"""The clearance page of a head: the list at the left, and one entry to decide on."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.dates import utc_day
from accounts.requests import UserRequest
from progress.actions.bulk import Batch
from progress.entries.changes import Change, changes_of
from progress.entries.held_files import held_sentences
from progress.entries.shown_text import seal_text
from progress.models import Entry, Transition
from progress.permissions import can
from progress.stocktakes.deadlines import deadlines_of
from progress.transitions import Verb, is_legal
from progress.views.acts import VERB_ACTS
from progress.views.batches import bar_of
from progress.views.clearance.rows import DeskList, desk_list, own_entries
from progress.views.downloads import asked_for, send_entries, utc_text, wanted_file
from progress.views.lookups import in_plan_order, read_uuid

DESK_TEMPLATE = "progress/clearance/clearance_list.html"
# Each verb has a form on the page, and its fields have ids of their own.
DECISIONS = {Verb.CLEAR: "clear_%s", Verb.SEND_BACK: "back_%s"}


@dataclass(frozen=True)
class OpenEntry:
    """The entry that is shown in full, with what a head needs to decide."""

    change: Change
    sent: Transition | None
    # Why it was sent back or returned before, oldest first.
    came_back: list[Transition]

    @property
    def entry(self) -> Entry:
        return self.change.entry

    @property
    def held(self) -> list[str]:
        """Return a sentence for each file that keeps it from this decision."""
        return held_sentences(self.change.after.evidence, Verb.CLEAR)

    def initial(self) -> dict[str, object]:
        """Return what the form of a decision carries: the version and text shown."""
        sealed = seal_text(self.entry, self.change.after)
        return {"version": self.entry.version, "shown": sealed}


@require_safe
def clearance_list(request: UserRequest) -> HttpResponseBase:
    if not request.user.is_head_at(request.at):
        raise Http404
    desk = desk_list(request, after=read_uuid(request.GET.get("after")))
    if wanted := wanted_file(request):
        return _send(request, desk, wanted.ending)
    asked = read_uuid(request.GET.get("entry"))
    chosen = next((one for one in desk.entries if one.pk == asked), None)
    is_gone = chosen is None and "entry" in request.GET
    if chosen is None and "page" in request.GET:
        chosen = next(iter(desk.page_of(None)), None)
    context = desk_context(request, desk, chosen or desk.next_one())
    context |= {"is_gone": is_gone, "is_whole_list": True}
    return render(request, DESK_TEMPLATE, context)


def desk_context(
    request: UserRequest, desk: DeskList, chosen: Entry | None
) -> dict[str, Any]:
    """Return what the page shows: the list, and one entry in full with its forms."""
    page = desk.page_of(chosen)
    opened = open_entry(request, chosen.pk) if chosen else None
    return {
        "page": page,
        "rows": desk.rows_of(list(page)),
        "waiting_count": len(desk.waiting),
        "to_clear_count": len(desk.to_clear),
        "sent_count": len(desk.sent),
        "opened": opened,
        "undo": desk.decided if _can_recall(request, desk.decided) else None,
        **(_of_entry(request, desk, opened) if opened else {}),
        **bar_of(request, Batch.CLEAR, Batch.SEND_BACK),
    }


def open_entry(request: UserRequest, pk: UUID) -> OpenEntry | None:
    """Return an entry in full, with its change and its moves. Some six queries."""
    visible = Entry.objects.visible_to(request.user, request.at)
    found = own_entries(request).filter(pk=pk).with_visible_unchanged_since(visible)
    people = ("written_by", "submitted_by")
    entries = list(in_plan_order(found).select_related(*people))
    if not entries:
        return None
    [change] = changes_of(entries, reader=request.user, at=request.at)
    moves = list(change.entry.transitions.select_related("by").order_by("at", "pk"))
    sent = [move for move in moves if move.verb == Verb.SUBMIT]
    came_back = {Verb.SEND_BACK, Verb.RETURN}
    return OpenEntry(
        change=change,
        sent=sent[-1] if sent else None,
        came_back=[move for move in moves if move.verb in came_back],
    )


def _of_entry(
    request: UserRequest, desk: DeskList, opened: OpenEntry
) -> Mapping[str, object]:
    entry = opened.entry
    forms = {
        verb: VERB_ACTS[verb].form_class(initial=opened.initial(), auto_id=auto_id)
        for verb, auto_id in DECISIONS.items()
    }
    at_hand = [one.pk for one in desk.waiting]
    place = at_hand.index(entry.pk) if entry.pk in at_hand else -1
    rows = desk.rows_of([one for one in desk.entries if one.pk == entry.pk])
    member = request.user.delegation or ""
    return {
        "entry": entry,
        "commitment": entry.member_commitment.commitment,
        "change": opened.change,
        "deadline": deadlines_of([entry], member, request.at).get(entry.pk),
        "open_row": next(iter(rows), None),
        "can_recall": _can_recall(request, entry),
        "place": place + 1,
        "before": desk.waiting[place - 1] if place > 0 else None,
        "next": desk.waiting[place + 1] if place < len(at_hand) - 1 else None,
        **{f"{verb}_form": form for verb, form in forms.items()},
    }


def _can_recall(request: UserRequest, entry: Entry | None) -> bool:
    """Return whether what was cleared can still be taken back."""
    return (
        entry is not None
        and entry.state == "submitted"
        and is_legal(Verb.RECALL, entry)
        and can(Verb.RECALL, request.user, entry, at=request.at)
    )


def _send(request: UserRequest, desk: DeskList, ending: str) -> HttpResponseBase:
    asked = asked_for(
        request,
        facts=[
            (_("List"), _("Entries in clearance or with the Presidency")),
            (_("Read at"), utc_text(request.at)),
        ],
        name=[
            *("entries-in-clearance", request.user.delegation or ""),
            utc_day(request.at).isoformat(),
        ],
    )
    ids = [entry.pk for entry in [*desk.waiting, *desk.sent]]
    return send_entries(request, ids, asked, ending)
