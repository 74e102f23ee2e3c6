"""What a publication changes, and for the readers of which handling label."""

from django.db.models import Case, Q, Value, When

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
