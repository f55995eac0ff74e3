"""From a draft to an archived article on every store: whose turn it is, what is kept, what readers read meanwhile."""

from collections.abc import Callable
from typing import Any

import attrs
import pytest

from company import People, SetClock
from company.articles import BODY, begun, found, published, revised, seen
from crmcore import access, knowledge
from crmcore.access.rules import NoPermission
from crmcore.base.errors import Conflict, Invalid, NotFound, Refused
from crmcore.knowledge.entity import Article, ArticleDraft, ArticleEdition, ArticleStatus, DraftState
from crmcore.knowledge.rules import (
    ArchivedArticle,
    ArticleBeingRevised,
    ArticleInReview,
    ArticleNotArchived,
    ArticleNotPublished,
    NotAWriter,
    NothingWritten,
    NotSubmitted,
    NotTheWriter,
    OwnDraft,
)
from crmcore.query import query
from crmcore.storage.crm import Crm
from crmcore.storage.history import history
from crmcore.storage.records import OutboxMessage


def kinds(crm: Crm) -> list[str]:
    """What other systems were told, the oldest first."""
    session = crm.store.begin(write=False)
    try:
        return [one.kind for one in session.find(query(OutboxMessage)) if one.kind.startswith("article")]
    finally:
        session.close()


@pytest.mark.requirement("X-SRV-03")
def test_an_article_goes_from_its_author_by_a_colleague_to_its_readers(
    crm: Crm, people: People, clock: SetClock
) -> None:
    draft = begun(crm, tags=("卡纸", " 卡纸 ", "ＨＰ"), public=True)
    assert (draft.state, draft.language, draft.tags) == (DraftState.DRAFT, "zh", ("卡纸", "ＨＰ"))
    article = seen(crm, draft.article, "lihua").article
    assert (article.status, article.edition, article.title) == (ArticleStatus.DRAFT, 0, article.number)
    assert article.number.startswith("ZS")
    with pytest.raises(NotFound):
        seen(crm, article.id)
    crm.perform(knowledge.submit, article.id, as_user="lihua")
    assert seen(crm, article.id, "lihua").article.status is ArticleStatus.REVIEW
    with crm.work(as_user="zhaomin", readonly=True) as work:
        (waiting,) = knowledge.for_review(work).rows
    assert (waiting.article, waiting.state) == (article.id, DraftState.REVIEW)
    sent = crm.perform(knowledge.reject, article.id, " 请写明型号 ", as_user="zhaomin")
    assert (sent.state, sent.remark) == (DraftState.DRAFT, "请写明型号")
    with crm.work(as_user="lihua", readonly=True) as work:
        assert [one.remark for one in knowledge.drafts(work).rows] == ["请写明型号"]
    crm.perform(knowledge.edit, article.id, title="ＨＰ 打印机卡纸", expected=sent.version, as_user="lihua")
    crm.perform(knowledge.submit, article.id, as_user="lihua")
    clock.advance(hours=1)
    shown = crm.perform(knowledge.publish, article.id, as_user="zhaomin")
    assert (shown.status, shown.edition, shown.published_at) == (ArticleStatus.PUBLISHED, 1, clock.now)
    assert (shown.title, shown.body, shown.author, shown.public) == ("ＨＰ 打印机卡纸", BODY, people.lihua.id, True)
    assert seen(crm, article.id) == knowledge.ArticleDetail(article=shown, draft=None, vote=None)
    with crm.work(as_user="chengang", readonly=True) as work:
        (edition,) = knowledge.editions(work, article.id).rows
        told = history(work, Article, article.id)
        assert work.article_drafts.find() == []
    assert "打印机卡纸" not in {change.new for one in told for change in one.changes}, "that was never published"
    assert (edition.number, edition.writer, edition.published_by) == (1, people.lihua.id, people.supervisor.id)
    assert kinds(crm) == [
        *("article_begun", "article_submitted", "article_rejected", "article_submitted", "article_published")
    ]


@pytest.mark.requirement("X-SRV-03")
def test_readers_read_the_last_edition_until_the_next_is_published(crm: Crm) -> None:
    article = published(crm, public=False, tags=("旧",))
    changes: Any = {"title": "激光机", "body": "换硒鼓", "tags": ("新",), "category": "other", "public": True}
    draft = revised(crm, article, **changes, edition=1)
    assert (draft.title, draft.state) == ("激光机", DraftState.DRAFT)
    for step in (None, knowledge.submit):
        if step is not None:
            crm.perform(step, article.id, as_user="lihua")
        for reader in ("wangwei", "chengang", "lihua"):
            read = seen(crm, article.id, reader).article
            assert attrs.evolve(read, version=article.version) == article
            with crm.work(as_user=reader, readonly=True) as work:
                assert [*work.articles.find()] == [read]
                assert "激光机" not in repr(history(work, Article, article.id))
                assert [one.title for one in knowledge.editions(work, article.id).rows] == ["打印机卡纸"]
                assert knowledge.suggest(work, "激光机 换硒鼓") == []
                assert len(work.article_drafts.find()) == (reader == "lihua")
                assert [one.tag for one in knowledge.article_tags(work)] == ["旧"]
            assert found(crm, "卡纸", reader) == ["打印机卡纸"]
            assert found(crm, "激光", reader) == found(crm, "硒鼓", reader) == found(crm, "新", reader) == []
            assert found(crm, by=reader, tag="新") == found(crm, by=reader, public=True) == []
            assert found(crm, by=reader, category="other") == []
        assert (seen(crm, article.id).draft is None, seen(crm, article.id, "zhaomin").draft is None) == (True, False)
    after = crm.perform(knowledge.publish, article.id, as_user="zhaomin")
    assert (after.edition, after.public, found(crm, "硒鼓", public=True)) == (2, True, ["激光机"])
    assert found(crm, "卡纸") == []
    with crm.work(as_user="wangwei", readonly=True) as work:
        kept = knowledge.editions(work, article.id).rows
    assert [(one.number, one.title, one.tags, one.public) for one in kept] == [
        (2, "激光机", ("新",), True),
        (1, "打印机卡纸", ("旧",), False),
    ]


@pytest.mark.requirement("X-SRV-03")
def test_an_archived_article_is_not_found_and_can_be_restored(crm: Crm) -> None:
    article = published(crm)
    draft = revised(crm, article, title="新")
    with pytest.raises(ArticleBeingRevised):
        crm.perform(knowledge.archive, article.id, as_user="zhaomin")
    crm.perform(knowledge.discard, article.id, expected=draft.version, as_user="zhaomin")
    with pytest.raises(ArticleNotArchived):
        crm.perform(knowledge.restore, article.id, as_user="zhaomin")
    with pytest.raises(Conflict):
        crm.perform(knowledge.archive, article.id, expected=article.version - 1, as_user="zhaomin")
    gone = crm.perform(knowledge.archive, article.id, expected=article.version, as_user="zhaomin")
    assert found(crm) == []
    assert found(crm, archived=True) == ["打印机卡纸"]
    assert seen(crm, article.id).article.status is ArticleStatus.ARCHIVED
    with crm.work(as_user="wangwei", readonly=True) as work:
        assert knowledge.suggest(work, "打印机卡纸") == []
    with pytest.raises(ArticleNotPublished):
        crm.perform(knowledge.vote, article.id, True, as_user="wangwei")
    with pytest.raises(ArticleNotPublished):
        crm.perform(knowledge.archive, article.id, as_user="zhaomin")
    with pytest.raises(ArchivedArticle):
        revised(crm, article)
    with pytest.raises(Conflict):
        crm.perform(knowledge.restore, article.id, expected=article.version, as_user="zhaomin")
    back = crm.perform(knowledge.restore, article.id, expected=gone.version, as_user="zhaomin")
    assert (back.status, back.edition, found(crm)) == (ArticleStatus.PUBLISHED, 1, ["打印机卡纸"])
    assert kinds(crm)[-3:] == ["article_discarded", "article_archived", "article_restored"]


@pytest.mark.requirement("X-SRV-03", "USR-06")
def test_what_somebody_left_unfinished_is_given_to_another_writer(crm: Crm, people: People) -> None:
    draft = begun(crm)
    crm.perform(knowledge.submit, draft.article, as_user="lihua")
    crm.perform(access.retire_user, people.lihua.id, as_user="admin")
    for wrong, error in (("lihua", NotAWriter), ("chengang", NotAWriter), ("nobody", NotFound), ("", Invalid)):
        with pytest.raises(error):
            crm.perform(knowledge.hand_over, draft.article, to=wrong, as_user="zhaomin")
    with pytest.raises(NoPermission):
        crm.perform(knowledge.hand_over, draft.article, to="wangwei", as_user="wangwei")
    with pytest.raises(Conflict):
        crm.perform(knowledge.hand_over, draft.article, to="wangwei", expected=draft.version, as_user="zhaomin")
    given = crm.perform(knowledge.hand_over, draft.article, to="wangwei", as_user="zhaomin")
    assert (given.writer, given.state, given.body) == (people.wangwei.id, DraftState.DRAFT, BODY)
    assert crm.perform(knowledge.hand_over, draft.article, to="wangwei", as_user="zhaomin") == given
    with pytest.raises(NotSubmitted):
        crm.perform(knowledge.publish, draft.article, as_user="zhaomin")
    crm.perform(knowledge.edit, draft.article, title="写完了", as_user="wangwei")
    crm.perform(knowledge.submit, draft.article, as_user="wangwei")
    shown = crm.perform(knowledge.publish, draft.article, as_user="zhaomin")
    assert (shown.title, shown.author) == ("写完了", people.wangwei.id)
    revised(crm, shown, by="wangwei")
    crm.perform(knowledge.hand_over, shown.id, to="zhaomin", as_user="zhaomin")
    assert seen(crm, shown.id).article.author == people.wangwei.id, "he wrote the first edition"
    crm.perform(knowledge.submit, shown.id, as_user="zhaomin")
    with pytest.raises(OwnDraft):
        crm.perform(knowledge.publish, shown.id, as_user="zhaomin")
    assert kinds(crm).count("article_handed_over") == 2


STEPS: dict[str, Callable[..., Any]] = {
    "edit": lambda crm, id_, who: crm.perform(knowledge.edit, id_, title="x", as_user=who),
    "revise": lambda crm, id_, who: crm.perform(knowledge.revise, id_, title="x", as_user=who),
    "submit": lambda crm, id_, who: crm.perform(knowledge.submit, id_, as_user=who),
    "withdraw": lambda crm, id_, who: crm.perform(knowledge.withdraw, id_, as_user=who),
    "publish": lambda crm, id_, who: crm.perform(knowledge.publish, id_, as_user=who),
    "reject": lambda crm, id_, who: crm.perform(knowledge.reject, id_, "x", as_user=who),
    "discard": lambda crm, id_, who: crm.perform(knowledge.discard, id_, as_user=who),
}
REFUSED: tuple[tuple[str, str, str, type[Refused]], ...] = (
    ("published", "lihua", "edit submit withdraw discard", NothingWritten),
    ("published", "zhaomin", "publish reject", NothingWritten),
    ("published", "chengang", "edit revise submit withdraw publish reject discard", NoPermission),
    ("revised", "wangwei", "edit submit withdraw discard", NotTheWriter),
    ("revised", "wangwei", "revise", ArticleBeingRevised),
    ("revised", "wangwei", "publish reject", NoPermission),
    ("revised", "zhaomin", "publish reject", NotSubmitted),
    ("revised", "lihua", "withdraw", NotSubmitted),
    ("review", "lihua", "edit revise submit", ArticleInReview),
    ("review", "zhaomin", "edit submit withdraw", NotTheWriter),
    ("own", "zhaomin", "publish reject", OwnDraft),
)


@pytest.mark.requirement("X-SRV-03")
def test_what_is_not_ones_turn_is_refused(crm: Crm) -> None:
    made = {name: published(crm, title=name) for name in ("published", "revised", "review", "own")}
    revised(crm, made["revised"])
    revised(crm, made["review"])
    crm.perform(knowledge.submit, made["review"].id, as_user="lihua")
    revised(crm, made["own"], by="zhaomin")
    crm.perform(knowledge.submit, made["own"].id, as_user="zhaomin")
    before = _contents(crm)
    for state, who, steps, error in REFUSED:
        for step in steps.split():
            with pytest.raises(error) as caught:
                STEPS[step](crm, made[state].id, who)
            assert type(caught.value) is error, (state, who, step)
    assert _contents(crm) == before


@pytest.mark.requirement("X-SRV-03")
def test_what_is_wrong_is_named_and_nothing_is_written(crm: Crm) -> None:
    with pytest.raises(Invalid) as caught:
        begun(crm, title=" \u200b ", language="fr", number="ZS-1", tags=("x" * 31,))
    assert {one.field for one in caught.value.problems} == {"title", "language", "number", "tags"}
    with pytest.raises(Invalid) as caught:
        begun(crm, category="nothing")
    assert [one.code for one in caught.value.problems] == ["dictionary.not_offered"]
    article = begun(crm, body=" ").article
    before = _contents(crm)
    with pytest.raises(Invalid) as caught:
        crm.perform(knowledge.submit, article, as_user="lihua")
    assert [one.field for one in caught.value.problems] == ["body"]
    with pytest.raises(Invalid):
        crm.perform(knowledge.edit, article, body=3, as_user="lihua")
    assert _contents(crm) == before
    edited = crm.perform(knowledge.edit, article, body=BODY, as_user="lihua")
    with pytest.raises(Conflict):
        crm.perform(knowledge.edit, article, body="x", expected=edited.version - 1, as_user="lihua")
    handed = crm.perform(knowledge.submit, article, as_user="lihua")
    crm.perform(knowledge.withdraw, article, as_user="lihua")
    with pytest.raises(Conflict):
        crm.perform(knowledge.publish, article, expected=handed.version, as_user="zhaomin")
    crm.perform(knowledge.submit, article, as_user="lihua")
    for remark in ("", "  ", "x" * 501):
        with pytest.raises(Invalid) as caught:
            crm.perform(knowledge.reject, article, remark, as_user="zhaomin")
        assert [one.field for one in caught.value.problems] == ["remark"]
    crm.perform(knowledge.discard, article, as_user="lihua")
    assert not any(_contents(crm)[:2]), "an article that was never published is gone with its draft"
    other = published(crm)
    with pytest.raises(Conflict):
        revised(crm, other, edition=0)


def _contents(crm: Crm) -> tuple[list[Any], ...]:
    kinds: tuple[type[Any], ...] = (Article, ArticleDraft, ArticleEdition, OutboxMessage)
    session = crm.store.begin(write=False)
    try:
        return tuple([*session.find(query(cls))] for cls in kinds)
    finally:
        session.close()
