"""The clock control of a page, which keeps whatever else the page was asked for."""

from datetime import date

from accounts.requests import UserRequest
from progress.forms.positions import ClockForm
from progress.positions.clock_control import ClockControl, clock_control
from progress.positions.viewpoint import Viewpoint


def control_of(
    request: UserRequest,
    viewpoint: Viewpoint,
    form: ClockForm,
    *,
    since: date | None = None,
) -> ClockControl:
    """Return what `components/_clocks.html` shows on this page. One query.

    `since` is the first day that the page can show, if that is not the plan's.
    """
    asked = dict(request.GET.lists())
    return clock_control(viewpoint, form, path=request.path, asked=asked, since=since)
