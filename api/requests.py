"""A request as the API's views get it: whose key or session it is, and since when."""

from datetime import datetime

from rest_framework.request import Request

from accounts.models import User


class ActorRequest(Request):
    user: User
    at: datetime
