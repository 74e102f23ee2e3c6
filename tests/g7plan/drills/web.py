"""The product's web application for drills, which need no collected static files.

`SKEW` is by how many seconds its clock is wrong.
"""

import os
from datetime import UTC, datetime, timedelta

import time_machine

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "g7plan.settings")

from django.conf import settings

settings.STORAGES["staticfiles"] = {
    "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
}

from g7plan.wsgi import application  # noqa: E402

if skew := os.environ.get("SKEW"):
    wrong = datetime.now(UTC) + timedelta(seconds=float(skew))
    time_machine.travel(wrong, tick=True).start()

__all__ = ["application"]
