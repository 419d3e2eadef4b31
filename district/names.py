"""Names of people: one way to show them, and a key that finds them whatever accents were typed.

The key is computed here and stored, not left to the database: SQLite folds the case of ASCII only and PostgreSQL
folds by its locale, so the same search would find different students on the two. A search text goes through the
same function as the name.
"""

import unicodedata

# Removed before any decomposition, which would turn a spacing acute accent into a space.
_APOSTROPHES = "'`´‘’‛′ʹʻʼʽʾʿˈ՚׳ꞌ＇"

# Letters with a stroke, hook or ligature have no decomposition; after case folding only the small ones are left.
_LETTERS = {
    "æ": "ae",
    "œ": "oe",
    "ø": "o",
    "ł": "l",
    "đ": "d",
    "ð": "d",
    "ɖ": "d",
    "ɗ": "d",
    "þ": "th",
    "ħ": "h",
    "ŧ": "t",
    "ı": "i",
    "ɨ": "i",
    "ŋ": "n",
    "ɲ": "n",
    "ə": "e",
    "ǝ": "e",
    "ɛ": "e",
    "ɔ": "o",
    "ɓ": "b",
    "ƀ": "b",
    "ƙ": "k",
    "ƴ": "y",
    "ƶ": "z",
    "ʉ": "u",
}
_SPACES = ".,\u2212\u2043\u30a0"  # period, comma, minus sign, hyphen bullet; dashes are found by their category
_REMOVED = _APOSTROPHES + "·"  # the middle dot joins letters (Catalan l·l)
_FOLDING = str.maketrans({**_LETTERS, **dict.fromkeys(_SPACES, " "), **dict.fromkeys(_REMOVED, "")})
_WITHOUT_APOSTROPHES = str.maketrans(dict.fromkeys(_APOSTROPHES, ""))


def search_key(*parts: str | None) -> str:
    """Key of a name for a search that ignores case, accents, apostrophes and hyphens.

    The parts are joined by single spaces, None and blank ones left out: ("Zoë", "O’Brien-Łukas") gives
    "zoe obrien lukas". Letters of other scripts stay; marks above and below them go. Control and invisible
    characters go, so the key can be stored everywhere. The key of a key is the key itself. It can be longer than
    the name, because a ligature becomes its letters.
    """
    text = " ".join(part for part in parts if part).translate(_WITHOUT_APOSTROPHES)
    # Twice, because folding can give a letter that decomposes again (Unicode, compatibility caseless match).
    for _ in range(2):
        text = unicodedata.normalize("NFKD", text).casefold()
    text = unicodedata.normalize("NFKD", text)
    text = "".join(map(_kept, text)).translate(_FOLDING)
    # Composed again: syllables of Hangul would otherwise be stored as two or three characters each.
    return " ".join(unicodedata.normalize("NFC", text).split())


def display_name(given: str | None, middle: str | None, family: str | None) -> str:
    """Full name in reading order with single spaces; missing parts are left out, "" when all are missing."""
    return " ".join(word for part in (given, middle, family) for word in (part or "").split())


def _kept(character: str) -> str:
    """What the key keeps of a decomposed character: itself, a space for a dash, or nothing."""
    if character.isspace():
        return " "
    if unicodedata.combining(character) or "\ufe00" <= character <= "\ufe0f":
        return ""  # an accent, or a selector that only asks for another picture of the same emoji
    category = unicodedata.category(character)
    if category == "Pd":
        return " "
    return "" if category in ("Cc", "Cf", "Cs") else character
