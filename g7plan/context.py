"""What every page is given: where one can go, and whether the data is real."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from audit.models import Demonstration
from g7plan.navigation import navigation_of


def every_page(request: HttpRequest) -> dict[str, Any]:
    return {
        "is_demonstration": Demonstration.objects.exists(),
        "is_trial": not settings.PRODUCTION,
        "navigation": navigation_of(request),
    }
