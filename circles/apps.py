"""Restorative circles as a Django app."""

from django.apps import AppConfig


class CirclesConfig(AppConfig):
    """The work that stands in place of exclusion: circles in class, cases of repair, and what was agreed."""

    name = "circles"
    default_auto_field = "django.db.models.BigAutoField"
