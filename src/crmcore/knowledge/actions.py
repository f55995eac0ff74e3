"""Writing articles: begun, changed, submitted for review, taken back, thrown away (requirement X-SRV-03)."""

from collections.abc import Mapping
from typing import Any, Final, Unpack

import attrs
from attrs import fields as attributes

from crmcore.base.building import build, change
from crmcore.base.errors import Invalid, Problem
from crmcore.base.text import is_visible, stripped
from crmcore.customers.tagging import tidy
from crmcore.dictionary.lookup import check_codes
from crmcore.knowledge.deriving import with_derived
from crmcore.knowledge.entity import (
    Article,
    ArticleDraft,
    ArticleDraftId,
    ArticleId,
    ArticleStatus,
    DraftState,
)
from crmcore.knowledge.events import ArticleBegun, ArticleDiscarded, ArticleSubmitted
from crmcore.knowledge.inputs import ArticleChanges, ArticleFields
from crmcore.knowledge.rules import (
    NothingWritten,
    check_edition,
    may_discard,
    may_revise,
    may_withdraw,
    may_write,
)
from crmcore.query import eq
from crmcore.storage.action import action
from crmcore.storage.work import Work

__all__ = ["CONTENT", "PREFIX", "create", "discard", "draft_of", "edit", "keep_draft", "revise", "submit", "withdraw"]

PREFIX: Final = "ZS"
"""Starts the number of every article (知识)."""
CONTENT: Final = ("title", "body", "category", "tags", "language", "public")
"""What a writer writes; article, draft and edition call it the same."""


@action("knowledge.write")
def create(work: Work, **fields: Unpack[ArticleFields]) -> ArticleDraft:
    """Begin to write an article; nobody but its author and those who review sees it until it is published.

    The article has its number from now on, and gets its words when it is published first.

    Args:
        work: The unit of work.
        fields: ``title`` (1–200 characters); optionally ``body`` (up to 20,000), ``category`` from the dictionary,
            ``tags`` (up to 30 words), ``language`` (``zh`` or ``en``) and ``public``: whether customers may read it.

    Raises:
        Invalid: A field is missing, unknown, too long or of the wrong type; all problems are listed.
    """
    id_ = ArticleId(work.new_id())
    given = _tidied({"language": work.actor.language, **fields})
    draft = build(
        ArticleDraft,
        given,
        id=ArticleDraftId(work.new_id()),
        article=id_,
        writer=work.user_id,
        changed_at=work.now,
    )
    check_codes(work, draft)
    number = work.new_number(PREFIX)
    article = Article(
        id=id_, number=number, title=number, author=work.user_id, created_at=work.now, changed_at=work.now
    )
    work.unscoped(Article).add(with_derived(article))
    stored = work.unscoped(ArticleDraft).add(draft)
    work.record(ArticleBegun(id_, number, 1), about=id_)
    return stored


@action("knowledge.write")
def revise(
    work: Work,
    id: ArticleId,  # noqa: A002
    *,
    edition: int | None = None,
    **changes: Unpack[ArticleChanges],
) -> ArticleDraft:
    """Begin to write the next edition of a published article; readers read the last one until it is published.

    Args:
        work: The unit of work.
        id: Which article.
        edition: The edition the person saw; None if that does not matter.
        changes: What is different from it already.

    Raises:
        ArchivedArticle: It is archived.
        ArticleBeingRevised, ArticleInReview: Somebody writes at it already.
        Conflict: Another edition was published meanwhile.
        Invalid: A value breaks a constraint.
    """
    article = work.articles.get(id)
    check_edition(article, edition)
    known = draft_of(work, article)
    may_revise(article, known, work.actor)
    if known is not None:
        return edit(work, id, **changes)
    begun = ArticleDraft(
        id=ArticleDraftId(work.new_id()),
        article=id,
        **content_of(article),
        writer=work.user_id,
        changed_at=work.now,
    )
    draft = _changed(work, begun, changes)
    stored = work.unscoped(ArticleDraft).add(draft)
    work.unscoped(Article).touch(article)  # nobody archives it at the same moment
    work.record(ArticleBegun(id, article.number, article.edition + 1), about=id)
    return stored


@action("knowledge.write")
def edit(
    work: Work,
    id: ArticleId,  # noqa: A002
    *,
    expected: int | None = None,
    **changes: Unpack[ArticleChanges],
) -> ArticleDraft:
    """Change what one is writing.

    Args:
        work: The unit of work.
        id: Which article.
        expected: The version of the draft that the person saw; None if that does not matter.
        changes: What is to be different.

    Raises:
        NothingWritten: Nobody writes at it; begin its next edition.
        NotTheWriter: Somebody else writes it.
        ArticleInReview: It was submitted; take it back first.
        Conflict: The draft was changed since the person saw it.
        Invalid: A value breaks a constraint.
    """
    article, draft = written_at(work, id, expected)
    may_write(article, draft, work.actor)
    return keep_draft(work, article, _changed(work, draft, changes))


@action("knowledge.write")
def submit(work: Work, id: ArticleId, *, expected: int | None = None) -> ArticleDraft:  # noqa: A002
    """Ask colleagues to review what one has written.

    Raises:
        NothingWritten, NotTheWriter, ArticleInReview: There is nothing of one's own to submit.
        Conflict: The draft was changed since the person saw it.
        Invalid: It has no text.
    """
    article, draft = written_at(work, id, expected)
    may_write(article, draft, work.actor)
    if not is_visible(draft.body):
        raise Invalid(Problem(field="body", code="value.missing", entity="article_draft"))
    stored = keep_draft(work, article, attrs.evolve(draft, state=DraftState.REVIEW))
    work.record(ArticleSubmitted(id, draft.writer), about=id)
    return stored


@action("knowledge.write")
def withdraw(work: Work, id: ArticleId, *, expected: int | None = None) -> ArticleDraft:  # noqa: A002
    """Take back what one has submitted, to write on.

    Raises:
        NothingWritten, NotTheWriter, NotSubmitted: Nothing of one's own waits for a review.
        Conflict: The draft was changed since the person saw it.
    """
    article, draft = written_at(work, id, expected)
    may_withdraw(article, draft, work.actor)
    return keep_draft(work, article, attrs.evolve(draft, state=DraftState.DRAFT))


@action("knowledge.write", "knowledge.review")
def discard(work: Work, id: ArticleId, *, expected: int | None = None) -> None:  # noqa: A002
    """Throw away what is being written; an article that was never published is gone with it.

    Raises:
        NothingWritten: Nobody writes at it.
        NotTheWriter: Somebody else writes it, and the actor does not review.
        Conflict: The draft was changed since the person saw it.
    """
    article, draft = written_at(work, id, expected)
    may_discard(article, draft, work.actor)
    work.unscoped(ArticleDraft).remove(draft)
    if article.edition == 0:
        work.unscoped(Article).remove(article)
    work.record(ArticleDiscarded(id, article.number), about=id)


def content_of(one: Article | ArticleDraft) -> dict[str, Any]:
    """Answer what was written, by field."""
    return {name: getattr(one, name) for name in CONTENT}


def draft_of(work: Work, article: Article) -> ArticleDraft | None:
    """Answer what is being written of an article's next edition; for actions whose own rules decide."""
    return work.unscoped(ArticleDraft).first(eq(attributes(ArticleDraft).article, article.id))


def written_at(work: Work, id: ArticleId, expected: int | None) -> tuple[Article, ArticleDraft]:  # noqa: A002
    """Answer an article and its draft; for actions whose own rules decide.

    Raises:
        NothingWritten: There is no draft.
        NotFound: There is no such article.
        Conflict: The draft has another version than the one that is expected.
    """
    article = work.articles.get(id)
    found = draft_of(work, article)
    if found is None:
        raise NothingWritten(number=article.number)
    return article, work.unscoped(ArticleDraft).get(found.id, expected=expected)


def keep_draft(work: Work, article: Article, draft: ArticleDraft) -> ArticleDraft:
    """Store a draft; an article that was never published has the same state."""
    stored = work.unscoped(ArticleDraft).save(draft)
    if article.edition == 0:
        work.unscoped(Article).save(attrs.evolve(article, status=ArticleStatus(draft.state.value)))
    return stored


def _changed(work: Work, draft: ArticleDraft, changes: Mapping[str, Any]) -> ArticleDraft:
    changed = change(draft, _tidied(changes))
    check_codes(work, changed, known=draft)
    return draft if changed == draft else attrs.evolve(changed, changed_at=work.now)


def _tidied(given: Mapping[str, Any]) -> dict[str, Any]:
    """Answer what was given without blanks around titles and tags; what is of the wrong type is left to be refused."""
    tidied = dict(given)
    title, tags = given.get("title"), given.get("tags")
    if isinstance(title, str):
        tidied["title"] = " ".join(stripped(title).split())
    if isinstance(tags, tuple | list) and all(isinstance(one, str) for one in tags):
        tidied["tags"] = tidy(tags)
    return tidied
