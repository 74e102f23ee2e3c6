"""The tour of a person's first visit: a few steps for what they do here.

It is a card on the home page, below what is due. A person closes it for good, and finds
it again at the bottom of each page.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import Role, User

# By the names of their routes.
GUIDE_LABELS = {
    "guide-officers": _("Guide for officers"),
    "guide-heads": _("Guide for heads of delegation"),
    "guide-coordinators": _("Guide for coordinators"),
    "guide-readers": _("Guide for observers and assessors"),
    "guide-administrators": _("Guide for administrators"),
}


@dataclass(frozen=True)
class TourStep:
    """One step: where to go, and what to do there."""

    title: str | Promise
    text: str | Promise
    # The name of the page's route.
    route: str


@dataclass(frozen=True)
class Tour:
    """The steps of one role, and the guide that says more."""

    guide: str
    steps: Sequence[TourStep]

    @property
    def guide_label(self) -> str:
        return str(GUIDE_LABELS[self.guide])


READ_OTHERS = TourStep(
    _("Read what others report"),
    _("The matrix shows every commitment for every member. Each mark leads on."),
    "progress:matrix",
)
SEE_NEW = TourStep(
    _("See what is new"),
    _("The list shows what was published since you last marked it as read."),
    "new-list",
)
DRAFTING = TourStep(
    _("Write beside the official text"),
    _(
        "Open a commitment from your tasks. The page saves by itself, and each field"
        " has help."
    ),
    "progress:task-list",
)
CONTRIBUTORS = Tour(
    "guide-officers",
    (
        TourStep(
            _("Find your tasks"),
            _("You draft the commitments that an officer assigned to you."),
            "progress:task-list",
        ),
        DRAFTING,
        TourStep(
            _("Leave the sending to an officer"),
            _("They send your draft for clearance. You can edit it until then."),
            "progress:task-list",
        ),
    ),
)
OFFICERS = Tour(
    "guide-officers",
    (
        TourStep(
            _("Find your tasks"),
            _(
                "The list has every commitment of your delegation. Start with texts"
                " that have not changed: you can confirm them together."
            ),
            "progress:task-list",
        ),
        DRAFTING,
        TourStep(
            _("Send what is ready"),
            _(
                "Your head of delegation clears it, then the Presidency reviews it."
                " Before that, only your delegation can read it."
            ),
            "progress:task-list",
        ),
        TourStep(
            _("Name your focal point"),
            _("It is the person whom the Presidency phones about your member."),
            "progress:focal-point-list",
        ),
        READ_OTHERS,
    ),
)
HEADS = Tour(
    "guide-heads",
    (
        TourStep(
            _("Clear entries"),
            _("Each text is beside the one published last, with the changes marked."),
            "progress:clearance-list",
        ),
        TourStep(
            _("Name an acting head"),
            _("An officer can clear for you while you are away."),
            "progress:acting-head-list",
        ),
        TourStep(
            _("Read draft reports"),
            _(
                "You can object to a draft until its deadline. If you do not,"
                " you agree."
            ),
            "reports:report-list",
        ),
        READ_OTHERS,
    ),
)
COORDINATORS = Tour(
    "guide-coordinators",
    (
        TourStep(
            _("Plan and open a stocktake"),
            _("Its page shows how far each delegation is, and sends reminders."),
            "progress:stocktake-list",
        ),
        TourStep(
            _("Review entries"),
            _(
                "Publish an entry or return it with a reason. What is published is"
                " final."
            ),
            "progress:review-list",
        ),
        TourStep(
            _("Compile reports"),
            _("Circulate a draft to all delegations, then make it final."),
            "reports:report-list",
        ),
        TourStep(
            _("Know whom to phone"),
            _("Each delegation names a focal point and a deputy."),
            "progress:focal-point-list",
        ),
        TourStep(
            _("Prepare the handover"),
            _("The page shows what the next Presidency takes over."),
            "presidency",
        ),
    ),
)
READERS = Tour(
    "guide-readers",
    (
        READ_OTHERS,
        TourStep(
            _("Open a plan, a member or an instrument"),
            _("You can also look back to any day."),
            "progress:plan-list",
        ),
        SEE_NEW,
        TourStep(
            _("Read the final reports"),
            _("You can check whether a report that you received is genuine."),
            "reports:report-list",
        ),
    ),
)
ASSESSORS = Tour(
    "guide-readers",
    (
        TourStep(
            _("Publish your guidelines"),
            _("They say what earns which score. You can then score by them."),
            "progress:assessing",
        ),
        TourStep(
            _("Score a stocktake"),
            _(
                "The member's own words are beside each score. Only your body sees a"
                " draft."
            ),
            "progress:assessing",
        ),
        TourStep(
            _("Open an interim table for feedback, then release"),
            _("Delegations comment on it until a day that you choose."),
            "progress:assessing",
        ),
        READ_OTHERS,
        SEE_NEW,
    ),
)
ADMINISTRATORS = Tour(
    "guide-administrators",
    (
        TourStep(
            _("Invite people"),
            _("Choose their member and roles. They set their own password."),
            "accounts:user-list",
        ),
        TourStep(
            _("Check the reference data"),
            _("Rights change at the instant when the next Presidency begins."),
            "commitments:reference",
        ),
        TourStep(
            _("Watch the jobs"),
            _("A failed job says why. You can try it again."),
            "job-list",
        ),
    ),
)


def tour_of(reader: User, at: datetime) -> Tour:
    """Return the tour of what this person does most, by their rights at an instant."""
    if reader.is_presidency(at):
        return COORDINATORS
    if reader.is_head_at(at):
        return HEADS
    if reader.has_role(Role.OFFICER):
        return OFFICERS
    if reader.has_role(Role.CONTRIBUTOR):
        return CONTRIBUTORS
    if reader.assessing_body is not None:
        return ASSESSORS
    return READERS if reader.reads_entries else ADMINISTRATORS
