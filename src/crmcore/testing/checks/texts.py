"""Texts are kept, compared and searched the same on every store."""

from typing import Any

import attrs
from attrs import fields

from crmcore.query import asc, contains, count, eq, gt, le, lt, one_of, query, starts_with, tally
from crmcore.storage.ports import Store
from crmcore.testing.checks.conditions import places
from crmcore.testing.fixtures import StoreFixtures
from crmcore.testing.samples import Mark, Sample, mark, number, sample
from crmcore.testing.sessions import find, load, put, tally_of, writing

__all__ = ["TRICKY", "TextChecks"]

s: Any = fields(Sample)
TRICKY = (
    *("a", "A", "b", "B", "a ", " a", "a\t", "aa", "ａ", "á", "a\u0301", "ä", "é", "e", "ß", "ss", "ẞ", "SS"),
    *("i", "I", "İ", "ı", "ﬁ", "fi", "Σ", "σ", "ς", "½", "①", "1", "01", "10", "2", "%", "_", "\\", "\\%", "\\\\"),
    *("'", '"', "`", "''", "$", "$ne", "^a", "a$", ".*", "[a-z]", "(", "*", "?", "a|b", "{", "~", "\n", "\r\n", "\x01"),
    *(
        "\x7f",
        "\u00a0",
        "\u200d",
        "\u2028",
        "\ufeff",
        "\uffff",
        "～",
        "😀",
        "😁",
        "👨‍👩‍👧",
        "𠀀",
        "华",
        "華",
        "北京华建",
    ),
)
"""Texts that differ by code point, though many a store's default takes some of them for the same or cuts them."""
FOUND = (
    ("Straße", "STRASSE", True),
    ("STRASSE", "straße", True),
    ("ＡＢＣ株", "abc", True),
    ("abc", "ＡＢ", True),
    ("Émile", "émile", True),
    ("Émile", "e\u0301m", True),
    ("Émile", "emile", False),
    ("ΟΔΟΣ", "οδος", True),
    ("ﬁnance", "fin", True),
    ("100%", "0%", True),
    ("100", "0%", False),
    ("a_b", "A_B", True),
    ("axb", "a_b", False),
    ("a\\b", "\\", True),
    ("ab", "\\", False),
    ("a.c", "a.c", True),
    ("abc", "a.c", False),
    ("a*", "*", True),
    ("[x]", "[x]", True),
    ("x", "[x]", False),
    ("a|b", "a|b", True),
    ("a", "a|b", False),
    ("it's", "'", True),
    ('say "hi"', '"', True),
    ("😀", "😀", True),
    ("😁", "😀", False),
    ("北京华建", "华", True),
    ("北京華建", "华", False),
    ("a b", " ", True),
    ("ab", " ", False),
    ("a\nb", "a\nb", True),
    ("x\ny", "y", True),
    ("anything", "", True),
    ("$ne", "$n", True),
)
"""Text, what is looked for, and whether the text contains it once both are folded."""
STARTS = (
    ("Straße", "STRASS", True),
    ("x Straße", "STRASS", False),
    ("ＡＢＣ", "ab", True),
    ("%a", "%", True),
    ("a%", "%", False),
    ("_a", "_", True),
    ("xa", "_", False),
    ("\\a", "\\", True),
    ("^a", "^", True),
    ("a", "^a", False),
    (".a", ".", True),
    ("a\nb", "b", False),
    ("北京华建", "北京", True),
    ("anything", "", True),
    ("\uffffa", "\uffff", True),
    ("😀😁", "😀", True),
)


class TextChecks(StoreFixtures):
    """Keeping, equality, order and search of text."""

    def test_keeps_every_character(self, store: Store) -> None:
        """Blanks at the ends, line ends, control characters, composed and decomposed letters, emoji: all come back."""
        put(store, *(sample(place, name=f"<{text}>", note=text, label=text) for place, text in enumerate(TRICKY)))
        for place, text in enumerate(TRICKY):
            found = load(store, Sample, number(place))
            assert found is not None
            assert (found.name, found.note, found.label) == (f"<{text}>", text, text)

    def test_compares_by_code_point(self, store: Store) -> None:
        """``eq`` and ``one_of`` find exactly that text: case, accents, width and trailing blanks count."""
        put(store, *(sample(place, label=text) for place, text in enumerate(TRICKY)))
        for place, text in enumerate(TRICKY):
            assert places(store, eq(s.label, text)) == [place], repr(text)
        assert places(store, one_of(s.label, ["a", "É", "😁"])) == [TRICKY.index("a"), TRICKY.index("😁")]

    def test_sorts_by_code_point(self, store: Store) -> None:
        """Text sorts as Python sorts it: by code point, not by language and not by UTF-16 unit."""
        put(store, *(sample(place, name=f"x{text}", label=text) for place, text in enumerate(TRICKY)))
        assert [one.label for one in find(store, query(Sample).sort(asc(s.label)))] == sorted(TRICKY)
        assert [one.label for one in find(store, query(Sample).sort(asc(s.name)))] == sorted(TRICKY)

    def test_orders_by_code_point(self, store: Store) -> None:
        """``lt`` and ``gt`` on text go by code point."""
        put(store, *(sample(place, label=text) for place, text in enumerate(TRICKY)))
        for limit in ("A", "a ", "é", "～", "😀", ""):
            wanted = query(Sample).where(gt(s.label, limit))
            assert {one.label for one in find(store, wanted)} == {text for text in TRICKY if text > limit}, limit
            wanted = query(Sample).where(lt(s.label, limit))
            assert {one.label for one in find(store, wanted)} == {text for text in TRICKY if text < limit}, limit
        assert places(store, le(s.label, "")) == []

    def test_groups_by_code_point(self, store: Store) -> None:
        """A tally keeps texts apart that differ in any character, and answers them as they are."""
        put(store, *(sample(place, label=text) for place, text in enumerate(TRICKY)))
        rows = tally_of(store, tally(query(Sample), by=(s.label,), measures=(count(),)))
        assert [(row.key, row.values) for row in rows] == [((text,), (1,)) for text in sorted(TRICKY)]

    def test_finds_folded_text(self, store: Store) -> None:
        """``contains`` compares folded text: width and case do not matter, accents do; every character is itself."""
        put(store, *(sample(place, name=text, note=text) for place, (text, _, _) in enumerate(FOUND)))
        for place, (text, wanted, expected) in enumerate(FOUND):
            for field in (s.name, s.note):
                found = places(store, contains(field, wanted), eq(s.id, number(place)))
                assert bool(found) is expected, (text, wanted)

    def test_finds_folded_beginnings(self, store: Store) -> None:
        """``starts_with`` compares folded text from its beginning."""
        put(store, *(sample(place, name=text, note=text) for place, (text, _, _) in enumerate(STARTS)))
        for place, (text, wanted, expected) in enumerate(STARTS):
            for field in (s.name, s.note):
                found = places(store, starts_with(field, wanted), eq(s.id, number(place)))
                assert bool(found) is expected, (text, wanted)

    def test_finds_what_a_change_made(self, store: Store) -> None:
        """A changed text is found by its new words and no longer by its old ones."""
        put(store, sample(1, name="Straße"))
        with writing(store) as session:
            assert session.replace(sample(1, name="Allee", version=2), 1)
            assert [one.name for one in session.find(query(Sample).where(contains(s.name, "ALL")))] == ["Allee"]
        assert places(store, contains(s.name, "strasse")) == []
        assert places(store, contains(s.name, "ALLEE")) == [1]

    def test_has_room_for_the_longest_text(self, store: Store) -> None:
        """A text as long as its ``Length`` allows is kept, also if each character takes four bytes."""
        for place, character in enumerate("a华😀"):
            longest = sample(place, name=character * 100, note=character * 2000, code=character * 40)
            put(store, longest)
            assert load(store, Sample, longest.id) == longest
            assert places(store, eq(s.name, character * 100)) == [place]
            assert places(store, contains(s.name, character * 99)) == [place]

    def test_has_room_for_text_that_grows_when_folded(self, store: Store) -> None:
        """Folding makes some texts many times longer: they are kept and found."""
        for place, character in enumerate("\ufdfaßΐﬃ"):
            grown = sample(place, name=character * 100, label=character * 40, note=character * 2000)
            put(store, grown)
            assert load(store, Sample, grown.id) == grown
            assert places(store, starts_with(s.name, character * 100)) == [place]
            assert places(store, contains(s.label, character)) == [place]

    def test_keeps_long_text(self, store: Store) -> None:
        """A text of a million characters is kept, as change records may need."""
        long = mark(1, text="行\\'\"%" * 200_000)
        put(store, long)
        found = load(store, Mark, long.id)
        assert found is not None
        assert found.text == long.text  # compared alone, so that a failure does not print it

    def test_tells_texts_apart_that_differ_late(self, store: Store) -> None:
        """Two long texts that agree in their first characters are two texts: for equality, order and uniqueness."""
        first, second = "x" * 39 + "a", "x" * 39 + "b"
        put(store, sample(1, label=second, code=second), sample(2, label=first, code=first))
        assert places(store, eq(s.label, first)) == [2]
        ordered = find(store, query(Sample).sort(asc(s.label)))
        assert [one.label for one in ordered] == [first, second]
        rest = find(store, attrs.evolve(query(Sample).sort(asc(s.label)), after=(first, number(2))))
        assert [one.label for one in rest] == [second]
