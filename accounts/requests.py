"""The request our views get: with the person, and the instant of their rights."""

from datetime import datetime

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from accounts.dates import Today
from accounts.models import User


class UserRequest(HttpRequest):
    """A request of a signed-in person.

    Their rights are those of the instant `at`. `today` is that instant's day.
    """

    user: User
    htmx: HtmxDetails
    at: datetime
    today: Today
