"""Articles for tests: short ways to a state."""

from typing import Any

from crmcore import knowledge
from crmcore.knowledge.entity import Article, ArticleDraft, ArticleId
from crmcore.storage.crm import Crm

BODY = "打开后盖，取出卡住的纸，再合上后盖。"


def begun(crm: Crm, by: str = "lihua", **given: Any) -> ArticleDraft:
    """An article that is being written."""
    fields: Any = {"title": "打印机卡纸", "body": BODY, "category": "fault", **given}
    return crm.perform(knowledge.create, as_user=by, **fields)


def published(crm: Crm, by: str = "lihua", **given: Any) -> Article:
    """An article that readers find."""
    article = begun(crm, by, **given).article
    crm.perform(knowledge.hand_in, article, as_user=by)
    return crm.perform(knowledge.publish, article, as_user="zhaomin")


def revised(crm: Crm, article: Article, by: str = "lihua", **changes: Any) -> ArticleDraft:
    """The draft of an article's next edition."""
    return crm.perform(knowledge.revise, article.id, as_user=by, **changes)


def found(crm: Crm, words: str = "", by: str = "wangwei", **narrowed: Any) -> list[str]:
    """The titles that somebody finds, in their order."""
    with crm.work(as_user=by, readonly=True) as work:
        return [one.title for one in knowledge.search(work, knowledge.ArticleFilter(words=words, **narrowed)).rows]


def seen(crm: Crm, article: ArticleId, by: str = "wangwei") -> knowledge.ArticleDetail:
    """An article as somebody reads it."""
    with crm.work(as_user=by, readonly=True) as work:
        return knowledge.detail(work, article)
