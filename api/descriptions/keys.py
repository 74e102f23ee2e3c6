"""Keys, and who sends a request."""

from api.descriptions.words import FieldWords, Table

_MEMBER = "^[A-Z]{2}$"

FIELDS: Table = {
    "Me.kind": FieldWords("", "key"),
    "Me.name": FieldWords("", "Nightly copy", 150),
    "Me.key_prefix": FieldWords("", "0f3a9c1d", 12),
    "Me.member": FieldWords("", "JP", 2, _MEMBER),
    "Me.roles": FieldWords("", []),
    "Me.scopes": FieldWords("", ["read:green"]),
    "Me.highest_handling": FieldWords("", "green"),
    "Me.reads_entries_of": FieldWords("", "JP", 2, _MEMBER),
    "Me.writes_entries_of": FieldWords("", "JP", 2, _MEMBER),
    "Me.body": FieldWords("", "university-observatory", 50),
    "Me.compiles_reports": FieldWords("", False),
    "Me.manages_webhooks": FieldWords("", False),
    "Me.instrument_owner": FieldWords("", "interpol", 50),
    "Me.networks": FieldWords("", ["192.0.2.0/24"], 50),
    "Me.replaced_at": FieldWords("", None),
    "Me.created_at": FieldWords("", "2017-01-10T10:00:00Z"),
    "Me.expires_at": FieldWords("", "2018-01-10T10:00:00Z"),
}
