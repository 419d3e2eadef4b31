"""Languages in which circles are held and trainings given: ISO 639-1 codes, ISO 639-3 where there is none."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Language(models.TextChoices):
    """Languages that American school districts most often report, by how many families speak them at home."""

    ENGLISH = "en", _("English")
    SPANISH = "es", _("Spanish")
    ARABIC = "ar", _("Arabic")
    BENGALI = "bn", _("Bengali")
    CHINESE = "zh", _("Chinese")
    VIETNAMESE = "vi", _("Vietnamese")
    PORTUGUESE = "pt", _("Portuguese")
    HAITIAN = "ht", _("Haitian Creole")
    RUSSIAN = "ru", _("Russian")
    SOMALI = "so", _("Somali")
    HMONG = "hmn", _("Hmong")
    URDU = "ur", _("Urdu")
    FRENCH = "fr", _("French")
    KOREAN = "ko", _("Korean")
    TAGALOG = "tl", _("Tagalog")
    SWAHILI = "sw", _("Swahili")
    NEPALI = "ne", _("Nepali")
    KAREN = "kar", _("Karen")
    HINDI = "hi", _("Hindi")
    GUJARATI = "gu", _("Gujarati")
    PUNJABI = "pa", _("Punjabi")
    PERSIAN = "fa", _("Persian")
    PASHTO = "ps", _("Pashto")
    AMHARIC = "am", _("Amharic")
    POLISH = "pl", _("Polish")
    TURKISH = "tr", _("Turkish")
    UKRAINIAN = "uk", _("Ukrainian")
    JAPANESE = "ja", _("Japanese")
    AMERICAN_SIGN = "ase", _("American Sign Language")
