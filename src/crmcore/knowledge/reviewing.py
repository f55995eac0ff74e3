"""What those who review do: publish, reject, archive, restore (requirement X-SRV-03)."""

import attrs

from crmcore.base.building import written
from crmcore.knowledge.actions import content_of, draft_of, keep_draft, written_at
from crmcore.knowledge.deriving import with_derived
from crmcore.knowledge.entity import (
    Article,
    ArticleDraft,
    ArticleEdition,
    ArticleEditionId,
    ArticleId,
    ArticleStatus,
    DraftState,
)
from crmcore.knowledge.events import ArticleArchived, ArticlePublished, ArticleRejected, ArticleRestored
from crmcore.knowledge.rules import may_archive, may_restore, may_review
from crmcore.storage.action import action
from crmcore.storage.work import Work

__all__ = ["archive", "publish", "reject", "restore"]


@action("knowledge.review")
def publish(work: Work, id: ArticleId, *, expected: int | None = None) -> Article:  # noqa: A002
    """Give readers what a colleague has written, as the next edition; the editions before it are kept.

    Args:
        work: The unit of work.
        id: Which article.
        expected: The version of the draft that was read; None if that does not matter.

    Raises:
        OwnDraft: The actor wrote it himself.
        NothingWritten, NotSubmitted: Nothing waits for a review.
        Conflict: The draft was changed since the person read it.
    """
    article, draft = written_at(work, id, expected)
    may_review(article, draft, work.actor)
    written_down = content_of(draft)
    edition = ArticleEdition(
        id=ArticleEditionId(work.new_id()),
        article=id,
        number=article.edition + 1,
        **written_down,
        writer=draft.writer,
        published_by=work.user_id,
        published_at=work.now,
    )
    shown = attrs.evolve(
        article,
        **written_down,
        status=ArticleStatus.PUBLISHED,
        edition=edition.number,
        changed_at=work.now,
        published_at=work.now,
    )
    stored = work.unscoped(Article).save(with_derived(shown))
    work.unscoped(ArticleEdition).add(edition)
    work.unscoped(ArticleDraft).remove(draft)
    work.record(ArticlePublished(id, stored.number, stored.title, stored.edition), about=id)
    return stored


@action("knowledge.review")
def reject(work: Work, id: ArticleId, remark: str, *, expected: int | None = None) -> ArticleDraft:  # noqa: A002
    """Ask the writer to change something before it is published.

    Args:
        work: The unit of work.
        id: Which article.
        remark: What, 1 to 500 characters; stays with the draft.
        expected: The version of the draft that was read; None if that does not matter.

    Raises:
        OwnDraft: The actor wrote it himself.
        NothingWritten, NotSubmitted: Nothing waits for a review.
        Conflict: The draft was changed since the person read it.
        Invalid: The remark is missing or too long.
    """
    article, draft = written_at(work, id, expected)
    may_review(article, draft, work.actor)
    said = written(remark, "remark", "article_draft")
    stored = keep_draft(work, article, attrs.evolve(draft, state=DraftState.DRAFT, remark=said))
    work.record(ArticleRejected(id, draft.writer, stored.remark), about=id)
    return stored


@action("knowledge.review")
def archive(work: Work, id: ArticleId, *, expected: int | None = None) -> Article:  # noqa: A002
    """Let an article be found no more; who has its address still reads it.

    Args:
        work: The unit of work.
        id: Which article.
        expected: The version of the article that was read, which every vote changes; None if that does not matter.

    Raises:
        ArticleNotPublished: Readers do not find it now.
        ArticleBeingRevised: Somebody is writing its next edition.
        Conflict: The article was changed since the person read it.
    """
    article = work.articles.get(id, expected=expected)
    may_archive(article, draft_of(work, article), work.actor)
    stored = work.unscoped(Article).save(
        attrs.evolve(article, status=ArticleStatus.ARCHIVED, changed_at=work.now),
    )
    work.record(ArticleArchived(id), about=id)
    return stored


@action("knowledge.review")
def restore(work: Work, id: ArticleId, *, expected: int | None = None) -> Article:  # noqa: A002
    """Let an archived article be found again, in its last edition.

    Args:
        work: The unit of work.
        id: Which article.
        expected: The version of the article that was read; None if that does not matter.

    Raises:
        ArticleNotArchived: It is not archived.
        Conflict: The article was changed since the person read it.
    """
    article = work.articles.get(id, expected=expected)
    may_restore(article, work.actor)
    stored = work.unscoped(Article).save(
        attrs.evolve(article, status=ArticleStatus.PUBLISHED, changed_at=work.now),
    )
    work.record(ArticleRestored(id), about=id)
    return stored
