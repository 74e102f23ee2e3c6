"""Notices in the product, and the mails that only count them."""

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.lookups import IsNull
from django.utils.translation import gettext_lazy as _

from accounts.models import (
    ActingHead,
    MailJob,
    Member,
    PendingGrant,
    Presidency,
    User,
    leased_while_sending,
    unfinished_mails,
)
from partners.models.webhooks import WebhookEndpoint
from partners.querysets import NoticeQuerySet
from progress.models import (
    AssessmentComment,
    AssessmentTable,
    Comment,
    Entry,
    PublicReading,
    Question,
    Stocktake,
)
from reports.models import Circulation, Report


class NoticeKind(models.TextChoices):
    """What a notice is about. A person can mute those of `MUTABLE_KINDS`."""

    CLEARANCE = "clearance", _("An entry needs clearance")
    SENT_BACK = "sent_back", _("An entry was sent back before clearance")
    REVIEW = "review", _("An entry needs review")
    RETURNED = "returned", _("An entry was returned")
    PUBLISHED = "published", _("An entry was published")
    RELEASED = "released", _("An entry was released from a stocktake")
    WITHHELD = "withheld", _("A file was withheld: a virus was found in it")
    COMMENT = "comment", _("There is a new comment on an entry")
    QUESTION = "question", _("Another delegation asked a question")
    ANSWER = "answer", _("Your question was answered")
    OPENS = "opens", _("A stocktake will open soon")
    TO_OPEN = "to_open", _("A stocktake can be opened")
    OPENED = "opened", _("A stocktake has opened")
    EXTENDED = "extended", _("More time was given for a stocktake")
    CLOSED = "closed", _("A stocktake has closed")
    DUE = "due", _("Entries are due soon")
    LATE = "late", _("Entries are late")
    LAST_DAY = "last_day", _("The last day on which entries are accepted")
    REMINDER = "reminder", _("The Presidency reminds you of missing entries")
    ACTING = "acting", _("An acting head was named")
    ACTING_END = "relieved", _("The period of an acting head was ended")
    HANDOVER = "handover", _("The Presidency is handed over")
    WEBHOOK = "webhook", _("A webhook was disabled")
    PUBLIC_ASK = "pub_ask", _("Public reading was proposed")
    PUBLIC = "public", _("Public reading was announced")
    PUBLIC_END = "pub_end", _("Public reading was turned off")
    CIRCULATED = "circ", _("A draft report was circulated")
    OBJECTIONS_END = "circ_ends", _("The time to object to a draft ends soon")
    OBJECTED = "circ_obj", _("A delegation objected to a draft")
    AGREED = "circ_ok", _("No delegation objected to a draft")
    APPROVED = "approved", _("A draft needs a second approval to become final")
    FINAL = "final", _("A report has become final")
    SCHEDULED = "sched", _("A scheduled draft is ready")
    NOT_COMPILED = "rep_fail", _("A report could not be compiled")
    GRANT_ASK = "grant_ask", _("A request needs a second administrator")
    GRANT = "grant", _("An administrator asked for rights in your delegation")
    GRANT_END = "grant_end", _("A request about the rights of a person was decided")
    ROLE_ENDS = "role_ends", _("The last day of the roles of a person is near")
    FEEDBACK = "feedback", _("A score table was opened for comments")
    FEEDBACK_END = "fb_end", _("The time for comments on a score table is over")
    SCORE_COMMENT = "score_com", _("A delegation commented on a score")
    SCORE_ANSWER = "score_ans", _("Your comment on a score was answered")
    SCORES = "scores", _("A score table was released")


# All but the notices that protect a delegation: no head misses them by an old choice.
PROTECTING = (
    NoticeKind.PUBLIC,
    NoticeKind.OBJECTIONS_END,
    NoticeKind.GRANT,
    NoticeKind.GRANT_END,
    NoticeKind.WITHHELD,
)
MUTABLE_KINDS = [kind for kind in NoticeKind if kind not in PROTECTING]


class ToldAs(models.TextChoices):
    """The role in which a person was notified. Without it the notice is hidden."""

    DELEGATION = "delegation", _("As a member of the delegation")
    REVIEWER = "reviewer", _("As the reviewer")
    READER = "reader", _("As a reader of no delegation")
    ADMINISTRATOR = "admin", _("As an administrator")
    BODY = "body", _("As an assessor of the body")


class NoticePreference(models.Model):
    """What one person wants to get. Without a row: every notice, and a mail a day."""

    class Mail(models.TextChoices):
        AT_ONCE = "at_once", _("As soon as possible, at most once an hour")
        DAILY = "daily", _("At most once a day, from 7 in the morning")
        NEVER = "never", _("Never")

    user = models.OneToOneField(
        User,
        on_delete=models.PROTECT,
        primary_key=True,
        related_name="notice_preference",
    )
    mail = models.CharField(max_length=7, choices=Mail, default=Mail.DAILY)
    muted = ArrayField(
        models.CharField(max_length=9, choices=NoticeKind), default=list, blank=True
    )
    # Counts every write, so that a form can name what it started from.
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(muted__contained_by=[str(kind) for kind in MUTABLE_KINDS]),
                name="notice_preference_kinds_are_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.mail}"


class Digest(MailJob):
    """The mail that tells a person how many notices they have not read."""

    RETRY_VERB = "digest.retry"

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="digests")
    # The day or the hour it is for. A person gets one a period.
    period = models.CharField(max_length=24)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "period"], name="digest_is_one_a_period"
            ),
            leased_while_sending("digest_is_leased_while_sending"),
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "sending"], finished_at__isnull=True)
                | (~Q(state__in=["waiting", "sending"]) & Q(finished_at__isnull=False)),
                name="digest_is_finished_at_a_time",
            ),
        ]
        indexes = [unfinished_mails("digest_at_work")]

    def __str__(self) -> str:
        return f"{self.user_id} {self.period}"


def _only(name: str) -> Q:
    """Return the condition that a notice is about this one thing, and no other."""
    things = (
        *("entry", "stocktake", "presidency", "acting_head", "webhook_endpoint"),
        *("public_reading", "report", "pending_grant", "person", "assessment_table"),
    )
    return Q(**{f"{thing}__isnull": thing != name for thing in things})


class Notice(models.Model):
    """A notice to one person of one event or deadline. It holds no text of an entry."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="notices")
    kind = models.CharField(max_length=9, choices=NoticeKind)
    # What it was made from: an event, or a stocktake and a threshold of the calendar.
    key = models.CharField(max_length=120)
    told_as = models.CharField(max_length=10, choices=ToldAs)
    # The delegation for which they were notified.
    member = models.ForeignKey(
        Member, on_delete=models.PROTECT, null=True, related_name="notices"
    )
    entry = models.ForeignKey(
        Entry, on_delete=models.PROTECT, null=True, related_name="notices"
    )
    # Set beside the entry it belongs to. Both must be visible.
    comment = models.ForeignKey(
        Comment, on_delete=models.PROTECT, null=True, related_name="notices"
    )
    question = models.ForeignKey(
        Question, on_delete=models.PROTECT, null=True, related_name="notices"
    )
    # A stocktake that never opened can be deleted, and its notices with it.
    stocktake = models.ForeignKey(
        Stocktake, on_delete=models.CASCADE, null=True, related_name="notices"
    )
    presidency = models.ForeignKey(
        Presidency, on_delete=models.PROTECT, null=True, related_name="notices"
    )
    acting_head = models.ForeignKey(
        ActingHead, on_delete=models.PROTECT, null=True, related_name="notices"
    )
    webhook_endpoint = models.ForeignKey(
        WebhookEndpoint, on_delete=models.PROTECT, null=True, related_name="notices"
    )
    public_reading = models.ForeignKey(
        PublicReading, on_delete=models.PROTECT, null=True, related_name="notices"
    )
    report = models.ForeignKey(
        Report, on_delete=models.PROTECT, null=True, related_name="notices"
    )
    # No index: notices are not looked for by these two, and neither is ever deleted.
    pending_grant = models.ForeignKey(
        PendingGrant,
        on_delete=models.PROTECT,
        null=True,
        related_name="notices",
        db_index=False,
    )
    # Whose roles end.
    person = models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        null=True,
        related_name="notices_about",
        db_index=False,
    )
    # Set beside the draft that went round. The sentence names its deadline.
    circulation = models.ForeignKey(
        Circulation, on_delete=models.PROTECT, null=True, related_name="notices"
    )
    # No index, as with the request of rights: neither is ever deleted.
    assessment_table = models.ForeignKey(
        AssessmentTable,
        on_delete=models.PROTECT,
        null=True,
        related_name="notices",
        db_index=False,
    )
    # Set beside the table it belongs to. Both must be visible.
    assessment_comment = models.ForeignKey(
        AssessmentComment,
        on_delete=models.PROTECT,
        null=True,
        related_name="notices",
        db_index=False,
    )
    # How many of their items were missing at that time.
    missing_count = models.PositiveSmallIntegerField(null=True)
    # When the event happened.
    created_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)
    digest = models.ForeignKey(
        Digest, on_delete=models.PROTECT, null=True, related_name="notices"
    )

    objects = NoticeQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "key"], name="notice_is_told_once"),
            models.CheckConstraint(
                condition=_only("entry")
                | _only("stocktake")
                | _only("presidency")
                | _only("acting_head")
                | _only("webhook_endpoint")
                | _only("public_reading")
                | _only("report")
                | _only("pending_grant")
                | _only("person")
                | _only("assessment_table"),
                name="notice_is_about_one_thing",
            ),
            models.CheckConstraint(
                condition=Q(comment__isnull=True, question__isnull=True)
                | Q(entry__isnull=False),
                name="notice_of_words_names_their_entry",
            ),
            models.CheckConstraint(
                condition=Q(assessment_comment__isnull=True)
                | Q(assessment_table__isnull=False),
                name="notice_of_a_score_names_its_table",
            ),
            models.CheckConstraint(
                condition=Q(circulation__isnull=True) | Q(report__isnull=False),
                name="notice_of_circulation_names_its_draft",
            ),
            models.CheckConstraint(
                condition=~Q(told_as="delegation") | Q(member__isnull=False),
                name="notice_of_a_delegation_names_it",
            ),
        ]
        indexes = [
            models.Index(
                fields=["user"], condition=Q(read_at__isnull=True), name="notice_unread"
            ),
            # The list: unread before read, and then the newest: see `newest_first`.
            models.Index(
                F("user"),
                IsNull(F("read_at"), False),
                F("created_at").desc(),
                F("id"),
                name="notice_in_order",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.kind} {self.key}"


class Reminder(models.Model):
    """The Presidency reminded a member of a stocktake: at most once a day."""

    stocktake = models.ForeignKey(
        Stocktake, on_delete=models.PROTECT, related_name="reminders"
    )
    member = models.ForeignKey(
        Member, on_delete=models.PROTECT, related_name="reminders"
    )
    # The UTC day.
    reminded_on = models.DateField()
    reminded_at = models.DateTimeField()
    reminded_by = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="reminders"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["stocktake", "member", "reminded_on"],
                name="reminder_is_once_a_day",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.member_id} {self.reminded_on}"


class Cursor(models.Model):
    """How far one consumer has read the audit events.

    Every event up to `position` is handled. Events get their numbers before they
    commit, so one below the newest may still appear. Above `position`, a handled event
    therefore has a `ReadEvent` row.
    """

    name = models.CharField(primary_key=True, max_length=40)
    position = models.BigIntegerField(default=0)
    # No one is notified of earlier events.
    since = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.name} at {self.position}"


class ReadEvent(models.Model):
    """One handled event above a cursor's position."""

    cursor = models.ForeignKey(
        Cursor, on_delete=models.PROTECT, related_name="read_events"
    )
    event_id = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["cursor", "event_id"], name="read_event_is_dealt_with_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.cursor_id} {self.event_id}"
