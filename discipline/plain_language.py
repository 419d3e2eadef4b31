"""How plainly a definition reads, without Django: a hint for its writer, never a rule.

Only what a reader can check by eye is measured: the length of sentences, long words, and words that say how an adult
felt about what happened instead of what happened.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

LONG_SENTENCE = 20
"""Words from which a sentence is hard to take in at one reading (plainlanguage.gov: 15 to 20 on average)."""
LONG_WORD = 13
"""Letters from which a word is rarely one of everyday speech."""
JUDGING = (
    frozenset(("appropriate", "inappropriate", "unacceptable", "improper", "excessive", "offensive", "disruptive"))
    | frozenset(("disrespect", "disrespectful", "defiance", "defiant", "insubordinate", "willful", "willfully"))
    | frozenset(("attitude", "unruly", "rude"))
)
"""Words for how something was felt. Referrals over them depend most on who is judging."""

_SENTENCE_END = re.compile(r"(?<=[.!?;:])\s+|\n+")
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")


@dataclass(frozen=True)
class Reading:
    """What is hard in a text. `longest` is in words, `long_words` and `judging_words` in order of appearance."""

    sentences: int
    words: int
    longest: int
    long_words: tuple[str, ...]
    judging_words: tuple[str, ...]

    @property
    def is_plain(self) -> bool:
        """Whether nothing stands out."""
        return self.longest <= LONG_SENTENCE and not self.long_words and not self.judging_words


def read(text: str) -> Reading:
    """Return what is hard in `text`; a text without words is plain."""
    sentences = [_WORD.findall(part) for part in _SENTENCE_END.split(text)]
    sentences = [words for words in sentences if words]
    words = [word for sentence in sentences for word in sentence]
    each = tuple(dict.fromkeys(word.lower() for word in words))
    return Reading(
        sentences=len(sentences),
        words=len(words),
        longest=max((len(sentence) for sentence in sentences), default=0),
        long_words=tuple(word for word in each if len(word) >= LONG_WORD),
        judging_words=tuple(word for word in each if word in JUDGING),
    )
