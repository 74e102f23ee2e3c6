"""The product's web application for drills, which need no collected static files."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "g7plan.settings")

from django.conf import settings

settings.STORAGES["staticfiles"] = {
    "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
}

from g7plan.wsgi import application  # noqa: E402

__all__ = ["application"]
