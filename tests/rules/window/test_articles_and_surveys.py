"""What a guest reads of the company's knowledge, and is asked for his opinion of (requirements X-SRV-03, X-SRV-04)."""

from typing import Any
from uuid import uuid4

import attrs
import pytest

from company import People, SetClock
from company.articles import begun, published, revised, seen
from company.clients import PERSON, contact_of, entered
from company.desk import filed
from company.opinions import answered, invited, opened, said
from company.visitors import Visitor, open_window, visitor
from crmcore import customers, dictionary, knowledge, surveys, window
from crmcore.base.errors import CrmError, Invalid, NotFound
from crmcore.storage.crm import Crm
from crmcore.surveys import TokenRefused
from crmcore.surveys.rules import InvitationEnded
from crmcore.window.rules import WindowClosed


@pytest.fixture
def guest(crm: Crm, people: People) -> Visitor:
    """A contact of Li Hua's customer, in an open window."""
    open_window(crm)
    return visitor(crm)


def colleague_of(crm: Crm, guest: Visitor) -> Visitor:
    """Another contact of the same customer, in the window."""
    given: Any = {**PERSON, "name": "何同事", "email": "he@huajian.example"}
    person = crm.perform(customers.add_contact, guest.customer.id, as_user="lihua", **given)
    return Visitor(guest.customer, person, crm.perform(window.invite, person.id, as_user="lihua").id)


def found(crm: Crm, guest: Visitor, keyword: str = "", **given: Any) -> list[str]:
    return [one.title for one in crm.perform(window.articles, keyword=keyword, as_user=guest.user, **given).rows]


def names_of(cls: Any) -> set[str]:
    return {one.name for one in attrs.fields(cls)}


@pytest.mark.requirement("X-SRV-03", "X-SLF-01")
def test_a_guest_finds_and_reads_what_is_published_for_customers(crm: Crm, guest: Visitor) -> None:
    shown = published(crm, public=True, tags=("HP",))
    published(crm, title="墨盒怎么换", body="打印机卡纸以后再换", category="maintenance", public=True)
    inside = published(crm, title="打印机卡纸的内部做法")
    begun(crm, title="打印机卡纸草稿", public=True)
    gone = published(crm, title="打印机卡纸旧文", public=True)
    crm.perform(knowledge.archive, gone.id, as_user="zhaomin")
    revised(crm, shown, title="新标题", body="还没有人看过")
    assert found(crm, guest, "打印机 卡纸") == ["打印机卡纸", "墨盒怎么换"]
    assert sorted(found(crm, guest)) == ["墨盒怎么换", "打印机卡纸"]
    assert found(crm, guest, "新标题") == found(crm, guest, "内部") == []
    assert found(crm, guest, category="maintenance") == ["墨盒怎么换"]
    page = crm.perform(window.articles, page=2, size=1, as_user=guest.user)
    assert (page.total, page.number, len(page.rows)) == (2, 2, 1)
    read = crm.perform(window.article, shown.id, as_user=guest.user)
    assert (read.article.title, read.body, read.helped) == ("打印机卡纸", shown.body, None)
    assert names_of(window.PublicArticle) == {"id", "number", "title", "category", "language", "published_at"}
    assert names_of(window.PublicArticleDetail) == {"article", "body", "helped"}
    for hidden in (inside.id, gone.id, uuid4()):
        with pytest.raises(NotFound):
            crm.perform(window.article, hidden, as_user=guest.user)
        with pytest.raises(NotFound):
            crm.perform(window.vote, hidden, True, as_user=guest.user)
    crm.perform(knowledge.discard, shown.id, as_user="lihua")
    revised(crm, shown, public=False)
    crm.perform(knowledge.submit, shown.id, as_user="lihua")
    crm.perform(knowledge.publish, shown.id, as_user="zhaomin")
    with pytest.raises(NotFound):
        crm.perform(window.article, shown.id, as_user=guest.user)
    with pytest.raises(Invalid):
        found(crm, guest, " ".join("abcdefghijk"))


@pytest.mark.requirement("X-SRV-03", "X-SLF-01")
def test_a_guest_says_whether_an_article_helped_and_sees_no_other_vote(crm: Crm, guest: Visitor) -> None:
    article, other = published(crm, public=True), colleague_of(crm, guest)
    crm.perform(knowledge.vote, article.id, True, as_user="wangwei")
    crm.perform(window.vote, article.id, True, as_user=guest.user)
    crm.perform(window.vote, article.id, False, as_user=other.user)
    assert crm.perform(window.article, article.id, as_user=guest.user).helped is True
    assert crm.perform(window.article, article.id, as_user=other.user).helped is False
    counted = seen(crm, article.id).article
    assert (counted.helpful, counted.unhelpful, counted.usefulness) == (2, 1, 1)
    crm.perform(window.vote, article.id, None, as_user=other.user)
    assert seen(crm, article.id).article.unhelpful == 0
    wrong: Any = "yes"
    with pytest.raises(Invalid):
        crm.perform(window.vote, article.id, wrong, as_user=guest.user)


@pytest.mark.requirement("X-SRV-04", "X-SLF-01")
def test_a_guest_sees_what_he_himself_is_asked_and_answers_without_a_link(
    crm: Crm, guest: Visitor, clock: SetClock
) -> None:
    asked, request, other = opened(crm, introduction="谢谢"), filed(crm, guest.customer), colleague_of(crm, guest)
    ended = opened(crm, title="已结束")
    mine: dict[str, Any] = {"contact": guest.contact.id}
    sent = invited(crm, asked, guest.customer, **mine, request=request.id)
    clock.advance(minutes=1)
    general = invited(crm, asked, guest.customer, **mine)
    his = invited(crm, asked, guest.customer, contact=other.contact.id)
    nobodys = invited(crm, asked, guest.customer)
    withdrawn, late = (invited(crm, asked, guest.customer, **mine) for _ in range(2))
    invited(crm, ended, guest.customer, **mine)
    crm.perform(surveys.withdraw, withdrawn.invitation.id, as_user="lihua")
    surveys.answer(crm, late.token, said(asked, 5))
    crm.perform(surveys.close_survey, ended.survey.id, as_user="zhaomin")
    listed = crm.perform(window.my_surveys, as_user=guest.user)
    assert [(one.id, one.title, one.about) for one in listed] == [
        (general.invitation.id, asked.survey.title, ""),
        (sent.invitation.id, asked.survey.title, request.title),
    ]
    assert names_of(window.OwnSurvey) == {"id", "title", "about", "expires_at"}
    shown = crm.perform(window.my_survey, sent.invitation.id, as_user=guest.user)
    assert (shown.introduction, shown.about, list(shown.questions)) == ("谢谢", request.title, list(asked.questions))
    for hidden in (his.invitation.id, nobodys.invitation.id, uuid4()):
        with pytest.raises(NotFound):
            crm.perform(window.my_survey, hidden, as_user=guest.user)
        with pytest.raises(NotFound):
            crm.perform(window.answer_survey, hidden, said(asked, 5), as_user=guest.user)
    with pytest.raises(Invalid):
        crm.perform(window.answer_survey, sent.invitation.id, {}, as_user=guest.user)
    crm.perform(window.answer_survey, sent.invitation.id, said(asked, 5, 9), as_user=guest.user)
    kept = crm.perform(surveys.invitation, sent.invitation.id, as_user="lihua")
    assert [one.score for one in kept.answers] == [5, 9]
    for ended_one in (sent, withdrawn, late):
        with pytest.raises(InvitationEnded):
            crm.perform(window.answer_survey, ended_one.invitation.id, said(asked, 5), as_user=guest.user)
        with pytest.raises(InvitationEnded):
            crm.perform(window.my_survey, ended_one.invitation.id, as_user=guest.user)
    with pytest.raises(TokenRefused):
        surveys.answer(crm, sent.token, said(asked, 5))
    clock.advance(days=14)
    assert crm.perform(window.my_surveys, as_user=guest.user) == []


@pytest.mark.requirement("X-SLF-01", "X-SLF-03")
def test_a_closed_window_shows_neither_articles_nor_surveys(crm: Crm, guest: Visitor) -> None:
    article, asked = published(crm, public=True), opened(crm)
    elsewhere = entered(crm, by="wangwei", name="上海某公司")
    theirs = answered(crm, asked, elsewhere, 5, by="wangwei").invitation
    assert contact_of(crm, elsewhere).id != guest.contact.id
    deeds: list[tuple[Any, ...]] = [
        (window.articles,),
        (window.article, article.id),
        (window.vote, article.id, True),
        (window.my_surveys,),
        (window.my_survey, theirs.id),
        (window.answer_survey, theirs.id, {}),
    ]
    crm.perform(dictionary.set_parameter, "window.open", "no", as_user="admin")
    for deed in deeds:
        with pytest.raises(WindowClosed):
            crm.perform(*deed, as_user=guest.user)
        with pytest.raises(CrmError):
            crm.perform(*deed, as_user="lihua")
