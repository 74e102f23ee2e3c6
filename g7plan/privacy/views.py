"""A person's own data, to download."""

import orjson
from django.http import HttpResponse
from django.views.decorators.http import require_safe

from accounts.requests import UserRequest
from g7plan.privacy.own_data import own_data


@require_safe
def own_data_file(request: UserRequest) -> HttpResponse:
    """Serve all that is stored about the person who asks."""
    return HttpResponse(
        orjson.dumps(own_data(request.user), option=orjson.OPT_INDENT_2),
        content_type="application/json",
        headers={
            "Content-Disposition": 'attachment; filename="personal-data.json"',
            "Cache-Control": "private, no-store",
        },
    )
