"""Imports of the discipline floor: the discipline file and the code of conduct."""

from .discipline_file import import_discipline

__all__ = ["import_discipline"]
