"""The rules of passwords, from the environment."""

from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

from accounts.passwords.breached import UnusableListError, require_list

SHORTEST = 12
_DJANGO = "django.contrib.auth.password_validation"


def password_validators(breached: str) -> list[dict[str, object]]:
    """Return the rules. `breached` is the path of a list of breached passwords, or "".

    Raises ImproperlyConfigured if the list cannot be used.
    """
    rules: list[dict[str, object]] = [
        {
            "NAME": f"{_DJANGO}.UserAttributeSimilarityValidator",
            "OPTIONS": {"user_attributes": ("email", "name")},
        },
        {
            "NAME": f"{_DJANGO}.MinimumLengthValidator",
            "OPTIONS": {"min_length": SHORTEST},
        },
        {"NAME": f"{_DJANGO}.CommonPasswordValidator"},
        {"NAME": f"{_DJANGO}.NumericPasswordValidator"},
        {"NAME": "accounts.passwords.validators.OwnWordsValidator"},
    ]
    if breached:
        try:
            require_list(Path(breached))
        except UnusableListError as error:
            raise ImproperlyConfigured(f"BREACHED_PASSWORDS: {error}") from error
        name = "accounts.passwords.validators.BreachedPasswordValidator"
        rules.append({"NAME": name, "OPTIONS": {"path": breached}})
    return rules
