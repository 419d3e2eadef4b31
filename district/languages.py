"""Languages that families speak: BCP 47 tags, their names, and the text in which a record keeps several.

No Django here. The names are those of the IANA subtag registry in plain English; beside each stands what its speakers
call it, for a letter or a menu.
"""

from __future__ import annotations

import re
from collections.abc import Iterable


def _(text: str) -> str:
    """Mark `text` for translation; pages translate it when they show it."""
    return text


LANGUAGES: dict[str, tuple[str, str]] = {
    "en": (_("English"), "English"),
    "es": (_("Spanish"), "español"),
    "ar": (_("Arabic"), "العربية"),
    "bn": (_("Bengali"), "বাংলা"),
    "ase": (_("American Sign Language"), "ASL"),
    "am": (_("Amharic"), "አማርኛ"),
    "hy": (_("Armenian"), "հայերեն"),
    "bs": (_("Bosnian"), "bosanski"),
    "bg": (_("Bulgarian"), "български"),
    "my": (_("Burmese"), "မြန်မာ"),
    "yue": (_("Cantonese"), "粵語"),
    "ceb": (_("Cebuano"), "Cebuano"),
    "chr": (_("Cherokee"), "ᏣᎳᎩ"),
    "zh-Hans": (_("Chinese, simplified"), "简体中文"),
    "zh-Hant": (_("Chinese, traditional"), "繁體中文"),
    "hr": (_("Croatian"), "hrvatski"),
    "dak": (_("Dakota"), "Dakȟótiyapi"),
    "prs": (_("Dari"), "دری"),
    "din": (_("Dinka"), "Thuɔŋjäŋ"),
    "nl": (_("Dutch"), "Nederlands"),
    "fr": (_("French"), "français"),
    "ff": (_("Fulani"), "Fulfulde"),
    "de": (_("German"), "Deutsch"),
    "el": (_("Greek"), "Ελληνικά"),
    "gu": (_("Gujarati"), "ગુજરાતી"),
    "ht": (_("Haitian Creole"), "Kreyòl ayisyen"),
    "ha": (_("Hausa"), "Hausa"),
    "haw": (_("Hawaiian"), "ʻŌlelo Hawaiʻi"),
    "he": (_("Hebrew"), "עברית"),
    "hi": (_("Hindi"), "हिन्दी"),
    "hmn": (_("Hmong"), "Hmoob"),
    "ig": (_("Igbo"), "Igbo"),
    "ilo": (_("Ilocano"), "Ilokano"),
    "id": (_("Indonesian"), "Bahasa Indonesia"),
    "it": (_("Italian"), "italiano"),
    "ja": (_("Japanese"), "日本語"),
    "kar": (_("Karen"), "ကညီကျိၥ်"),
    "km": (_("Khmer"), "ខ្មែរ"),
    "quc": (_("K’iche’"), "K’iche’"),
    "rw": (_("Kinyarwanda"), "Ikinyarwanda"),
    "rn": (_("Kirundi"), "Ikirundi"),
    "ko": (_("Korean"), "한국어"),
    "ku": (_("Kurdish"), "Kurdî"),
    "lkt": (_("Lakota"), "Lakȟótiyapi"),
    "lo": (_("Lao"), "ລາວ"),
    "ln": (_("Lingala"), "lingála"),
    "mam": (_("Mam"), "Mam"),
    "cmn": (_("Mandarin"), "普通话"),
    "mh": (_("Marshallese"), "Kajin M̧ajeļ"),
    "mr": (_("Marathi"), "मराठी"),
    "mix": (_("Mixtec"), "Tu’un Savi"),
    "nv": (_("Navajo"), "Diné bizaad"),
    "ne": (_("Nepali"), "नेपाली"),
    "nus": (_("Nuer"), "Thok Naath"),
    "om": (_("Oromo"), "Afaan Oromoo"),
    "ps": (_("Pashto"), "پښتو"),
    "fa": (_("Persian"), "فارسی"),
    "pl": (_("Polish"), "polski"),
    "pt": (_("Portuguese"), "português"),
    "pa": (_("Punjabi"), "ਪੰਜਾਬੀ"),
    "kjb": (_("Q’anjob’al"), "Q’anjob’al"),
    "kek": (_("Q’eqchi’"), "Q’eqchi’"),
    "qu": (_("Quechua"), "Runa Simi"),
    "rhg": (_("Rohingya"), "Ruáingga"),
    "ro": (_("Romanian"), "română"),
    "ru": (_("Russian"), "русский"),
    "sm": (_("Samoan"), "Gagana Samoa"),
    "sr": (_("Serbian"), "српски"),
    "so": (_("Somali"), "Soomaali"),
    "sw": (_("Swahili"), "Kiswahili"),
    "tl": (_("Tagalog"), "Tagalog"),
    "ta": (_("Tamil"), "தமிழ்"),
    "te": (_("Telugu"), "తెలుగు"),
    "th": (_("Thai"), "ไทย"),
    "ti": (_("Tigrinya"), "ትግርኛ"),
    "to": (_("Tongan"), "lea faka-Tonga"),
    "tr": (_("Turkish"), "Türkçe"),
    "uk": (_("Ukrainian"), "українська"),
    "ur": (_("Urdu"), "اردو"),
    "uz": (_("Uzbek"), "oʻzbekcha"),
    "vi": (_("Vietnamese"), "Tiếng Việt"),
    "wo": (_("Wolof"), "Wolof"),
    "yi": (_("Yiddish"), "ייִדיש"),
    "yo": (_("Yoruba"), "Yorùbá"),
    "zap": (_("Zapotec"), "Diidxazá"),
}
"""BCP 47 tag → its name in English, and in the language itself. The first four are those of most letters."""

MOST = 3
"""Languages that one record keeps at most."""

# Language, then perhaps a script and a region (RFC 5646, section 2.1, without variants, extensions and private use).
_TAG = re.compile(r"([A-Za-z]{2,3})(?:-([A-Za-z]{4}))?(?:-([A-Za-z]{2}|[0-9]{3}))?")


class NotATag(ValueError):
    """The text is no language tag."""


class TooManyLanguages(ValueError):
    """More languages than a record keeps."""


def tag_of(text: str) -> str | None:
    """Return `text` as a BCP 47 tag in its customary case (`ZH-hant-tw` → `zh-Hant-TW`), or None if it is none."""
    found = _TAG.fullmatch(text.strip())
    if not found:
        return None
    language, script, region = found.groups()
    parts = [language.lower(), (script or "").capitalize(), (region or "").upper()]
    return "-".join(part for part in parts if part)


def name_of(tag: str) -> str:
    """Return the English name of a language, or of the wider one that is listed (es-MX: Spanish), else the tag."""
    wider = tag
    while wider not in LANGUAGES and "-" in wider:
        wider = wider.rpartition("-")[0]
    return LANGUAGES[wider][0] if wider in LANGUAGES else tag


def tags_of(text: str) -> list[str]:
    """Return the tags that a record keeps as one text."""
    return text.split()


def text_of(tags: Iterable[str]) -> str:
    """Return tags as the one text that a record keeps: each once, in order, in customary case.

    Raises NotATag for a text that is none, TooManyLanguages for more than `MOST`.
    """
    kept: dict[str, None] = {}
    for text in tags:
        tag = tag_of(text)
        if tag is None:
            raise NotATag(text)
        kept[tag] = None
    if len(kept) > MOST:
        raise TooManyLanguages
    return " ".join(kept)
