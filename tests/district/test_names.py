"""Names: the search key finds a person however the name was typed; the display name keeps it as written."""

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from district.names import display_name, search_key

every_character = st.text(st.characters())


@pytest.mark.parametrize(
    ("written", "key"),
    [
        ("Élodie", "elodie"),
        ("E\u0301lodie", "elodie"),
        ("ÉLODIE", "elodie"),
        ("Zoë", "zoe"),
        ("Ñandú", "nandu"),
        ("Łukasz", "lukasz"),
        ("Søren", "soren"),
        ("Đorđe", "dorde"),
        ("Groß", "gross"),
        ("GROẞ", "gross"),
        ("Ægir", "aegir"),
        ("Œuvre", "oeuvre"),
        ("Þór Guðrún", "thor gudrun"),
        ("Ħal", "hal"),
        ("IŞIK", "isik"),
        ("Işık", "isik"),
        ("İpek", "ipek"),
        ("Nguyễn Thị", "nguyen thi"),
        ("Şişli", "sisli"),
    ],
)
def test_accents_strokes_and_case_do_not_matter(written, key):
    assert search_key(written) == key


@pytest.mark.parametrize("apostrophe", ["'", "’", "‘", "ʼ", "ʻ", "`", "´", "′", "＇"])
def test_apostrophes_go(apostrophe):
    assert search_key(f"O{apostrophe}Brien") == "obrien"


@pytest.mark.parametrize("hyphen", ["-", "‐", "\u2011", "–", "—", "\u2212", "﹣", "－", ". ", ", "])
def test_hyphens_and_stops_become_one_space(hyphen):
    assert search_key(f"Vang{hyphen}Xiong") == "vang xiong"


@pytest.mark.parametrize(
    "invisible", ["\u00ad", "\u200b", "\u200d", "\u2060", "\ufeff", "\u202e", "\ufe0f", "\x00", "\ud800"]
)
def test_invisible_characters_go(invisible):
    assert search_key(f"Ma{invisible}ria") == "maria"


def test_parts_are_joined_and_blank_ones_left_out():
    assert search_key("Zoë", None, "  ", "", "O’Brien-Łukas") == "zoe obrien lukas"
    assert search_key("  Ana \t\u00a0 María\n") == "ana maria"
    assert search_key() == search_key(None) == search_key("'") == ""


def test_other_scripts_stay_and_are_found_without_their_marks():
    assert search_key("مُحَمَّد") == search_key("محمد") == "محمد"
    assert search_key("Йорданка") == search_key("йорданка")
    assert search_key("ΟΔΥΣΣΕΥΣ") == search_key("Οδυσσεύς")
    assert search_key("김민서") == search_key(unicodedata.normalize("NFD", "김민서")) == "김민서"
    assert search_key("हिमानी") != search_key("हमन")
    assert search_key("Ｍａｒｉａ") == "maria"


def test_emoji_stay_and_a_joined_sequence_equals_its_parts():
    assert search_key("Sun ☀\ufe0f") == search_key("sun ☀") == "sun ☀"


def test_key_of_a_part_is_found_in_the_key_of_the_whole():
    whole = search_key("Marie-Zoë", "D’Él", "Łukaszewska")
    assert all(search_key(typed) in whole for typed in ("zoe", "ZOË", "d'el", "lukasz", "Łuk", "marie zoe"))


@given(every_character)
@example("ΐ İ ẞ ﷺ ĳ ŀ ᴬ ͅ ŉ")
def test_key_of_a_key_is_the_key_and_can_be_stored_everywhere(text):
    key = search_key(text)
    assert search_key(key) == key
    assert key == key.casefold() == " ".join(key.split())
    assert "\x00" not in key
    assert key.encode("utf-8").decode("utf-8") == key


@given(st.text())
def test_key_does_not_depend_on_the_composition_of_the_characters(text):
    keys = {search_key(unicodedata.normalize(form, text)) for form in ("NFC", "NFD")}
    assert keys == {search_key(text)}


@given(st.lists(st.text(st.characters(categories=["Lu", "Ll", "Zs", "Pd"])), max_size=4))
def test_key_of_parts_is_the_keys_of_the_parts(parts):
    assert search_key(*parts) == " ".join(filter(None, map(search_key, parts)))


@pytest.mark.parametrize(
    ("parts", "name"),
    [
        (("Zoë", "M.", "O’Brien-Łukas"), "Zoë M. O’Brien-Łukas"),
        (("Zoë", "", "Łukas"), "Zoë Łukas"),
        (("Zoë", None, "Łukas"), "Zoë Łukas"),
        (("  Ana  María ", " ", " de la  Vega "), "Ana María de la Vega"),
        (("", "", "Mononym"), "Mononym"),
        (("Mononym", None, None), "Mononym"),
        ((None, None, None), ""),
    ],
)
def test_display_name_is_in_reading_order_with_single_spaces(parts, name):
    assert display_name(*parts) == name
