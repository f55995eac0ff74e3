"""Votes and solved requests on every store: one vote for each person, and counts that are right under two at once."""

from typing import Any

import pytest

from company import People
from company.articles import begun, found, published, seen
from company.clients import entered
from company.duels import at_once
from crmcore import knowledge, service
from crmcore.access.rules import NoPermission
from crmcore.base.errors import AlreadyExists, Invalid, NotFound
from crmcore.knowledge.entity import Article, ArticleUse, ArticleVote
from crmcore.knowledge.rules import ArticleNotPublished, RequestNotTreated
from crmcore.query import query
from crmcore.service.entity import ServiceRequest
from crmcore.storage.crm import Crm


def kept(crm: Crm, kind: type[Any]) -> list[Any]:
    session = crm.store.begin(write=False)
    try:
        return [*session.find(query(kind))]
    finally:
        session.close()


def filed(crm: Crm) -> ServiceRequest:
    """A request that nobody has been given."""
    customer = entered(crm)
    return crm.perform(
        service.create, type="complaint", title="卡纸", customer=customer.id, request="卡纸了", as_user="lihua"
    )


def counts(article: Article) -> tuple[int, int, int, int]:
    return article.helpful, article.unhelpful, article.solved, article.usefulness


@pytest.mark.requirement("X-SRV-03")
def test_everybody_has_one_vote_and_may_change_it(crm: Crm) -> None:
    article = published(crm)
    for who, helpful, wanted in (
        ("wangwei", True, (1, 0, 0, 1)),
        ("wangwei", True, (1, 0, 0, 1)),
        ("chengang", False, (1, 1, 0, 0)),
        ("wangwei", False, (0, 2, 0, -2)),
        ("chengang", None, (0, 1, 0, -1)),
        ("chengang", None, (0, 1, 0, -1)),
    ):
        assert counts(crm.perform(knowledge.vote, article.id, helpful, as_user=who)) == wanted
    assert (seen(crm, article.id).vote, seen(crm, article.id, "chengang").vote) == (False, None)
    assert len(kept(crm, ArticleVote)) == 1
    for wrong in (1, "yes"):
        with pytest.raises(Invalid):
            crm.perform(knowledge.vote, article.id, wrong, as_user="wangwei")
    with pytest.raises(ArticleNotPublished):
        crm.perform(knowledge.vote, begun(crm).article, True, as_user="lihua")
    with pytest.raises(NotFound):
        crm.perform(knowledge.vote, begun(crm).article, True, as_user="wangwei")
    with crm.work(as_user="zhaomin", readonly=True) as work, pytest.raises(NoPermission):
        work.article_votes.find()


@pytest.mark.requirement("X-SRV-03")
def test_counts_are_right_when_many_judge_at_once(crm: Crm, people: People) -> None:
    article = published(crm)
    request = filed(crm)
    crm.perform(service.assign, request.id, to="lihua", as_user="zhaomin")
    votes = [("lihua", True), ("wangwei", True), ("zhaomin", False), ("chengang", True), ("wangwei", True)]
    outcomes = at_once(
        [
            *(lambda who=who, how=how: crm.perform(knowledge.vote, article.id, how, as_user=who) for who, how in votes),
            *(lambda: crm.perform(knowledge.link, article.id, request.id, as_user="lihua") for _ in range(2)),
        ]
    )
    assert [type(one) for one in outcomes[:5]] == [Article] * 5
    assert {type(one) for one in outcomes[5:]} == {ArticleUse, AlreadyExists}
    (after,) = kept(crm, Article)
    assert counts(after) == (3, 1, 1, 3)
    assert (len(kept(crm, ArticleVote)), len(kept(crm, ArticleUse))) == (4, 1)


@pytest.mark.requirement("X-SRV-03")
def test_a_solution_belongs_to_a_request_that_somebody_treats(crm: Crm) -> None:
    article, request = published(crm), filed(crm)
    with pytest.raises(RequestNotTreated):
        crm.perform(knowledge.link, article.id, request.id, as_user="lihua")
    crm.perform(service.assign, request.id, to="lihua", as_user="zhaomin")
    with pytest.raises(NotFound):
        crm.perform(knowledge.link, article.id, request.id, as_user="wangwei")
    with pytest.raises(NoPermission):
        crm.perform(knowledge.link, article.id, request.id, as_user="chengang")
    with pytest.raises(ArticleNotPublished):
        crm.perform(knowledge.link, begun(crm, title="草稿").article, request.id, as_user="lihua")
    with pytest.raises(NotFound):
        crm.perform(knowledge.unlink, article.id, request.id, as_user="lihua")
    crm.perform(knowledge.link, article.id, request.id, as_user="lihua")
    with crm.work(as_user="chengang", readonly=True) as work:
        assert [(one.title, one.solved) for one in knowledge.solutions(work, request.id)] == [("打印机卡纸", 1)]
        assert len(work.article_uses.find()) == 1
    with crm.work(as_user="wangwei", readonly=True) as work:
        assert work.article_uses.find() == []
        with pytest.raises(NotFound):
            knowledge.solutions(work, request.id)
    assert found(crm) == ["打印机卡纸"]
    crm.perform(knowledge.unlink, article.id, request.id, as_user="zhaomin")
    assert counts(seen(crm, article.id).article) == (0, 0, 0, 0)
    assert kept(crm, ArticleUse) == []
