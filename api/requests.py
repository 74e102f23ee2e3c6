"""A request as the API's views get it: with its user and the instant it came in."""

from datetime import datetime

from rest_framework.request import Request

from accounts.models import User


class ActorRequest(Request):
    user: User
    at: datetime
