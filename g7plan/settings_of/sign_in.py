"""How people sign in: settings of Django and django-allauth, without variables."""

AUTH_USER_MODEL = "accounts.User"
# W004 looks for `unique=True`. Here a constraint on the lower-case address does it.
SILENCED_SYSTEM_CHECKS = ["auth.W004"]
AUTHENTICATION_BACKENDS = ["accounts.backends.AuthenticationBackend"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"  # people are invited: the invitation is the proof
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_PREVENT_ENUMERATION = "strict"
ACCOUNT_RATE_LIMITS = False  # accounts/limits/counting.py counts everything
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
# As Django's. allauth's writes a second list of addresses, with which people could
# still sign in after their address has changed.
ACCOUNT_PASSWORD_RESET_TOKEN_GENERATOR = "accounts.passwords.links.PasswordLinks"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
# A passkey always asks for a finger, a face or a PIN: so it is two factors in one.
MFA_WEBAUTHN_USER_VERIFICATION = "required"
