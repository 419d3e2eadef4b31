"""Password rules beside Django's: length and a blocklist, no composition and no rotation (NIST SP 800-63B)."""

from __future__ import annotations

import re
from functools import cached_property
from typing import Any

from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

RUNS = (
    "01234567890123456789012345678901234567890",
    "abcdefghijklmnopqrstuvwxyz" * 2,
    "qwertyuiopasdfghjklzxcvbnm" * 2,
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p" * 2,
)
"""What fingers walk along a keyboard or along the alphabet."""
FEWEST_CHARACTERS = 5
LONGEST_REPEAT = 128
PRODUCT = "reweave"


class PredictablePasswordValidator:
    """Refuse long passwords that are one guess: a common word padded, a word repeated, a walk along the keyboard.

    Django's list of 20,000 common passwords holds hardly one of fifteen characters; people reach that length by
    padding or doubling one of them. Nothing is looked up outside.
    """

    @cached_property
    def common(self) -> set[str]:
        """Django's list, which it ships."""
        return CommonPasswordValidator().passwords | {PRODUCT}

    def validate(self, password: str, user: Any = None) -> None:
        """Raise ValidationError for a predictable password."""
        if self._is_predictable(password.lower()):
            raise ValidationError(
                _("This password is easy to guess. Try four or five words that have nothing to do with each other."),
                code="password_predictable",
            )

    def get_help_text(self) -> str:
        return _("It may not be a common word that is repeated or padded with digits, nor a row of keys.")

    def _is_predictable(self, password: str) -> bool:
        if len(set(password)) < FEWEST_CHARACTERS:
            return True
        if any(password in run or password[::-1] in run for run in RUNS):
            return True
        if re.fullmatch(r"(.+?)(?:[\W_]*\1)+.{0,3}", password[:LONGEST_REPEAT]):
            return True
        core = re.sub(r"^[\W\d_]+|[\W\d_]+$", "", password)
        return core in self.common or not core
