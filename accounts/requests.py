"""What our views get with a request: the person, and the instant their rights go by."""

from datetime import datetime

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from accounts.models import User


class UserRequest(HttpRequest):
    """Signed in, with the instant its rights go by."""

    user: User
    htmx: HtmxDetails
    at: datetime
