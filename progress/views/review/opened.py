"""One entry on the review page: its differences, its rounds, what is said about it."""

from dataclasses import dataclass
from itertools import pairwise
from uuid import UUID

from accounts.requests import UserRequest
from progress.entries.changes import Change, changes_of
from progress.entries.held_files import held_sentences
from progress.entries.shown_text import read_text, seal_text
from progress.entries.text import EntryText
from progress.models import Comment, Entry, Extension, Question, Round
from progress.permissions import is_reviewer
from progress.stocktakes.deadlines import Deadline, deadline_of_entry
from progress.transitions import Verb
from progress.views.lookups import in_plan_order

THREAD = Comment.Thread.PRESIDENCY


@dataclass(frozen=True)
class PastRound:
    """One return, and what the delegation changed after it."""

    round: Round
    # None: the day of the returned text was not kept with it.
    since: Change | None


@dataclass(frozen=True)
class OpenReview:
    """The entry that is shown in full, with what a reviewer needs to decide."""

    change: Change
    # Oldest first.
    rounds: list[PastRound]
    deadline: Deadline | None
    # Questions on the published text that it follows.
    question_count: int

    @property
    def entry(self) -> Entry:
        return self.change.entry

    @property
    def is_reply_awaited(self) -> bool:
        """Whether the delegation wrote the last comment."""
        return self.entry.last_comment_member == self.entry.member_code

    @property
    def held(self) -> list[str]:
        """Return a sentence for each file that keeps it from this decision."""
        return held_sentences(self.change.after.evidence, Verb.PUBLISH)

    def initial(self) -> dict[str, object]:
        """Return what the form of a decision carries: the version and text shown."""
        sealed = seal_text(self.entry, self.change.after)
        return {"version": self.entry.version, "shown": sealed}


def open_review(request: UserRequest, pk: UUID) -> OpenReview | None:
    """Return an entry in full, if it waits for this reviewer. Some six queries."""
    user, at = request.user, request.at
    visible = Entry.objects.visible_to(user, at)
    mine = visible.to_review_by(user, at).filter(pk=pk)
    found = mine.with_visible_unchanged_since(visible)
    found = found.with_time(Extension.objects.visible_to(user, at))
    # Who reviews an entry reads this thread of it.
    found = found.with_last_comment(THREAD).with_comment_count(THREAD)
    entries = list(in_plan_order(found))
    if not entries:
        return None
    [change] = changes_of(entries, reader=user, at=at)
    entry = change.entry
    return OpenReview(
        change=change,
        rounds=_rounds(request, entry, change.after),
        deadline=deadline_of_entry(entry, at),
        question_count=_question_count(request, change.base),
    )


def open_returned(request: UserRequest, pk: UUID) -> list[Round]:
    """Return the rounds of an entry that is not back, each as it was submitted."""
    rounds = list(
        Round.objects.visible_to(request.user, request.at)
        .filter(entry=pk)
        .select_related("entry__member_commitment__commitment__plan")
        .select_related("entry__member_commitment__member", "entry__stocktake")
        .defer("entry__member_commitment__commitment__plan__source_text")
        .defer("entry__member_commitment__commitment__plan__preamble")
        .order_by("number")
    )
    if not rounds or not is_reviewer(request.user, rounds[0].entry, at=request.at):
        return []
    return rounds


def _rounds(request: UserRequest, entry: Entry, now: EntryText) -> list[PastRound]:
    """Return each round with what changed from its text to that of the next one."""
    visible = Round.objects.visible_to(request.user, request.at)
    rounds = list(visible.filter(entry=entry).order_by("number"))
    texts = [read_text(one.text) if one.as_of else None for one in rounds]
    since = [
        Change(entry, newer, entry, older) if older and newer else None
        for older, newer in pairwise([*texts, now])
    ]
    return [PastRound(*pair) for pair in zip(rounds, since, strict=True)]


def _question_count(request: UserRequest, published: Entry | None) -> int:
    if published is None:
        return 0
    visible = Question.objects.visible_to(request.user, request.at)
    return visible.filter(entry=published).count()
