"""Words of the filters of lists."""

from django.utils.translation import pgettext_lazy

# The first choice of a filter. The total of a table is another word in French.
ALL = pgettext_lazy("filter", "All")
