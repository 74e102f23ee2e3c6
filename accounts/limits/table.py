"""How often who may do what, in one table. Plain Python: the settings read it.

docs/running.md explains each row.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

# name=amount/seconds
_GIVEN = re.compile(r"([a-z-]+)=([1-9][0-9]{0,8})/([1-9][0-9]{0,5})")


@dataclass(frozen=True)
class Limit:
    """How many are allowed within so many seconds."""

    most: int
    seconds: int


# A name that ends in `-address` limits a network address, with all who share it.
LIMITS = {
    # Of a key or a person, and of a network address with all who share it.
    "requests": Limit(600, 60),
    "requests-address": Limit(6000, 60),
    "searches": Limit(60, 60),
    "searches-address": Limit(600, 60),
    # While a person types in the search, a request for each few letters.
    "suggestions": Limit(240, 60),
    "suggestions-address": Limit(2400, 60),
    "downloads": Limit(120, 60),
    "downloads-address": Limit(1200, 60),
    # Of a network address, which is all that is known of a reader of public pages.
    "public-pages-address": Limit(300, 60),
    "public-files-address": Limit(60, 60),
    # Codes and files that someone checks, with an account or without one.
    "verifications": Limit(30, 60),
    "verifications-address": Limit(60, 60),
    # What browsers report about the content security policy: of all together, and of a
    # network address.
    "csp-reports": Limit(120, 60),
    "csp-reports-address": Limit(20, 60),
    # Of a network address: requests with a key that is unknown or no longer valid.
    "refused-keys-address": Limit(60, 60),
    # Failed attempts: of one account or one known browser, and of a network address.
    # The address counts passkeys, refused answers of the provider of single sign-on and
    # codes that link a person with it as well.
    "sign-in": Limit(5, 300),
    "sign-in-address": Limit(10, 60),
    # Wrong second factors of one account, from all its browsers. No mail forgets them:
    # who reads a stolen mailbox could otherwise try as many codes as they get links.
    "second-factor-codes": Limit(10, 3600),
    # Passkeys asked for, each of which writes a session.
    "passkeys-address": Limit(60, 60),
    # Of a network address: visits to the provider of single sign-on, and answers of it.
    "single-sign-on-address": Limit(120, 60),
    "password-changes": Limit(5, 60),
    "password-changes-address": Limit(50, 60),
    "password-links-address": Limit(20, 60),
    "password-mails": Limit(5, 3600),
}


def limits_of(given: Iterable[str]) -> dict[str, Limit]:
    """Return the table, with the numbers of texts such as `searches=120/60`.

    Raises ValueError if a text is not of this form or names no limit.
    """
    table = dict(LIMITS)
    for text in given:
        match = _GIVEN.fullmatch(text.strip())
        if match is None or match[1] not in LIMITS:
            raise ValueError(
                f"“{text}” is not a limit such as “searches=120/60”, with one of these"
                f" names: {', '.join(LIMITS)}."
            )
        table[match[1]] = Limit(int(match[2]), int(match[3]))
    return table
