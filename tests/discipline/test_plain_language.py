"""How plainly a definition reads: a hint by rules that a reader can check."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from discipline.catalogue import DEFAULT_CODE
from discipline.plain_language import LONG_SENTENCE, LONG_WORD, read

pytestmark = pytest.mark.once


@pytest.mark.parametrize(
    ("text", "sentences", "words", "longest"),
    [
        ("", 0, 0, 0),
        ("…", 0, 0, 0),
        ("Hitting a person.", 1, 3, 3),
        ("Hitting a person. It isn't play-fighting!", 2, 6, 3),
        ("First line\nSecond line has five words", 2, 7, 5),
        ("Use of 2 e.g. knives", 2, 5, 4),
    ],
)
def test_sentences_and_words_are_counted_as_a_reader_would(text, sentences, words, longest):
    reading = read(text)
    assert (reading.sentences, reading.words, reading.longest) == (sentences, words, longest)


def test_what_is_hard_is_named_once_in_order():
    reading = read("Inappropriate or disrespectful Insubordination, INAPPROPRIATE again.")
    assert reading.judging_words == ("inappropriate", "disrespectful")
    assert reading.long_words == ("inappropriate", "disrespectful", "insubordination")
    assert not reading.is_plain


def test_a_sentence_may_have_twenty_words():
    assert read("word " * LONG_SENTENCE + ".").is_plain
    assert not read("word " * (LONG_SENTENCE + 1) + ".").is_plain
    assert read("x" * (LONG_WORD - 1)).is_plain
    assert not read("x" * LONG_WORD).is_plain


def test_the_default_code_of_conduct_reads_plainly():
    hard = {behavior.code for behavior in DEFAULT_CODE if read(behavior.definition).longest > LONG_SENTENCE}
    assert hard == set()


@given(st.text(max_size=300))
def test_any_text_can_be_read(text):
    reading = read(text)
    assert 0 <= reading.longest <= reading.words
    assert reading.sentences <= reading.words
