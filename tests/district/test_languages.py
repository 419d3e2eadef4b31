"""Language tags: what is one, what it is called, and that a record keeps what it was given."""

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from district.languages import LANGUAGES, MOST, TooManyLanguages, name_of, tag_of, tags_of, text_of
from district.models.fields import LanguagesField


@pytest.mark.parametrize(
    ("text", "tag"),
    [
        ("es", "es"),
        ("ES", "es"),
        ("zh-hant", "zh-Hant"),
        ("ZH-HANT-tw", "zh-Hant-TW"),
        ("es-419", "es-419"),
        (" hmn ", "hmn"),
        ("", None),
        ("english", None),
        ("e", None),
        ("es mx", None),
        ("es-", None),
        ("es-MX-MX", None),
        ("eñ", None),
        ("es\n", "es"),
    ],
)
def test_what_is_a_tag(text, tag):
    assert tag_of(text) == tag


def test_a_language_is_called_by_its_own_name_or_that_of_the_wider_one():
    assert name_of("es") == "Spanish"
    assert name_of("es-MX") == "Spanish"
    assert name_of("zh-Hant-TW") == "Chinese, traditional"
    assert name_of("xx") == "xx"


def test_every_listed_language_has_a_tag_in_customary_case_and_both_names():
    assert all(tag_of(tag) == tag for tag in LANGUAGES)
    assert all(name.strip() and own.strip() for name, own in LANGUAGES.values())
    assert len({name for name, _own in LANGUAGES.values()}) == len(LANGUAGES) >= 60


@given(st.lists(st.sampled_from(sorted(LANGUAGES)), max_size=MOST, unique=True))
def test_what_is_kept_comes_back_in_order(tags):
    assert tags_of(text_of(tags)) == tags


def test_a_repeated_tag_is_kept_once_and_too_many_are_refused():
    assert text_of(["es", "ES", "en"]) == "es en"
    with pytest.raises(TooManyLanguages):
        text_of(list(LANGUAGES)[: MOST + 1])


@pytest.mark.parametrize("value", [["english"], "es english", ["es", "en", "ar", "bn"]])
def test_the_column_refuses_what_is_no_tag_and_too_many(value):
    with pytest.raises(ValidationError):
        LanguagesField(blank=True).clean(value, None)


def test_the_longest_tags_fit_the_column():
    assert len(text_of(["zh-Hant-TW", "yue-Hant-HK", "kar-Mymr-TH"])) <= LanguagesField().max_length
