"""Columns of our own."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from district import languages


class LanguagesField(models.CharField):
    """A list of BCP 47 tags, in order; the column holds them as one text, separated by spaces."""

    def __init__(self, *args: Any, **options: Any) -> None:
        options.setdefault("max_length", 40)
        super().__init__(*args, **options)

    def from_db_value(self, value: str | None, expression: Any, connection: Any) -> list[str]:
        return languages.tags_of(value or "")

    def to_python(self, value: Any) -> list[str]:
        """Return the tags in customary case. Raises ValidationError for one that is none, or too many."""
        tags = languages.tags_of(value) if isinstance(value, str) else list(value or ())
        try:
            return languages.tags_of(languages.text_of(tags))
        except languages.NotATag as error:
            words = _("“%(value)s” is no language tag; write it like es or zh-Hant.")
            raise ValidationError(words, params={"value": str(error)[:20]})
        except languages.TooManyLanguages:
            raise ValidationError(_("At most %(most)d languages."), params={"most": languages.MOST})

    def get_prep_value(self, value: Any) -> str | None:
        return value if value is None or isinstance(value, str) else languages.text_of(value)
