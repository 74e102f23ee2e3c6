"""The code of a report: 80 random bits, in letters that a reader can type.

The alphabet is Crockford's base 32 (https://www.crockford.com/base32.html): no letter
looks like another one or like a digit. A reader may type small letters, O for 0, I and
L for 1, and hyphens and spaces anywhere.
"""

import secrets
from typing import Final

ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH: Final = 16
GROUP: Final = 4
_READ_AS: Final = str.maketrans("OIL", "011", "- ")


def new_code() -> str:
    """Return a code that no one can guess."""
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


def printed_code(code: str) -> str:
    """Return the code as it is printed: "0123-4567-89AB-CDEF"."""
    return "-".join(code[at : at + GROUP] for at in range(0, len(code), GROUP))


def read_code(typed: str) -> str:
    """Return the code that a reader means, or nothing if it cannot be one."""
    code = typed.upper().translate(_READ_AS)
    is_code = len(code) == LENGTH and all(sign in ALPHABET for sign in code)
    return code if is_code else ""
