"""Revoke an API key, named by its first characters."""

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from accounts.actions.api_keys import revoke_api_key
from accounts.models import ApiKey


class Command(BaseCommand):
    help = "Revoke an API key at once and for ever."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "prefix", help="the characters between g7p_ and the next underscore"
        )

    def handle(self, *, prefix: str, **_options: object) -> None:
        # The whole key, or what the list shows, names the same key.
        short = prefix.removeprefix("g7p_").partition("_")[0].rstrip("…")
        key = ApiKey.objects.filter(prefix=short).first()
        if key is None:
            raise CommandError(f"There is no key that begins with g7p_{short}.")
        if key.revoked_at is not None:
            self.stdout.write(f"{key} was revoked on {key.revoked_at:%d %B %Y}.")
            return
        revoke_api_key(key_id=key.pk, by=None, at=timezone.now())
        self.stdout.write(f"{key} is revoked.")
