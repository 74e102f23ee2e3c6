"""The one form of a password, whatever keyboard it was typed on."""

import unicodedata


def normal(password: str) -> str:
    """Return the password in Unicode's NFKC form, which is hashed and compared.

    The same letters reach us as different characters: “é” as one or as two, and Latin
    letters from a Japanese keyboard at full width. See NIST SP 800-63B.
    """
    return unicodedata.normalize("NFKC", password)
