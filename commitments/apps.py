"""Co-governance as a Django app."""

from django.apps import AppConfig


class CommitmentsConfig(AppConfig):
    """What district and community promised each other, and how either side sees it kept."""

    name = "commitments"
    default_auto_field = "django.db.models.BigAutoField"
