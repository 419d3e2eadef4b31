"""The ground floor as a Django app."""

from django.apps import AppConfig


class DistrictConfig(AppConfig):
    """Registers the start-up checks."""

    name = "district"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from district import checks

        checks.register_all()
