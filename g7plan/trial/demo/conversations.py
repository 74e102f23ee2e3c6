"""The comments and questions of the invented people, and their responsibilities."""

from datetime import datetime, timedelta

from accounts.actions.acting_heads import name_acting_head
from accounts.dates import utc_day
from accounts.models import User
from commitments.models import MemberCommitment
from g7plan.trial.demo.scene import CONTRIBUTED, Scene
from progress.actions.assignments import set_responsible
from progress.actions.conversations.comments import add_comment
from progress.actions.conversations.questions import answer_question, ask_question
from progress.actions.focal_points import Contact, set_focal_point
from progress.models import Comment, Entry, Handling, Round, State

HOUR, DAY = timedelta(hours=1), timedelta(days=1)

# Number ranges for fiction, in the countries that reserve one.
NUMBERS = {
    "CA": "+1 613 555 01{:02}",
    "DE": "+49 30 23125 0{:02}",
    "EU": "+32 2 000 00 {:02}",
    "FR": "+33 1 99 00 00 {:02}",
    "GB": "+44 20 7946 00{:02}",
    "IT": "+39 06 0000 00{:02}",
    "JP": "+81 3 0000 00{:02}",
    "US": "+1 202 555 01{:02}",
}


def add_conversations(scene: Scene) -> None:
    """Name people, and then add comments and questions on the newest entries."""
    began_at = scene.now - 18 * DAY
    for member in NUMBERS:
        _name_focal_point(scene, member, began_at)
    _name_acting_head(scene, began_at)
    _name_responsible(scene, began_at)
    _discuss_returns(scene)
    _comment_in_delegation(scene)
    _ask(scene)


def _officer(scene: Scene, member: str) -> User:
    return scene.people[f"officer.{member.lower()}"]


def _head(scene: Scene, member: str) -> User:
    return scene.people[f"head.{member.lower()}"]


def _name_focal_point(scene: Scene, member: str, at: datetime) -> None:
    contact = Contact(
        user=_head(scene, member),
        phone=NUMBERS[member].format(1),
        deputy=_officer(scene, member),
        deputy_phone=NUMBERS[member].format(2),
    )
    by = _officer(scene, member)
    set_focal_point(member=member, version=0, contact=contact, by=by, at=at)


def _name_acting_head(scene: Scene, at: datetime) -> None:
    """Let Japan's officer act as head for a week that is over now."""
    person, head = _officer(scene, "JP"), _head(scene, "JP")
    name_acting_head(user=person, starts_at=None, ends_at=at + 7 * DAY, by=head, at=at)


def _name_responsible(scene: Scene, at: datetime) -> None:
    """Name Japan's contributor for what they draft, or an officer for every third."""
    owed = MemberCommitment.objects.filter(commitment__plan=scene.plan)
    rows = owed.select_related("commitment", "member").order_by("commitment__position")
    for row in rows:
        officer = _officer(scene, row.member_id)
        is_contributed = row.member_id == "JP" and row.commitment.code in CONTRIBUTED
        person = scene.people["contributor.jp"] if is_contributed else officer
        if is_contributed or row.commitment.position % 3 == 0:
            set_responsible(
                member_commitment=row, user=person, was=None, by=officer, at=at
            )


def _discuss_returns(scene: Scene) -> None:
    """Comment on two returned entries: one needs Japan's reply, one the chair's."""
    returned = Round.objects.filter(entry__state=State.RETURNED).select_related(
        "entry__member_commitment", "returned_by"
    )
    of_japan = returned.filter(entry__member_commitment__member="JP")
    for returned_round in of_japan.order_by("returned_at", "pk")[:1]:
        _comment(
            returned_round.entry,
            "The English summary would do: one sentence with the year is enough.",
            by=returned_round.returned_by,
            # An hour later another member might hold the chair.
            at=returned_round.returned_at,
        )
    chair = scene.people["coordinator"].member_id
    others = returned.exclude(entry__member_commitment__member__in=["JP", chair])
    for returned_round in others.order_by("returned_at", "pk")[:1]:
        _comment(
            returned_round.entry,
            "Two agencies share the lead by law. May we name both?",
            by=_officer(scene, returned_round.entry.member_code),
            at=returned_round.returned_at + 5 * HOUR,
        )


def _comment_in_delegation(scene: Scene) -> None:
    drafts = Entry.objects.filter(state=State.DRAFT, member_commitment__member="JP")
    for draft in drafts.select_related("member_commitment").order_by("written_at")[:1]:
        add_comment(
            entry_id=draft.pk,
            thread=Comment.Thread.DELEGATION,
            body="Please check the figure in the first sentence with the police.",
            by=_head(scene, "JP"),
            at=draft.written_at + HOUR,
        )


def _comment(entry: Entry, body: str, *, by: User, at: datetime) -> None:
    thread = Comment.Thread.PRESIDENCY
    add_comment(entry_id=entry.pk, thread=thread, body=body, by=by, at=at)


def _ask(scene: Scene) -> None:
    """Ask Japan two questions. France's is answered, that of the United States not."""
    published = Entry.objects.filter(
        state=State.PUBLISHED,
        handling=Handling.GREEN,
        kind=Entry.Kind.UPDATE,
        member_commitment__member="JP",
        published_at__gt=scene.now - 30 * DAY,
    ).order_by("published_at", "pk")
    first, second = published[:2]
    question = ask_question(
        entry_id=first.pk,
        body="Did the exchange need a change of your law on personal data?",
        due_on=utc_day(scene.now + 5 * DAY),
        by=_officer(scene, "FR"),
        at=_after(first, scene),
    )
    answer_question(
        question_id=question.pk,
        version=question.version,
        answer="No. An order of the ministry was enough.",
        by=_officer(scene, "JP"),
        at=_after(first, scene) + HOUR,
    )
    ask_question(
        entry_id=second.pk,
        body="Could you share how the two agencies divide the work?",
        due_on=utc_day(scene.now + 10 * DAY),
        by=_officer(scene, "US"),
        at=_after(second, scene),
    )


def _after(entry: Entry, scene: Scene) -> datetime:
    return (entry.published_at or scene.now) + HOUR
