"""Finding articles on every store: several words, Chinese and English, the best first; and suggestions that say why."""

from collections import Counter
from typing import Any

import pytest

from company.articles import begun, found, published, seen
from company.clients import entered
from crmcore import knowledge, service
from crmcore.base.errors import Invalid
from crmcore.knowledge.entity import Article
from crmcore.knowledge.suggesting import Suggestion
from crmcore.storage.crm import Crm
from crmcore.storage.ports import Session


def suggested(crm: Crm, text: str, limit: int = 5) -> list[Suggestion]:
    with crm.work(as_user="wangwei", readonly=True) as work:
        return [*knowledge.suggest(work, text, limit)]


@pytest.mark.requirement("X-SRV-03")
def test_articles_with_all_words_are_found_and_titles_come_first(crm: Crm) -> None:
    jam = published(crm, tags=("HP-1020",))
    published(crm, title="Printer offline", body="Check the network cable.\nThen 打印机 restart", language="en")
    published(crm, title="网络故障", body="打印机连不上网络时检查网线", category="maintenance", public=True)
    begun(crm, title="打印机草稿")
    crm.perform(knowledge.vote, published(crm, title="打印机墨盒").id, True, as_user="wangwei")
    assert found(crm, "打印机") == ["打印机墨盒", "打印机卡纸", *found(crm, "打印机")[2:]]
    assert sorted(found(crm, "打印机")[2:]) == ["Printer offline", "网络故障"]
    assert found(crm, " 网络 打印机 ") == ["网络故障"]
    assert found(crm, "ＰＲＩＮＴＥＲ cable") == ["Printer offline"]
    assert found(crm, "hp-1020") == found(crm, jam.number) == ["打印机卡纸"]
    assert found(crm, "cable then") == ["Printer offline"]
    assert found(crm, "打印机 nothing") == []
    assert found(crm, language="en") == ["Printer offline"]
    assert found(crm, category="maintenance") == found(crm, public=True) == ["网络故障"]
    assert found(crm, tag="HP-1020") == ["打印机卡纸"]
    assert found(crm)[0] == "打印机墨盒"
    with crm.work(as_user="wangwei", readonly=True) as work:
        page = knowledge.search(work, knowledge.ArticleFilter(words="打印机"), page=2, size=3)
        assert (page.total, len(page.rows)) == (4, 1)
        for words in (" ".join("abcdefghijk"), 3):
            with pytest.raises(Invalid) as caught:
                knowledge.search(work, knowledge.ArticleFilter(words=words))  # type: ignore[arg-type]
            assert [one.field for one in caught.value.problems] == ["words"]


@pytest.mark.requirement("X-SRV-03")
def test_suggestions_say_why_and_put_the_best_first(crm: Crm) -> None:
    published(crm)
    published(crm, title="打印机墨盒更换", body="打开前盖")
    published(crm, title="发票补开流程", body="联系财务", category="billing")
    published(crm, title="Printer jams", body="Open the cover and remove the paper.", language="en")
    first, second, *rest = suggested(crm, "客户的打印机又卡纸了，怎么办？")
    assert (first.article.title, first.hits) == ("打印机卡纸", ("打印机", "卡纸"))
    assert (second.article.title, second.hits) == ("打印机墨盒更换", ("打印机",))
    assert first.score > second.score > 0
    assert rest == []
    (english,) = suggested(crm, "My printer is jamming: paper stuck under the cover")
    assert (english.article.title, english.hits) == ("Printer jams", ("printer", "jamming", "paper", "cover"))
    assert [one.article.title for one in suggested(crm, "发票")] == ["发票补开流程"]
    assert len(suggested(crm, "打印机卡纸 墨盒 printer", limit=2)) == 2
    for nothing in ("", "的", "你好，请问", "a an the", "🙂", "财务"):
        assert [one.article.title for one in suggested(crm, nothing)] == (["发票补开流程"] if nothing == "财务" else [])
    wrong: list[tuple[Any, Any, str]] = [(None, 5, "text"), ("x", "5", "limit")]
    for text, limit, field in wrong:
        with pytest.raises(Invalid) as caught:
            suggested(crm, text, limit)
        assert [one.field for one in caught.value.problems] == [field]


@pytest.mark.requirement("X-SRV-03")
def test_suggestions_take_three_questions_at_most(crm: Crm, monkeypatch: pytest.MonkeyPatch) -> None:
    published(crm)
    text = "打印机卡纸，打不开后盖；printer jams again " + "".join(map(chr, range(0x4E00, 0x4E00 + 3000)))
    with crm.work(as_user="wangwei", readonly=True) as work:
        asked = Counter[str]()
        counted: Any = _Counted(work.session, asked)
        work.session = counted
        assert [one.article.title for one in knowledge.suggest(work, text)] == ["打印机卡纸"]
    assert 0 < asked.total() <= 3


@pytest.mark.requirement("X-SRV-03")
def test_tags_to_choose_from_are_counted_without_reading_an_article(crm: Crm) -> None:
    for title, tags in (("甲", ("HP", "卡纸")), ("乙", ("HP", "卡纸")), ("丙", ("墨盒", "HP")), ("丁", ())):
        published(crm, title=title, tags=tags)
    begun(crm, title="戊", tags=("草稿",))
    gone = published(crm, title="己", tags=("旧",))
    crm.perform(knowledge.archive, gone.id, as_user="zhaomin")
    with crm.work(as_user="wangwei", readonly=True) as work:
        asked = Counter[str]()
        counted: Any = _Counted(work.session, asked)
        work.session = counted
        assert [(one.tag, one.count) for one in knowledge.article_tags(work)] == [("HP", 3), ("卡纸", 2), ("墨盒", 1)]
    assert asked == {"tally": 1}


class _Counted:
    """A session that notes which questions are asked."""

    def __init__(self, session: Session, asked: Counter[str]) -> None:
        self._session, self._asked = session, asked

    def __getattr__(self, name: str) -> Any:
        if name in {"find", "load", "count", "tally"}:
            self._asked[name] += 1
        return getattr(self._session, name)


@pytest.mark.requirement("X-SRV-03")
def test_lists_show_what_was_useful_used_and_never_used(crm: Crm) -> None:
    titles = ("甲文", "乙文", "丙文")
    one, two, three = (published(crm, title=title) for title in titles)
    for who, article, helpful in (("wangwei", one, True), ("lihua", two, False), ("chengang", two, True)):
        crm.perform(knowledge.vote, article.id, helpful, as_user=who)
    request = crm.perform(
        service.create, type="complaint", title="卡纸", customer=entered(crm).id, request="卡纸了", as_user="lihua"
    )
    crm.perform(service.assign, request.id, to="lihua", as_user="zhaomin")
    crm.perform(knowledge.link, three.id, request.id, as_user="lihua")
    with crm.work(as_user="wangwei", readonly=True) as work:
        listed = [
            [article.title for article in look(work, knowledge.ArticleFilter(words="文")).rows]
            for look in (knowledge.most_useful, knowledge.most_used, knowledge.never_used)
        ]
    assert [sorted(listed[0]), listed[1], listed[2]] == [sorted(["甲文", "丙文"]), ["丙文"], ["甲文", "乙文"]]
    after: list[Article] = [seen(crm, article.id).article for article in (one, two, three)]
    assert [article.usefulness for article in after] == [1, 0, 1]
