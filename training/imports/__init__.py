"""The import of this floor: attendance at trainings."""

from .training_file import import_training

__all__ = ["import_training"]
