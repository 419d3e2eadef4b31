"""Restorative circles as a Django app."""

from importlib import import_module

from django.apps import AppConfig


class CirclesConfig(AppConfig):
    """The work that stands in place of exclusion: circles in class, cases of repair, and what was agreed."""

    name = "circles"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        import_module("circles.checks").register_all()
