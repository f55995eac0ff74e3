"""Articles for tests: short ways to a state."""

from typing import Any
from uuid import UUID

import attrs

from crmcore import knowledge
from crmcore.access.entity import UserId
from crmcore.knowledge.entity import (
    Article,
    ArticleDraft,
    ArticleDraftId,
    ArticleEdition,
    ArticleEditionId,
    ArticleId,
    ArticleStatus,
    ArticleUse,
    ArticleUseId,
    DraftState,
)
from crmcore.service.entity import ServiceRequestId
from crmcore.storage.crm import Crm

PUBLISHED_ARTICLE = ArticleId(UUID("01900000-0000-7000-8000-000000000a01"))
ARCHIVED_ARTICLE = ArticleId(UUID("01900000-0000-7000-8000-000000000a02"))
"""Of the articles that :func:`two_articles` makes."""

BODY = "打开后盖，取出卡住的纸，再合上后盖。"


def begun(crm: Crm, by: str = "lihua", **given: Any) -> ArticleDraft:
    """An article that is being written."""
    fields: Any = {"title": "打印机卡纸", "body": BODY, "category": "fault", **given}
    return crm.perform(knowledge.create, as_user=by, **fields)


def published(crm: Crm, by: str = "lihua", **given: Any) -> Article:
    """An article that readers find."""
    article = begun(crm, by, **given).article
    crm.perform(knowledge.submit, article, as_user=by)
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


def written_by(crm: Crm, owner: UserId, request: ServiceRequestId) -> dict[str, Any]:
    """What a person is writing and has handed in, and what solved his request; only made, not stored."""
    new, waiting = (_unpublished(crm, owner, state) for state in DraftState)
    use = ArticleUse(
        id=ArticleUseId(crm.ids()),
        article=ARCHIVED_ARTICLE,
        request=request,
        linked_by=owner,
        linked_at=crm.clock(),
        version=1,
    )
    return {
        "new_article": new[0],
        "new_draft": new[1],
        "submitted_article": waiting[0],
        "submitted_draft": waiting[1],
        "article_use": use,
    }


def _unpublished(crm: Crm, owner: UserId, state: DraftState) -> tuple[Article, ArticleDraft]:
    number = f"ZS{crm.ids().hex[-12:]}"
    article = Article(
        id=ArticleId(crm.ids()),
        number=number,
        title=number,
        status=ArticleStatus(state.value),
        author=owner,
        created_at=crm.clock(),
        changed_at=crm.clock(),
        version=1,
    )
    draft = ArticleDraft(
        id=ArticleDraftId(crm.ids()),
        article=article.id,
        title="t",
        body="b",
        state=state,
        writer=owner,
        changed_at=crm.clock(),
        version=1,
    )
    return article, draft


def two_articles(crm: Crm, by: UserId) -> dict[str, Any]:
    """One that is published and one that is archived, with its edition; only made, not stored."""
    published = Article(
        id=PUBLISHED_ARTICLE,
        number="ZS1",
        title="打印机卡纸",
        body=BODY,
        status=ArticleStatus.PUBLISHED,
        edition=1,
        author=by,
        created_at=crm.clock(),
        changed_at=crm.clock(),
        published_at=crm.clock(),
        search_text="打印机卡纸",
        version=1,
    )
    archived = attrs.evolve(published, id=ARCHIVED_ARTICLE, number="ZS2", status=ArticleStatus.ARCHIVED, solved=5)
    edition = ArticleEdition(
        id=ArticleEditionId(crm.ids()),
        article=ARCHIVED_ARTICLE,
        number=1,
        title="打印机卡纸",
        writer=by,
        published_by=by,
        published_at=crm.clock(),
        version=1,
    )
    return {"published_article": published, "archived_article": archived, "article_edition": edition}
