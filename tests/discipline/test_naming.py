"""Names of other children in a narrative."""

import pytest

from discipline.naming import may_name, names_in

CHILDREN = [("Maple", "Synthetic"), ("Zoë", "O’Brien"), ("Will", "Young"), ("Juan Carlos", "de la Cruz")]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", []),
        ("He threw a chair and left.", []),
        ("He pushed Maple at the lockers.", ["Maple"]),
        ("pushed maple syrup over the desk", []),
        ("He said that Maple's phone was his.", ["Maple's"]),
        ("maple synthetic was there", ["maple synthetic"]),
        ("Saw ZOE OBRIEN leave. Then Zoë came back.", ["ZOE OBRIEN"]),
        ("Will he come back? Will that help?", []),  # a sentence begins
        ("I saw Will and the others.", ["Will"]),
        ("A fight with Juan and Carlos.", ["Juan", "Carlos"]),
        ("Young children were near.", []),
        ("Two were hurt: Zoë and Maple.", ["Zoë", "Maple"]),
        ("near Zoë, near Maple, near Zoë", ["Zoë", "Maple"]),
    ],
)
def test_names_are_found_as_names(text, found):
    assert names_in(text, CHILDREN) == found


@pytest.mark.parametrize(
    ("text", "is_name"),
    [
        ("", False),
        ("I help in the library.", False),
        ("We meet in June, on Monday.", False),
        ("I sit in Room 12 with Grade 4.", False),
        ("Somebody begins. Another goes on.", False),
        ("I talk with Birch.", True),
        ("i talk with birch", False),
        ("I wrote to Ms. Crane", True),
        ("Ash helps.", False),  # a sentence begins so
    ],
)
def test_what_looks_like_a_name_whoever_there_is(text, is_name):
    assert may_name(text) is is_name
