"""Show how far a member is with a stocktake, as a bar."""

from django import template
from django.utils.safestring import SafeString, mark_safe

from progress.positions.drawings import PartOfBar, bar, swatch
from progress.stocktakes.page import CoverageRow, CoverageTotals

register = template.Library()


@register.simple_tag
def coverage_bar(row: CoverageRow | CoverageTotals) -> SafeString:
    """Show what is published, submitted and missing. The numbers are beside it.

    For who does not know what was submitted it has two parts: released and the rest.
    """
    counts = row.coverage if isinstance(row, CoverageRow) else row
    submitted = row.submitted or 0
    parts = {
        "published": counts.published,
        "submitted": submitted,
        "missing": counts.owed - counts.published - submitted,
    }
    drawn = [PartOfBar(part, "", number) for part, number in parts.items() if number]
    return mark_safe(bar(drawn))  # noqa: S308 - it has no words


@register.simple_tag
def coverage_swatch(part: str) -> SafeString:
    """Show a piece of such a bar, for its key."""
    return mark_safe(swatch(part))  # noqa: S308 - it has no words
