"""The browser of a person who has signed in."""

import time
from secrets import token_hex

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.test import Client

from accounts.models import User
from accounts.sign_in.recent import CONFIRMED_AT


def client_of(user: User) -> Client:
    """Return a browser's client with a session of that person.

    It writes the one row that pages look for. Django's `force_login` does all of a
    sign-in, in nine queries, and most tests need two or three people.
    """
    store = SessionStore()
    store[SESSION_KEY] = str(user.pk)
    store[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    store[HASH_SESSION_KEY] = user.get_session_auth_hash()
    store[CONFIRMED_AT] = time.time()  # as after a sign-in
    key = token_hex(16)
    Session.objects.create(
        session_key=key,
        session_data=store.encode(dict(store.items())),
        expire_date=store.get_expiry_date(),
    )
    client = Client()
    client.cookies[settings.SESSION_COOKIE_NAME] = key
    return client
