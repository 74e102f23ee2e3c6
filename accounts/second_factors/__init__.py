"""The second factors of a person: passkeys, an authenticator app, recovery codes.

Their rows are django-allauth's `mfa.Authenticator`. What is in them is ours: the secret
of an app is encrypted, and of a recovery code only a keyed digest is stored.
"""
