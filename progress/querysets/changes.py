"""What a publication changes, and for the readers of which handling label."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Case, Exists, OuterRef, Q, Subquery, Value, When

if TYPE_CHECKING:
    from progress.querysets.entries import EntryQuerySet

# The least restricted label whose readers a publication concerns. It shows them an
# entry, or it takes one from their sight: by a withdrawal, or by a correction that they
# may not see. Two indexes have it, so that a page of changes reads what its reader may
# see and nothing else.
CHANGE_HANDLING = Case(
    *(
        When(
            Q(~Q(kind="withdrawal"), handling=label) | Q(supersedes_handling=label),
            then=Value(label),
        )
        for label in ("clear", "green")
    ),
    default=Value("amber"),
)


def status_before(visible: EntryQuerySet) -> Subquery:
    """Return an expression: the status of the position when an entry was published.

    It is that of rule 3 among `visible` entries that were in force before it, in the
    order of the ledger. Null: there was none.
    """
    superseded = visible.model.objects.filter(
        supersedes=OuterRef("pk"), ledger_record__lt=OuterRef(OuterRef("ledger_record"))
    )
    before = visible.filter(
        member_commitment=OuterRef("member_commitment"),
        ledger_record__lt=OuterRef("ledger_record"),
        state="published",
    ).exclude(kind="withdrawal")
    standing = before.exclude(Exists(superseded)).in_position_order()
    return Subquery(standing.values("status")[:1])
