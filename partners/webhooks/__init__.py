"""Webhooks: signatures, secrets, addresses, pauses, payloads and sending."""
