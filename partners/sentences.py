"""The sentence of a notice, and the page it links to.

A sentence names a commitment, a member or a stocktake, and never quotes text that a
person wrote. It is in the past tense, so that it stays true when the entry moves on.
"""

from urllib.parse import urlencode

from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from accounts.day_sentences import day_as, instant_text
from accounts.languages import is_same_language
from accounts.models import ActingHead, PendingGrant, User
from accounts.wording.listed import listed
from accounts.wording.names import in_language
from partners.models import Notice, NoticeKind, ToldAs
from progress.models import AssessmentTable, PublicReading
from reports.models import Report

OF_AN_ENTRY = {
    NoticeKind.CLEARANCE: gettext_lazy("%(code)s was sent for clearance"),
    NoticeKind.SENT_BACK: gettext_lazy("%(code)s was sent back before clearance"),
    NoticeKind.REVIEW: gettext_lazy("%(member)s sent %(code)s for review"),
    NoticeKind.RETURNED: gettext_lazy("%(code)s was returned"),
    NoticeKind.PUBLISHED: gettext_lazy("%(code)s was published"),
    NoticeKind.RELEASED: gettext_lazy("%(code)s was released from its stocktake"),
    NoticeKind.WITHHELD: gettext_lazy(
        "A file of %(code)s of %(member)s was withheld: a virus was found in it"
    ),
    NoticeKind.COMMENT: gettext_lazy(
        "There is a new comment on %(code)s of %(member)s"
    ),
    NoticeKind.QUESTION: gettext_lazy("%(asking)s asked a question about %(code)s"),
    NoticeKind.ANSWER: gettext_lazy("%(member)s answered your question about %(code)s"),
}
OF_A_STOCKTAKE = {
    NoticeKind.OPENS: gettext_lazy("%(stocktake)s opens on %(opens_at)s"),
    NoticeKind.TO_OPEN: gettext_lazy(
        "%(stocktake)s was planned to open on %(opens_at)s"
    ),
    NoticeKind.OPENED: gettext_lazy(
        "%(stocktake)s has opened and is due on %(due_at)s"
    ),
    NoticeKind.EXTENDED: gettext_lazy("More time was given for %(stocktake)s"),
    NoticeKind.CLOSED: gettext_lazy("%(stocktake)s has closed"),
}
OF_A_REPORT = {
    NoticeKind.CIRCULATED: gettext_lazy(
        "%(report)s was circulated for objections until %(ends_at)s"
    ),
    NoticeKind.OBJECTIONS_END: gettext_lazy(
        "The time to object to %(report)s ends on %(ends_at)s"
    ),
    NoticeKind.OBJECTED: gettext_lazy("A delegation objected to %(report)s"),
    NoticeKind.AGREED: gettext_lazy(
        "No delegation objected to %(report)s until %(ends_at)s"
    ),
    NoticeKind.APPROVED: gettext_lazy(
        "%(report)s was approved and needs a second approval to become final"
    ),
    NoticeKind.FINAL: gettext_lazy("%(report)s has become final"),
    NoticeKind.SCHEDULED: gettext_lazy("%(report)s was compiled on schedule"),
    NoticeKind.NOT_COMPILED: gettext_lazy("%(report)s could not be compiled"),
}


OF_SCORES = {
    NoticeKind.FEEDBACK: gettext_lazy(
        "%(body)s opened its scores for %(stocktake)s for comments until %(until)s"
    ),
    NoticeKind.FEEDBACK_END: gettext_lazy(
        "The time for comments on your scores for %(stocktake)s is over"
    ),
    NoticeKind.SCORE_COMMENT: gettext_lazy(
        "%(member)s commented on your score of %(code)s for %(stocktake)s"
    ),
    NoticeKind.SCORE_ANSWER: gettext_lazy(
        "%(body)s answered your comment on its score of %(code)s"
    ),
    NoticeKind.SCORES: gettext_lazy("%(body)s released scores for %(stocktake)s"),
}


def sentence_of(notice: Notice) -> str:
    """Return the sentence without a full stop, because it is a line of a list."""
    kind = NoticeKind(notice.kind)
    if notice.entry is not None:
        return str(OF_AN_ENTRY[kind]) % _names_of_entry(notice)
    if notice.presidency is not None:
        return _("The handover of the Presidency to %(member)s was recorded") % {
            "member": in_language(notice.presidency.member.name)
        }
    if (sentence := _of_people(notice, kind)) is not None:
        return sentence
    if notice.webhook_endpoint is not None:
        return _(
            "The webhook of the key “%(key)s” was disabled, as its receiver fails"
        ) % {"key": notice.webhook_endpoint.user.name}
    if notice.public_reading is not None:
        return _of_public_reading(notice.public_reading, kind)
    if (sentence := _of_what_is_released(notice, kind)) is not None:
        return sentence
    if kind in OF_A_STOCKTAKE:
        return str(OF_A_STOCKTAKE[kind]) % _names_of_stocktake(notice)
    return _of_what_is_missing(notice, kind)


def _of_what_is_released(notice: Notice, kind: NoticeKind) -> str | None:
    """Return the sentence of a report or of a score table, or None."""
    if notice.report is not None:
        return str(OF_A_REPORT[kind]) % _names_of_report(notice, notice.report)
    if (table := notice.assessment_table) is not None:
        return str(OF_SCORES[kind]) % _names_of_scores(notice, table)
    return None


def _of_people(notice: Notice, kind: NoticeKind) -> str | None:
    """Return the sentence of what is about a person's rights, or None."""
    if notice.acting_head is not None:
        return _of_acting_head(notice, notice.acting_head)
    if notice.pending_grant is not None:
        return _of_grant(notice.pending_grant, kind)
    if notice.person is not None:
        return _of_role_end(notice, notice.person)
    return None


def _names_of_entry(notice: Notice) -> dict[str, str]:
    assert notice.entry is not None  # noqa: S101 - the caller looked
    about = notice.entry.member_commitment
    return {
        "code": about.commitment.code,
        "member": in_language(about.member.name),
        "asking": in_language(notice.question.member.name) if notice.question else "",
    }


def _names_of_stocktake(notice: Notice) -> dict[str, str]:
    assert notice.stocktake is not None  # noqa: S101 - the caller looked
    return {
        "stocktake": notice.stocktake.title,
        "opens_at": instant_text(localtime(notice.stocktake.opens_at)),
        "due_at": instant_text(localtime(notice.stocktake.due_at)),
    }


def _names_of_scores(notice: Notice, table: AssessmentTable) -> dict[str, str]:
    until, comment = table.feedback_until, notice.assessment_comment
    owed = comment.assessment.member_commitment if comment else None
    return {
        "body": in_language(table.body.name),
        "stocktake": table.stocktake.title,
        "until": instant_text(localtime(until)) if until else "",
        "code": owed.commitment.code if owed else "",
        "member": in_language(owed.member.name) if owed else "",
    }


def _names_of_report(notice: Notice, report: Report) -> dict[str, str]:
    circulation = notice.circulation
    ends_at = localtime(circulation.procedure.ends_at) if circulation else None
    return {
        "report": name_of_report(report),
        "ends_at": instant_text(ends_at) if ends_at else "",
    }


def name_of_report(report: Report) -> str:
    """Return what a line calls a report, and what tells it from others of its day.

    For example "Stocktake report (TLP:GREEN, compact) of 1 May 2017, draft 3".
    """
    is_compact = report.layout == Report.Layout.COMPACT
    is_foreign = not is_same_language(report.language, get_language() or "")
    parts = [
        report.scope_code,
        report.get_audience_display(),
        report.get_layout_display().lower() if is_compact else "",
        report.language_name if is_foreign else "",
    ]
    names = {
        "kind": report.get_kind_display(),
        "parts": listed(filter(None, parts)),
        "day": day_as(report.at),
        "number": report.draft_number,
    }
    if report.draft_number is None:
        return _("%(kind)s (%(parts)s) of %(day)s") % names
    return _("%(kind)s (%(parts)s) of %(day)s, draft %(number)d") % names


def _of_acting_head(notice: Notice, acting_head: ActingHead) -> str:
    is_reader = notice.user_id == acting_head.user_id
    if notice.kind == NoticeKind.ACTING_END:
        sentence = _("The period of %(person)s as acting head was ended")
        own = _("Your period as acting head was ended")
    else:
        sentence = _("%(person)s was named acting head from %(start)s until %(end)s")
        own = _("You were named acting head from %(start)s until %(end)s")
    return (own if is_reader else sentence) % {
        "person": acting_head.user,
        "start": instant_text(localtime(acting_head.starts_at)),
        "end": instant_text(localtime(acting_head.ends_at)),
    }


def _of_grant(grant: PendingGrant, kind: NoticeKind) -> str:
    sentences = {
        NoticeKind.GRANT_ASK: _(
            "A request about %(person)s needs an administrator (%(kind)s)"
        ),
        NoticeKind.GRANT: _(
            "An administrator asked for a change of %(person)s (%(kind)s)"
        ),
        NoticeKind.GRANT_END: _("A request about %(person)s was refused (%(kind)s)"),
    }
    sentence = sentences[kind]
    if kind == NoticeKind.GRANT_END and grant.decision == grant.Decision.AGREED:
        sentence = _("A change for %(person)s has taken effect (%(kind)s)")
    return sentence % {"person": grant.name, "kind": grant.get_kind_display()}


def _of_role_end(notice: Notice, person: User) -> str:
    """Return the sentence with the last day as it is now. It may have changed."""
    is_reader = notice.user_id == person.pk
    if person.role_ends_on is None:
        return _("The roles of %(person)s no longer have a last day") % {
            "person": person
        }
    sentence = _("The roles of %(person)s end after %(day)s")
    own = _("Your roles end after %(day)s")
    names = {"person": person, "day": day_as(person.role_ends_on)}
    return (own if is_reader else sentence) % names


def _of_public_reading(reading: PublicReading, kind: NoticeKind) -> str:
    if kind == NoticeKind.PUBLIC and reading.starts_at is not None:
        return _("Public reading of clear entries was announced for %(start)s") % {
            "start": instant_text(localtime(reading.starts_at))
        }
    if kind == NoticeKind.PUBLIC_ASK:
        return _("Public reading of clear entries was proposed")
    return _("Public reading of clear entries was turned off")


def _of_what_is_missing(notice: Notice, kind: NoticeKind) -> str:
    count = notice.missing_count or 0
    sentences = {
        NoticeKind.DUE: ngettext(
            "%(count)d item for %(stocktake)s is due on %(due_at)s",
            "%(count)d items for %(stocktake)s are due on %(due_at)s",
            count,
        ),
        NoticeKind.LATE: ngettext(
            "%(count)d item for %(stocktake)s is late: it was due on %(due_at)s",
            "%(count)d items for %(stocktake)s are late: they were due on %(due_at)s",
            count,
        ),
        NoticeKind.LAST_DAY: ngettext(
            "%(count)d item for %(stocktake)s is missing on the last day to send it",
            "%(count)d items for %(stocktake)s are missing on the last day to send"
            " them",
            count,
        ),
        NoticeKind.REMINDER: ngettext(
            "The Presidency reminds you: %(count)d item is missing for %(stocktake)s",
            "The Presidency reminds you: %(count)d items are missing for %(stocktake)s",
            count,
        ),
    }
    return sentences[kind] % {**_names_of_stocktake(notice), "count": count}


def address_of(notice: Notice) -> str:
    """Return the address of the page the notice is about."""
    if notice.question_id is not None:
        return reverse("progress:question-detail", args=[notice.question_id])
    if notice.comment is not None:
        return _address_of_thread(notice)
    if notice.entry_id is not None:
        return reverse("progress:entry-detail", args=[notice.entry_id])
    if notice.stocktake is not None:
        return _address_of_stocktake(notice)
    if notice.assessment_table is not None:
        return _address_of_scores(notice, notice.assessment_table)
    return _address_beside_entries(notice)


def _address_beside_entries(notice: Notice) -> str:
    if notice.acting_head_id is not None:
        return reverse("progress:acting-head-list")
    if notice.public_reading_id is not None:
        return reverse("progress:public-reading")
    if notice.pending_grant_id is not None:
        return reverse("accounts:grant-detail", args=[notice.pending_grant_id])
    if notice.person_id is not None:
        return _address_of_person(notice)
    if notice.report_id is not None:
        return reverse("reports:report-detail", args=[notice.report_id])
    if notice.told_as == ToldAs.ADMINISTRATOR:
        return reverse("job-list")
    return reverse("home")


def _address_of_scores(notice: Notice, table: AssessmentTable) -> str:
    """Return the page where the reader goes on: the table, or its comments."""
    if notice.kind in {NoticeKind.SCORE_COMMENT, NoticeKind.FEEDBACK_END}:
        return reverse("progress:assessing-comments", args=[table.pk])
    if notice.kind == NoticeKind.SCORES:
        stocktake = table.stocktake
        page = reverse(
            "progress:score-table", args=[stocktake.plan.slug, table.body_id]
        )
        return f"{page}?{urlencode({'stocktake': stocktake.slug})}"
    return reverse("progress:feedback-table", args=[table.pk])


def _address_of_person(notice: Notice) -> str:
    if notice.person_id == notice.user_id:
        return reverse("accounts:me")
    if notice.told_as == ToldAs.ADMINISTRATOR:
        return reverse("accounts:user-edit", args=[notice.person_id])
    return reverse("accounts:delegation-list")


def _address_of_thread(notice: Notice) -> str:
    assert notice.comment is not None  # noqa: S101 - the caller looked
    # A reviewer reads a returned entry on its own page, which links to the entry if
    # they may see it.
    is_reviewer = notice.told_as == ToldAs.REVIEWER
    page = "progress:entry-returns" if is_reviewer else "progress:entry-detail"
    address = reverse(page, args=[notice.entry_id])
    return f"{address}#{notice.comment.thread}"


def _address_of_stocktake(notice: Notice) -> str:
    assert notice.stocktake is not None  # noqa: S101 - the caller looked
    plan = notice.stocktake.plan.slug
    if notice.missing_count is not None:
        return reverse("progress:plan-task-list", args=[plan])
    return reverse("progress:stocktake-detail", args=[plan, notice.stocktake.slug])
