"""The other door as a Django app."""

from django.apps import AppConfig


class ApiConfig(AppConfig):
    """Registers the start-up checks."""

    name = "api"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from api import checks

        checks.register_all()
