"""What tests of API keys send to their pages, and read from them."""

import re

from django.urls import reverse

LIST, NEW = "/people/keys/", "/people/keys/new/"
SECRET = re.compile(r"g7p_[0-9a-f]{8}_[\w-]{43}")
SENT = {
    "name": "Ministry tracker <b>",
    "purpose": "Copies our entries every night",
    "scopes": ["read:green", "read:own"],
    "life": "30",
    "networks": "192.0.2.0/24\n2001:db8::7",
    "instrument_owner": "",
}


def page_of(key, verb):
    return reverse(f"progress:api-key-{verb}", args=[key.pk])


def secret_in(answer):
    (secret,) = set(SECRET.findall(answer.text))
    return secret
