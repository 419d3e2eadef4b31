"""The training floor as a Django app."""

from django.apps import AppConfig


class TrainingConfig(AppConfig):
    """People in training, sessions, credentials and certifications."""

    name = "training"
    default_auto_field = "django.db.models.BigAutoField"
