"""Where the words about a score are stored, before they are erased by law."""

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q

from progress.models import Assessment, AssessmentComment, Guideline

# What an assessing body or a delegation wrote about a score.
ScoreText = Assessment | Guideline | AssessmentComment


@dataclass(frozen=True)
class ScoreErasureScope:
    """The text that is erased, and others that are about it or repeat it."""

    subject: ScoreText
    # Comments on a score may quote it: they are erased with it.
    comments: tuple[AssessmentComment, ...]
    # Texts that repeat it or answer it. They are listed, and must be erased separately.
    elsewhere: tuple[ScoreText, ...]

    def sentences(self) -> list[str]:
        """Return what will be erased and what will stay, one sentence for each."""
        erased = [f"{name_of_text(self.subject)}: its words."]
        if isinstance(self.subject, Assessment):
            erased.append(f"{len(self.comments)} comments and answers about it.")
        return [
            *erased,
            *(
                f"NOT erased: {name_of_text(other)}, which repeats or answers it."
                for other in self.elsewhere
            ),
        ]


def find_score_text(key: UUID) -> ScoreText | None:
    """Return the score, the guideline or the comment with this id, or None."""
    scores = Assessment.objects.select_related(
        "table__stocktake", "member_commitment__commitment", "ledger_record"
    )
    guidelines = Guideline.objects.select_related("commitment")
    comments = AssessmentComment.objects.select_related(
        "assessment__table", "assessment__member_commitment__commitment"
    )
    return (
        scores.filter(pk=key).first()
        or guidelines.filter(pk=key).first()
        or comments.filter(pk=key).first()
    )


def name_of_text(text: ScoreText) -> str:
    """Return what a text is: by whom, about what, and its id."""
    if isinstance(text, Guideline):
        return f"Guideline {text.pk} by {text.body_id}, on {text.commitment.code}"
    if isinstance(text, AssessmentComment):
        kind = "Answer" if text.is_answer else "Comment"
        return f"{kind} {text.pk} on {_place(text.assessment)}"
    return f"Score {text.pk} by {text.table.body_id}, {_place(text)}"


def body_of_text(text: ScoreText) -> str:
    """Return the body that wrote the text, or whose score it is about."""
    if isinstance(text, Guideline):
        return text.body_id
    score = text.assessment if isinstance(text, AssessmentComment) else text
    return score.table.body_id


def _place(score: Assessment) -> str:
    code = score.member_commitment.commitment.code
    return f"{code} of {score.member_code}, table {score.table_id}"


def score_erasure_scope_of(text: ScoreText) -> ScoreErasureScope:
    """Return everything that holds this text, or is about it."""
    comments = AssessmentComment.objects.none()
    if isinstance(text, Assessment):
        comments = text.comments.order_by("written_at", "pk")
    return ScoreErasureScope(text, tuple(comments), tuple(_elsewhere(text)))


def _elsewhere(text: ScoreText) -> Iterator[ScoreText]:
    """Yield the texts that repeat this one. A revision begins as a copy."""
    if isinstance(text, AssessmentComment):
        yield from AssessmentComment.objects.filter(answers=text).select_related(
            "assessment__table", "assessment__member_commitment__commitment"
        )
    elif isinstance(text, Guideline):
        guidelines = Guideline.objects.filter(body=text.body_id, text=text.text)
        others = guidelines.exclude(pk=text.pk).order_by("pk")
        yield from others.select_related("commitment")
    else:
        same = Q(pk__in=[])
        for field in ("rationale", "sources"):
            if words := getattr(text, field):
                same |= Q(**{field: words})
        scores = Assessment.objects.filter(same, table__body=text.table.body_id)
        repeating = scores.exclude(pk=text.pk).order_by("pk")
        yield from repeating.select_related("table", "member_commitment__commitment")
