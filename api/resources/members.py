"""The resource `members`: the participants in the G7."""

from django.utils.translation import gettext_lazy as _
from rest_framework import mixins, serializers

from accounts.models import Member
from api.filters import Filters, OrderFilter, SearchFilter, choice_filter
from api.viewsets import Resource


class MemberOut(serializers.ModelSerializer[Member]):
    language = serializers.CharField(
        read_only=True,
        help_text=_(
            "The language in which its entries begin, as a BCP 47 tag. Empty if there"
            " is none."
        ),
    )

    class Meta:
        model = Member
        fields = read_only_fields = ("code", "name", "kind", "language")


class MemberFilters(Filters):
    kind = choice_filter("kind", Member.Kind.choices)
    search = SearchFilter("code", "name")
    ordering = OrderFilter(code="code", name="name")


class MemberViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, Resource[Member]):
    """The seven states, and the European Union, which also takes part."""

    queryset = Member.objects.order_by("code")
    serializer_class = MemberOut
    filterset_class = MemberFilters
    key = "<str:code>"
    lookups = {"code": "code"}
