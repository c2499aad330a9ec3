"""Wires the rooms: settings, URLs, API root, Celery."""

from pmo.celery import app as celery_app

__all__ = ["celery_app"]
