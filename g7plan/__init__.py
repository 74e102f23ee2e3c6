"""The settings, and the pages and commands that combine several apps."""

from g7plan.celery import app as celery_app

__all__ = ["celery_app"]
