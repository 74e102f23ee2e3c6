"""A request as our views get it: signed in, with the instant its rights go by."""

from datetime import datetime

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from accounts.models import User


class UserRequest(HttpRequest):
    user: User
    htmx: HtmxDetails
    at: datetime
