"""What a sample company knows: reviewed by colleagues, the same for the same seed, and found by what customers say."""

from collections import Counter

import pytest

from crmcore import SYSTEM, knowledge, setup
from crmcore.i18n import LANGUAGES, Language
from crmcore.knowledge.entity import Article, ArticleEdition, ArticleStatus
from crmcore.storage.crm import Crm

ASKED: dict[Language, tuple[str, str]] = {
    "zh": ("客户的打印机又卡纸了", "打印机卡纸的处理"),
    "en": ("The printer has jammed again", "Clearing a paper jam"),
}


@pytest.mark.requirement("X-SRV-03")
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_sample_company_knows_answers(crm: Crm, language: Language) -> None:
    setup.demo_data(crm, size=10, language=language)
    text, title = ASKED[language]
    with crm.work(as_user=SYSTEM, readonly=True) as work:
        articles, editions = work.unscoped(Article).find(), work.unscoped(ArticleEdition).find()
        assert Counter(one.status for one in articles) == {
            ArticleStatus.PUBLISHED: 10,
            ArticleStatus.REVIEW: 1,
            ArticleStatus.DRAFT: 1,
        }
        assert knowledge.suggest(work, text)[0].article.title == title
    assert {one.language for one in articles} <= {language, "zh"}
    assert len(editions) == 10
    assert all(one.writer != one.published_by for one in editions)
    assert all(one.created_at < one.published_at <= crm.clock() for one in articles if one.published_at)
    assert sum(one.helpful for one in articles) > 0
