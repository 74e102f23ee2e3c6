"""A row in each table, made from the fields of its model."""

import uuid
from datetime import UTC, date, datetime, timedelta
from typing import Any

from allauth.mfa.models import Authenticator
from django.apps import apps
from django.contrib.postgres.fields import ArrayField
from django.db import connections, models, transaction

OWNER = "owner"
AT = datetime(2017, 5, 20, 12, 0, 0, 123456, tzinfo=UTC)
LATER = AT + timedelta(days=1)
# What COPY has to write in another way, and bytes that are no text.
TEXT = "a\tb\\.\n\\N é 東京"
BYTES = bytes(range(256))
SHA256 = "ab" * 32
# A kind after those that it is made from: the first that fits is taken.
VALUES: dict[type[Any], Any] = {
    models.DateTimeField: AT,
    models.DateField: date(2017, 5, 20),
    models.BinaryField: BYTES,
    models.UUIDField: uuid.UUID(int=1),
    models.BooleanField: True,
    models.IntegerField: 1,
    models.GenericIPAddressField: "127.0.0.1",
    models.JSONField: {"text": TEXT},
    ArrayField: [],
}
# What the constraints of a table ask for, or what a restore changes.
GIVEN: dict[str, dict[str, Any]] = {
    "accounts_actinghead": {"ends_at": LATER, "named_by": lambda: person(1)},
    "accounts_apikey": {"scopes": ["read:clear"], "expires_at": LATER},
    "accounts_assessingbody": {"slug": "university-observatory", "website": ""},
    "accounts_pendinggrant": {"roles": ["officer"]},
    "mfa_authenticator": {
        "type": Authenticator.Type.RECOVERY_CODES,
        "data": {"seed": "a", "used_mask": 0},
    },
    "partners_notice": {
        "entry": lambda: first("progress.Entry"),
        "member": lambda: first("accounts.Member"),
    },
    "partners_privatefeed": {"digest": SHA256},
    "partners_webhookendpoint": {"disabled_reason": ""},
    "progress_assessment": {
        "guideline": lambda: first("progress.Guideline"),
        "as_of": AT.date(),
        "scored_at": AT,
        "scored_by": lambda: person(0),
    },
    "progress_assessmentcomment": {"member": lambda: first("accounts.Member")},
    "progress_assessmenttable": {"comments_audience": ""},
    "progress_extension": {"ends_at": LATER},
    "progress_handover": {"received_at": AT, "received_by": lambda: person(0)},
    "progress_scoresheetupload": {"content": BYTES, "sha256": SHA256},
    "progress_sheetupload": {"content": BYTES, "sha256": SHA256},
    "progress_silenceprocedure": {"ends_at": LATER},
    "reports_report": {"requested_by": lambda: person(0)},
    "reports_schedule": {"rhythm": "at_close", "last_outcome": ""},
}


def person(number: int) -> Any:
    return _rows_of(apps.get_model("accounts.User")).order_by("pk")[number].pk


def first(name: str) -> Any:
    return _rows_of(apps.get_model(name)).order_by("pk")[0].pk


def every_model() -> list[type[models.Model]]:
    """Return the models of all tables, with those that Django makes for relations."""
    return [
        model
        for model in apps.get_models(include_auto_created=True)
        if model._meta.managed and not model._meta.proxy
    ]


def fill_every_table() -> None:
    """Give a row to each table that has none. Triggers, and with them keys, are off."""
    with transaction.atomic(using=OWNER):
        with connections[OWNER].cursor() as cursor:
            cursor.execute("SET LOCAL session_replication_role = replica")
        waiting = [model for model in every_model() if not _rows_of(model).exists()]
        while waiting:
            ready = [model for model in waiting if not _needs(model) & {*waiting}]
            assert ready, f"These tables need one another: {waiting}"
            for model in ready:
                _rows_of(model).bulk_create([model(**_values(model))])
            waiting = [model for model in waiting if model not in ready]


def _rows_of(model: type[models.Model]) -> models.QuerySet[Any]:
    return model._base_manager.using(OWNER)


def _needs(model: type[models.Model]) -> set[type[models.Model]]:
    fields = model._meta.concrete_fields
    needed = {field.related_model for field in fields if not field.null}
    return {other for other in needed if other is not None and other is not model}


def _values(model: type[models.Model]) -> dict[str, Any]:
    given = GIVEN.get(model._meta.db_table, {})
    return {
        field.attname: _given(given[field.name])
        if field.name in given
        else _value(field)
        for field in model._meta.concrete_fields
        if field.name in given or _is_asked_for(field)
    }


def _given(value: Any) -> Any:
    return value() if callable(value) else value


def _is_asked_for(field: Any) -> bool:
    return not (
        field.null
        or isinstance(field, models.AutoField | models.GeneratedField)
        or field.has_default()
        or field.has_db_default()
    )


def _value(field: Any) -> Any:
    if field.is_relation:
        return first(field.related_model._meta.label)
    if isinstance(field, models.CharField | models.TextField):
        if field.choices:
            return field.flatchoices[0][0]
        return "" if field.blank else TEXT[: field.max_length]
    for kind, value in VALUES.items():
        if isinstance(field, kind):
            return value
    raise AssertionError(f"What is a value of {field}?")
