"""Webhooks, what was sent to them, and the bodies that make and change them."""

from api.descriptions.words import ENTRY_ID, PLAN, SLUG_PATTERN, FieldWords, Table
from partners.webhooks.addresses import URL_LENGTH
from progress import limits

_URL = "https://hooks.example.org/g7"
_MEMBERS = FieldWords("", ["JP", "FR"], 2, "^[A-Z]{2}$")
_SHOWN: Table = {
    "id": FieldWords("Identifies the webhook for ever.", ENTRY_ID),
    "url": FieldWords("", _URL, URL_LENGTH),
    "plan": FieldWords("", PLAN, limits.SLUG, SLUG_PATTERN),
    "instrument": FieldWords("", "interpol", limits.SLUG, SLUG_PATTERN),
    "instrument_owner": FieldWords("", "interpol", limits.SLUG, SLUG_PATTERN),
    "members": _MEMBERS,
    "state": FieldWords("", "enabled"),
    "disabled_reason": FieldWords("", None),
    "disabled_at": FieldWords("", None),
    "problem": FieldWords("", None),
    "former_secret_until": FieldWords("", "2017-03-02T09:30:00Z"),
    "created_at": FieldWords("", "2017-03-01T09:30:00Z"),
    "secret": FieldWords("", "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD", 60),
}
FIELDS: Table = {
    **{
        f"{component}.{name}": words
        for component in ("Webhook", "NewWebhook")
        for name, words in _SHOWN.items()
        if name != "secret" or component == "NewWebhook"
    },
    "WebhookRequest.url": FieldWords("", _URL, URL_LENGTH),
    "WebhookRequest.plan": FieldWords("", PLAN, limits.SLUG),
    "WebhookRequest.instrument": FieldWords("", "interpol", limits.SLUG),
    "WebhookRequest.instrument_owner": FieldWords("", "interpol", limits.SLUG),
    "WebhookRequest.members": _MEMBERS,
    "WebhookChangesRequest.url": FieldWords("", _URL, URL_LENGTH),
    "WebhookChangesRequest.state": FieldWords("", "enabled"),
    "WebhookDelivery.id": FieldWords("", ENTRY_ID),
    "WebhookDelivery.type": FieldWords("", "entry.published"),
    "WebhookDelivery.entry": FieldWords("", ENTRY_ID),
    "WebhookDelivery.assessment_table": FieldWords("", None),
    "WebhookDelivery.state": FieldWords("", "delivered"),
    "WebhookDelivery.next_attempt_at": FieldWords("", None),
    "WebhookDelivery.attempts": FieldWords(
        "The attempts to send it, the first one first.", []
    ),
    "WebhookDelivery.created_at": FieldWords("", "2017-03-14T09:30:10Z"),
    "WebhookDelivery.finished_at": FieldWords("", "2017-03-14T09:30:20Z"),
    "WebhookAttempt.started_at": FieldWords("", "2017-03-14T09:30:19Z"),
    "WebhookAttempt.ended_at": FieldWords("", "2017-03-14T09:30:20Z"),
    "WebhookAttempt.status": FieldWords("", 204),
    "WebhookAttempt.problem": FieldWords("", None, 20),
}
PARAMETERS: Table = {
    "delivery": FieldWords("Id of the delivery.", ENTRY_ID),
    "webhooks_list.state": FieldWords("Only those in this state.", "enabled"),
    "webhooks_list.ordering": FieldWords("", "-created_at"),
    "webhooks_deliveries_list.state": FieldWords(
        "Only those in this state.", "delivered"
    ),
    "webhooks_deliveries_list.type": FieldWords(
        "Only those of this type.", "entry.published"
    ),
}
