"""The pages and commands that only compose the apps."""

from g7plan.celery import app as celery_app

__all__ = ["celery_app"]
