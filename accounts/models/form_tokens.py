"""Which forms a person has sent, so that a second press makes nothing."""

from django.db import models

from accounts.models.people import User


class FormToken(models.Model):
    """A form that made something, and the address of what it made."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="form_tokens")
    token = models.UUIDField()
    # A keyed hash of what was sent: a second press has the same.
    content_hash = models.CharField(max_length=64)
    # Empty until the first press is answered.
    made_url = models.CharField(max_length=500, blank=True)
    sent_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "token"], name="form_token_is_used_once"
            ),
        ]
        indexes = [models.Index(fields=["sent_at"], name="form_token_sent_at")]

    def __str__(self) -> str:
        return f"{self.user_id} {self.token}"
