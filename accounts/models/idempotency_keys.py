"""Which requests of the API were answered, so that a repeated one does nothing."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from accounts.models.people import User


class IdempotencyKey(models.Model):
    """A request that did something, and its answer.

    The row commits with what the request did. It is kept for a day.
    """

    user = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="idempotency_keys"
    )
    # As the client chose it.
    key = models.CharField(max_length=255)
    # Of the method, the address and the body.
    content_sha256 = models.CharField(max_length=64)
    # Of what the user could read then. With other rights the answer is not shown again.
    rights_sha256 = models.CharField(max_length=64)
    # The ids of what the answer shows, and whether the user could read all of it.
    subjects = ArrayField(models.UUIDField())
    was_visible = models.BooleanField()
    status = models.PositiveSmallIntegerField()
    headers = models.JSONField()
    body = models.BinaryField()
    # Whether the body was erased, since it showed a text that was erased by law.
    is_erased = models.BooleanField(default=False)
    answered_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "key"], name="idempotency_key_is_used_once"
            ),
        ]
        indexes = [models.Index(fields=["answered_at"], name="idempotency_key_age")]

    def __str__(self) -> str:
        return f"{self.user_id} {self.key}"
