"""What a keyword is found by is in step with the records, and a keyword of any length finds what it should."""

from typing import Any, Final

import attrs
from attrs import fields

from crmcore.base.text import fold
from crmcore.query import any_of, asc, contains, desc, eq, ge, negate, query
from crmcore.query.conditions import Condition
from crmcore.storage.ports import Session, Store
from crmcore.testing.fixtures import StoreFixtures
from crmcore.testing.samples import Sample, number, sample
from crmcore.testing.sessions import find, put, reading, writing

__all__ = ["KeywordChecks"]

s: Any = fields(Sample)
NAMES: Final = (
    *(
        "北京华建工程有限公司",
        "华北京西贸易公司",
        "京北科技\n华建",
        "ＡＢＣ 株式会社",
        "abc",
        "a",
        "Straße 12",
        "STRASSE 21",
    ),
    *("010-64881234", "13800138000", "1380 0138", "8013", "100%", "100", "a_b", "axb", 'it\'s "so"', "*^a*", "a OR b"),
    *("😀😁", "😁😀", "𠀀𠀁建", "ﷺ", "NEAR(a b)", "a\\b", "x\ty", "- -", "0", "é", "e\u0301e"),
)
WORDS: Final = (
    *(
        "华",
        "北京",
        "京华",
        "华建",
        "公司",
        "北京华",
        "华北京",
        "京北科",
        "建工程有",
        "ab",
        "Ａb",
        "ss",
        "straßE",
        "e 1",
    ),
    *(
        "01",
        "138",
        "1380",
        "8013",
        "80013",
        "800138",
        "0138000",
        "-6488",
        "12",
        "0%",
        "%",
        "a_b",
        "_b",
        '"s',
        '"',
        "s ",
    ),
    *(
        "^a",
        "a*",
        "or",
        " o",
        "OR b",
        "😀",
        "😀😁",
        "😁😀",
        "𠀀",
        "𠀀𠀁",
        "ﷺ",
        "(a",
        "a\\",
        "\ty",
        "- ",
        "\n华",
        "技\n华",
        "é",
        "ée",
        "10",
    ),
)


class KeywordChecks(StoreFixtures):
    """Searching a field that has an index of keywords."""

    def test_finds_keywords_of_any_length(self, store: Store) -> None:
        """One character, two, three and more; folded; of any script; none of them means anything else to the store."""
        put(store, *(sample(place, name=name, label=name) for place, name in enumerate(NAMES)))
        with reading(store) as session:
            for word in (*WORDS, *NAMES):
                expected = [place for place, name in enumerate(NAMES) if fold(word) in fold(name)]
                for field in (s.name, s.label):
                    condition = contains(field, word)
                    assert _places(session, condition) == expected, word
                    assert _places(session, negate(negate(condition))) == expected, word
                    assert session.count(query(Sample).where(condition)) == len(expected), word
                    assert session.count(query(Sample).where(condition), 2) == min(2, len(expected)), word

    def test_finds_keywords_beside_other_conditions(self, store: Store) -> None:
        """A keyword narrows a list in any order and at any page; below a NOT it leaves out; two of them both count."""
        put(
            store,
            *(sample(place, name=f"华建{place % 3}", label=f"{place:04d}", rank=place % 5) for place in range(40)),
        )
        both = query(Sample).where(contains(s.name, "建1"), ge(s.label, "0004"))
        plain = query(Sample).where(eq(s.name, "华建1"), ge(s.label, "0004"))
        for order in (asc(s.rank), desc(s.label), desc(s.at)):
            for limit, offset in ((3, 0), (3, 9), (50, 0), (5, 12)):
                expected = find(store, plain.sort(order).page(limit, offset))
                assert find(store, both.sort(order).page(limit, offset)) == expected
            after = (_value(order, 13), number(13))
            rest = attrs.evolve(plain.sort(order), limit=4, after=after)
            assert find(store, attrs.evolve(both.sort(order), limit=4, after=after)) == find(store, rest)
        with reading(store) as session:
            every = {place for place in range(40) if place % 3 != 1}
            assert set(_places(session, negate(contains(s.name, "建1")))) == every
            assert _places(session, contains(s.name, "建2"), contains(s.label, "001")) == [11, 14, 17]
            assert _places(session, any_of(contains(s.label, "0039"), eq(s.rank, 9))) == [39]
            either = any_of(contains(s.label, "0039"), contains(s.name, "建2"))
            assert _places(session, either, ge(s.label, "0030")) == [32, 35, 38, 39]

    def test_finds_what_a_session_wrote_itself(self, store: Store) -> None:
        """Before the commit: what was added and changed is found by its new words, what was removed is not."""
        put(store, sample(1, name="北京华建"), sample(2, name="上海华建", label="旧名"), sample(3, name="广州华建"))
        with writing(store) as session:
            assert session.insert(sample(4, name="深圳华建"))
            assert session.replace(sample(2, name="苏州新建", label=None, version=2), 1)
            assert session.delete(Sample, number(3), 1)
            assert _places(session, contains(s.name, "华建")) == [1, 4]
            assert _places(session, contains(s.name, "新建")) == [2]
            assert _places(session, contains(s.label, "旧名")) == []
            with reading(store) as other:
                assert _places(other, contains(s.name, "华建")) == [1, 2, 3]
        with reading(store) as session:
            assert _places(session, contains(s.name, "华建")) == [1, 4]
            assert _places(session, contains(s.name, "上海")) == []

    def test_finds_nothing_that_was_given_up(self, store: Store) -> None:
        """What was not committed leaves no words behind, and none of those before is lost."""
        put(store, sample(1, name="北京华建"))
        session = store.begin(write=True)
        assert session.replace(sample(1, name="苏州新建", version=2), 1)
        assert session.insert(sample(2, name="新建"))
        session.close()
        with reading(store) as session:
            assert _places(session, contains(s.name, "新建")) == []
            assert _places(session, contains(s.name, "华建")) == [1]

    def test_finds_what_was_written_in_bulk(self, store: Store) -> None:
        """Appended and renewed records are found as if each had been written by itself."""
        with writing(store) as session:
            session.append([sample(place, name=f"客户{place:04d}") for place in range(50)])
        with writing(store) as session:
            session.renew([sample(place, name=f"顾客{place:04d}", version=2) for place in range(0, 50, 2)])
        with reading(store) as session:
            assert _places(session, contains(s.name, "顾客")) == list(range(0, 50, 2))
            assert _places(session, contains(s.name, "客户")) == list(range(1, 50, 2))
            assert _places(session, contains(s.name, "客0012")) == [12]
            assert _places(session, contains(s.name, "户0012")) == []


def _places(session: Session, *conditions: Condition) -> list[int]:
    found = session.find(query(Sample).where(*conditions))
    paged = session.find(query(Sample).where(*conditions).page(1000))
    assert paged == found
    return [one.id.int & 0xFFFF for one in found]


def _value(order: Any, place: int) -> Any:
    made = sample(place, label=f"{place:04d}", rank=place % 5)
    return getattr(made, order.path[0])
