"""Every setting, from the environment. docs/running.md has the table of variables.

There are two kinds of start. *Production*: `DATABASE_URL` is set (or `PRODUCTION=1`). A
missing variable stops the start with a message. *Trial*: nothing is set. PostgreSQL and
Valkey come from wheels, with data in `VAR_DIR`, and only this machine is served.
"""

import secrets
from pathlib import Path
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from environs import Env

from accounts.limits.table import limits_of
from g7plan.beat import SCHEDULE
from g7plan.databases import LIMITS, database_of
from g7plan.kept_secrets import kept_secret
from g7plan.ledger_keys import require_key_and_role, require_ledger_keys
from g7plan.logs import configure_structlog, logging_of, networks_of
from g7plan.queues import TASK_ROUTES
from g7plan.services_file import read_services
from g7plan.settings_of import hardening
from g7plan.settings_of.api import REST_FRAMEWORK, SPECTACULAR_SETTINGS  # noqa: F401
from g7plan.settings_of.backup import BACKUP_AGE_RECIPIENT, ERASURES_FILE  # noqa: F401
from g7plan.settings_of.files import bucket_from
from g7plan.settings_of.operation import OBSERVING
from g7plan.settings_of.passwords import password_validators
from g7plan.settings_of.second_factors import second_factor_roles
from g7plan.settings_of.sign_in import *  # noqa: F403
from g7plan.settings_of.single_sign_on import single_sign_on
from g7plan.settings_of.start import is_production
from progress.ledger.signing import public_key_of

env = Env()

# Printed in every report. Together with the snapshot it decides the report's bytes.
PRODUCT_VERSION = "0.1.0"

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = Path(env.str("VAR_DIR", default=str(BASE_DIR / "var"))).resolve()
PRODUCTION = is_production()
DEBUG = env.bool("DEBUG", default=False)

# The addresses of the embedded services, as saved by a supervisor.
_services = {} if PRODUCTION else read_services(VAR_DIR)


def _needed(name: str, trial_default: str) -> str:
    """Return a variable that production must set. A trial has a default."""
    value = env.str(name, default="")
    if value:
        return value
    if PRODUCTION:
        raise ImproperlyConfigured(
            f"{name} is not set. Production needs it; docs/running.md lists every"
            " variable. For a trial on this machine, use `make run`."
        )
    return trial_default


def _trial_secret(name: str, new_value: str) -> str:
    """Return a secret that is created once, so that signatures survive a restart."""
    return "" if PRODUCTION else kept_secret(VAR_DIR, name, new_value)


SECRET_KEY = _needed(
    "SECRET_KEY", _trial_secret("secret_key", secrets.token_urlsafe(64))
)
# Earlier ones. What was encrypted with them stays readable: secrets of authenticator
# apps and webhooks, and recovery codes.
SECRET_KEY_FALLBACKS: list[str] = env.list("SECRET_KEY_FALLBACKS", default=[])
if PRODUCTION and len(SECRET_KEY) < 50:
    raise ImproperlyConfigured("SECRET_KEY is too short. Use 50 random characters.")
if PRODUCTION and DEBUG:
    raise ImproperlyConfigured(
        "DEBUG shows source and settings. Unset it in production."
    )

# Signs the ledger's head every day: an Ed25519 key, 32 random bytes in hexadecimal.
# In production only the signing process has it.
LEDGER_SIGNING_KEY = env.str("LEDGER_SIGNING_KEY", default="") or _trial_secret(
    "ledger_signing_key", secrets.token_hex(32)
)
# Its public half, by which every process verifies.
LEDGER_PUBLIC_KEY = _needed(
    "LEDGER_PUBLIC_KEY", "" if PRODUCTION else public_key_of(LEDGER_SIGNING_KEY)
)
# The public keys of earlier signing keys, so that their signatures still verify.
LEDGER_FORMER_PUBLIC_KEYS: list[str] = env.list("LEDGER_FORMER_PUBLIC_KEYS", default=[])
require_ledger_keys(LEDGER_SIGNING_KEY, LEDGER_PUBLIC_KEY, LEDGER_FORMER_PUBLIC_KEYS)

ALLOWED_HOSTS = _needed("ALLOWED_HOSTS", "127.0.0.1,localhost,[::1]").split(",")
CSRF_TRUSTED_ORIGINS: list[str] = env.list("CSRF_TRUSTED_ORIGINS", default=[])
# The address in mails. A request's Host header is not used: the client chooses it.
SITE_URL = env.str(
    "SITE_URL", default=f"http://127.0.0.1:{env.int('PORT', default=8000)}"
)

# ---- Apps --------------------------------------------------------------------------
INSTALLED_APPS = [
    "g7plan",
    "audit",
    "accounts",
    "commitments",
    "progress",
    "reports",
    "partners",
    "api",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "csp",
    "django_filters",
    "django_htmx",
    "rest_framework",
    "drf_spectacular",
]
if not PRODUCTION:  # demonstration data and its commands exist in a trial only
    INSTALLED_APPS.append("g7plan.trial")

MIDDLEWARE = [
    *OBSERVING,
    "g7plan.middleware.NotModifiedMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "g7plan.hardening.middleware.HardeningMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "g7plan.middleware.CompressionMiddleware",
    "g7plan.middleware.RequestIdMiddleware",
    "progress.views.public.middleware.PublicReadingMiddleware",
    "g7plan.middleware.CleanInputMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "g7plan.middleware.ReaderMiddleware",
    "g7plan.rate_limits.RateLimitMiddleware",
    "g7plan.middleware.SecondFactorMiddleware",
    "accounts.middleware.LastSeenMiddleware",
    "accounts.middleware.KeyUseMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "g7plan.middleware.VisibleLettersMiddleware",
    "g7plan.middleware.FormTokenMiddleware",
]

ROOT_URLCONF = "g7plan.urls"
WSGI_APPLICATION = "g7plan.wsgi.application"
FORM_RENDERER = "g7plan.form_renderer.FormRenderer"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "g7plan.context.every_page",
            ],
            # Every template prints instants with their zone.
            "builtins": [
                "accounts.templatetags.form_tokens",
                "accounts.templatetags.instants",
            ],
        },
    },
]

# ---- Data --------------------------------------------------------------------------
# Decides the time limits. The web server's entry point and docker-compose.yml set it.
PROCESS = env.str("PROCESS", default="command")
if PROCESS not in LIMITS:
    raise ImproperlyConfigured(
        f"PROCESS is “{PROCESS}”. Set it to one of: {', '.join(LIMITS)}."
    )


def _database(url: str, process: str, *, pooler: bool = False) -> dict[str, Any]:
    if not url.startswith(("postgres://", "postgresql://")):
        raise ImproperlyConfigured(
            "DATABASE_URL must be a PostgreSQL address: postgresql://…"
        )
    pool_size = env.int("DATABASE_POOL_SIZE", default=10)
    return database_of(url, process=process, pool_size=pool_size, through_pooler=pooler)


# No server listens here. A command before `make run` fails with "refused".
_NOT_RUNNING = "postgresql://g7plan_app@127.0.0.1:1/g7plan"
DATABASES = {
    # The application's role. It owns nothing and cannot change append-only tables.
    "default": _database(
        _needed("DATABASE_URL", _services.get("database_url", _NOT_RUNNING)),
        PROCESS,
        pooler=env.bool("DATABASE_POOLER", default=False),
    ),
}
# The owner's role: migrations, erasure, removal of demo data. Web processes lack it.
DATABASE_OWNER_URL = env.str(
    "DATABASE_OWNER_URL", default=_services.get("database_owner_url", "")
)
if DATABASE_OWNER_URL:
    DATABASES["owner"] = _database(DATABASE_OWNER_URL, "command")
# The role that alone adds what was signed. Only the signing process has its address.
DATABASE_SIGNER_URL = env.str(
    "DATABASE_SIGNER_URL", default=_services.get("database_signer_url", "")
)
if DATABASE_SIGNER_URL:
    DATABASES["signer"] = _database(DATABASE_SIGNER_URL, PROCESS)
if PRODUCTION:
    require_key_and_role(LEDGER_SIGNING_KEY, DATABASE_SIGNER_URL)

DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
REDIS_URL = _needed("REDIS_URL", _services.get("redis_url", "redis://127.0.0.1:1/0"))
CACHES = {
    "default": {
        "BACKEND": "g7plan.cache.ForgivingRedisCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": "g7plan",
        # A silent server must cost a page half a second, not a minute.
        "OPTIONS": {
            "socket_connect_timeout": 0.5,
            "socket_timeout": 0.5,
            "serializer": "g7plan.cache.JsonSerializer",
        },
        "VERSION": 2,  # version 1 used another format
    }
}
SESSION_ENGINE = "accounts.sign_in.session_store"

# ---- Sign-in: also `g7plan.settings_of.sign_in` --------------------------------------
# Each person of these roles sets up a second factor before they read anything.
SECOND_FACTOR_ROLES = second_factor_roles(is_production=PRODUCTION)
AUTH_PASSWORD_VALIDATORS = password_validators(
    env.str("BREACHED_PASSWORDS", default="")
)
SINGLE_SIGN_ON = single_sign_on(env, is_production=PRODUCTION)
# Other numbers than those of its table: "searches=120/60,downloads=60/60".
try:
    RATE_LIMITS = limits_of(env.list("RATE_LIMITS", default=[]))
except ValueError as error:
    raise ImproperlyConfigured(f"RATE_LIMITS: {error}") from error
SESSION_COOKIE_AGE = env.int("SESSION_HOURS", default=12) * 3600
SESSION_COOKIE_SAMESITE = "Lax"
# Whether a browser may keep, encrypted, what it could not send.
KEEP_UNSENT_TEXT = env.bool("KEEP_UNSENT_TEXT", default=True)
# A form whose token is not the session's any more keeps the typed text.
CSRF_FAILURE_VIEW = "accounts.views.unsent_text.token_refused"
# How long invitations and password links work.
PASSWORD_RESET_TIMEOUT = 3 * 24 * 3600

# ---- HTTP and its safe defaults ----------------------------------------------------
HTTPS = env.bool("HTTPS", default=PRODUCTION)
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = HTTPS
if HTTPS:  # no other host of the domain can set a cookie with such a name
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-sessionid", "__Host-csrftoken"
SECURE_SSL_REDIRECT = HTTPS
# The container's own checks speak HTTP.
SECURE_REDIRECT_EXEMPT = [r"^(?:healthz|readyz)$"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
# Attempts to sign in are counted by address. This many entries at the end of
# X-Forwarded-For come from our own proxies. The entries before them cannot be trusted.
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXY_COUNT", default=int(HTTPS))
# The proxies whose X-Request-ID is used: addresses or networks.
TRUSTED_PROXIES = networks_of(env.list("TRUSTED_PROXIES", default=[]))
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = hardening.CONTENT_SECURITY_POLICY
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_621_440
FILE_UPLOAD_HANDLERS = ["g7plan.uploads.NoFiles"]

# ---- Language, dates ---------------------------------------------------------------
LANGUAGE_CODE = "en-gb"
LANGUAGES = [("en-gb", "English"), ("fr", "Français"), ("de", "Deutsch")]
LANGUAGES += [("it", "Italiano"), ("ja", "日本語")]
# What was chosen last in this browser: for pages without sign-in. A person's choice is
# kept with their account.
LANGUAGE_COOKIE_NAME, LANGUAGE_COOKIE_AGE = "language", 365 * 24 * 3600
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_TZ = True
TIME_ZONE = "UTC"

# ---- Static files ------------------------------------------------------------------
STATIC_URL = "static/"
STATIC_ROOT = Path(env.str("STATIC_ROOT", default=str(VAR_DIR / "static")))
STATICFILES_DIRS = [BASE_DIR / "static"]
STATICFILES_FINDERS = ["g7plan.static_files.finders.OwnFilesFinder"]
STATICFILES_FINDERS += ["django.contrib.staticfiles.finders.AppDirectoriesFinder"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "g7plan.static_files.storage.StaticFilesStorage"},
}

# The bytes of evidence and reports, in S3-compatible storage instead of the database.
FILES_S3 = bucket_from(env)

# ---- Mail --------------------------------------------------------------------------
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="g7plan@localhost")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
# Whom anyone can ask. Without it, people who are signed in see an administrator's.
CONTACT_EMAIL = env.str("CONTACT_EMAIL", default="")
if env.str("EMAIL_URL", default=""):
    globals().update(env.dj_email_url("EMAIL_URL"))
elif PRODUCTION:
    raise ImproperlyConfigured("EMAIL_URL is not set. Invitations are sent by mail.")
else:
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = VAR_DIR / "mail"
# Seconds: a silent mail server must not hold a page for ever.
EMAIL_TIMEOUT = globals().get("EMAIL_TIMEOUT") or 10

# ---- Jobs --------------------------------------------------------------------------
CELERY_BROKER_URL = REDIS_URL
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_IGNORE_RESULT = True  # the row is the truth about a job
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_TIME_LIMIT = 300  # seconds; below the broker's visibility time-out
CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 900}
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TASK_ROUTES = TASK_ROUTES
CELERY_TIMEZONE = "UTC"
CELERY_BEAT_SCHEDULE = SCHEDULE
# Whether published links are checked. A trial contacts no host.
LINK_CHECKS = env.bool("LINK_CHECKS", default=PRODUCTION)

# Where a ClamAV daemon listens, if uploaded files are checked for viruses.
CLAMAV_URL = hardening.clamav_url(env.str("CLAMAV_URL", default=""))

# ---- Logs --------------------------------------------------------------------------
configure_structlog()
LOGGING = logging_of(
    level=env.str("LOG_LEVEL", default="INFO"), is_production=PRODUCTION
)

# Where the PDF renderer looks for fonts beside those of its wheel: sans and CJK.
REPORT_FONT_DIRS = env.list("REPORT_FONT_DIRS", default=["/usr/share/fonts"])
