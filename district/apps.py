"""The ground floor as a Django app."""

from importlib import import_module

from django.apps import AppConfig


class DistrictConfig(AppConfig):
    """Registers the start-up checks."""

    name = "district"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        import_module("district.checks").register_all()  # it reads models, which are there only now
