"""Imports of the discipline floor: the discipline file and the code of conduct."""

from .code_of_conduct import import_code_of_conduct
from .discipline_file import import_discipline

__all__ = ["import_code_of_conduct", "import_discipline"]
