"""How many notices wait for a person: part of a query that every page asks anyway."""

from datetime import datetime

from django.db.models import Count, IntegerField, Subquery, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce

from accounts.models import User
from partners.models import Notice


def unread_count(reader: User, at: datetime) -> Combinable:
    """To be read beside one row, whichever: zero for whoever is told of nothing."""
    if reader.delegation is None:
        return Value(0)
    unread = Notice.objects.visible_to(reader, at).unread()
    counted = unread.order_by().values("user").annotate(count=Count("pk"))
    return Coalesce(
        Subquery(counted.values("count"), output_field=IntegerField()), Value(0)
    )
