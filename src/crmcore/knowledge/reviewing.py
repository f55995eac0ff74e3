"""What those who review do: publish, reject, hand over, archive, restore (requirement X-SRV-03)."""

import attrs
from attrs import fields

from crmcore.access.directory import able_to, user_named
from crmcore.access.entity import User, UserId
from crmcore.base.building import written
from crmcore.base.errors import Invalid, Problem
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
from crmcore.knowledge.events import (
    ArticleArchived,
    ArticleHandedOver,
    ArticlePublished,
    ArticleRejected,
    ArticleRestored,
)
from crmcore.knowledge.rules import NotAWriter, may_archive, may_restore, may_review
from crmcore.query import eq
from crmcore.storage.action import action
from crmcore.storage.work import Work

__all__ = ["archive", "hand_over", "publish", "reject", "restore"]


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
def hand_over(work: Work, id: ArticleId, *, to: UserId | str, expected: int | None = None) -> ArticleDraft:  # noqa: A002
    """Let somebody else write on what a colleague has begun, who has left perhaps; he submits it when it is ready.

    What was submitted goes back to writing: so whoever reviews it, nobody publishes words that nobody else has read.

    Args:
        work: The unit of work.
        id: Which article.
        to: Who writes on, by id or user name.
        expected: The version of the draft that was read; None if that does not matter.

    Raises:
        NothingWritten: Nobody writes at it.
        NotAWriter: *to* is retired, or writes no articles.
        NotFound: There is no such article or user.
        Conflict: The draft was changed since the person read it.
    """
    article, draft = written_at(work, id, expected)
    writer = _writer(work, to)
    if writer == draft.writer:
        return draft
    begun_by_him = attrs.evolve(article, author=writer) if article.edition == 0 else article
    stored = keep_draft(work, begun_by_him, attrs.evolve(draft, writer=writer, state=DraftState.DRAFT))
    work.record(ArticleHandedOver(id, draft.writer, writer), about=id)
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


def _writer(work: Work, person: UserId | str) -> UserId:
    """Answer who is to write, if he can."""
    if not person:
        raise Invalid(Problem(field="to", code="value.missing"))
    user = user_named(work, person)
    if work.unscoped(User).count(able_to(work, "knowledge.write").where(eq(fields(User).id, user.id))) == 0:
        raise NotAWriter(name=user.display_name)
    return user.id
