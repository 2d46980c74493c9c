"""Files of pages, editions and lists: at which addresses they stand, and what is in them."""

import re
import xml.etree.ElementTree as ET
from datetime import UTC, datetime, timedelta
from itertools import product
from typing import Any

import pytest
from django.test import Client
from question_readers import opened, read_anki, read_csv, read_gift, read_moodle, read_quiz
from samples import concept, publish, site_at
from small_site import COMPARISON, CONCEPT, ORGANIZATION, build, existing, text_of

from concepts import clock, publishing
from concepts.models import Page
from concepts.views.exporting import COURSE, DECK, FILES

pytestmark = pytest.mark.django_db

READERS: dict[str, Any] = {
    "questions.xml": read_moodle,
    "questions.gift": read_gift,
    "questions.csv": read_csv,
    DECK: read_anki,
    COURSE: read_quiz,
}
LIST = "/list/export/"
PAIR = "distinction:goods-vs-services"
ALL = [f"distinction-goods-vs-services--q{number}" for number in (1, 2)]
WEB_LINK = "{http://www.imsglobal.org/xsd/imsccv1p1/imswl_v1p1}"


def got(client: Client, address: str) -> bytes:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return answer.content


def keys(client: Client, address: str) -> list[str]:
    """The keys of the questions in the file at this address."""
    file = address.partition("?")[0].rpartition("/")[2]
    return [read.key for read in READERS[file](got(client, address))]


def links(client: Client, address: str) -> list[tuple[str, str]]:
    """Title and path of every link in a course file."""
    files = opened(got(client, address))
    found = [ET.fromstring(text) for name, text in files.items() if name.startswith("links/")]
    return [
        (link.findtext(f"{WEB_LINK}title", ""), link.find(f"{WEB_LINK}url").attrib["href"])
        for link in found
    ]


def paths(client: Client, address: str) -> list[tuple[str, str]]:
    origin = re.compile(r"^https?://[^/]+")
    return [(title, origin.sub("", href)) for title, href in links(client, address)]


# Pages and editions -----------------------------------------------------------------------------


def test_a_page_and_its_edition_give_the_same_questions(client: Client) -> None:
    build(2)
    for file in FILES:
        page, edition = (f"{COMPARISON}{way}export/{file}" for way in ("", "editions/1/"))
        assert keys(client, page) == ALL
        assert got(client, page) == got(client, edition)


def test_a_file_says_what_it_is_and_what_to_call_it(client: Client) -> None:
    build()
    answers = {file: client.get(f"{COMPARISON}export/{file}") for file in FILES}
    assert {file: answer["Content-Type"] for file, answer in answers.items()} == {
        "questions.xml": "application/xml",
        "questions.gift": "text/plain; charset=utf-8",
        "questions.csv": "text/csv; charset=utf-8",
        DECK: "application/octet-stream",
        COURSE: "application/vnd.ims.imsccv1p1",
    }
    for file, answer in answers.items():
        name = f"goods-vs-services-edition-1-{file}"
        assert answer["Content-Disposition"] == f'attachment; filename="{name}"'
        assert f'<{COMPARISON}editions/1/>; rel="cite-as"' in answer["Link"]
        assert not answer.cookies


def test_a_file_is_sent_once_and_an_edition_never_changes(client: Client) -> None:
    build()
    kept = {True: "public, max-age=31536000, immutable", False: "no-cache"}
    for way, file in product(("", "editions/1/"), FILES):
        address = f"{COMPARISON}{way}export/{file}"
        answer = client.get(address)
        assert answer["Cache-Control"] == kept[way != "" and file != DECK]
        again = client.get(address, headers={"If-None-Match": answer["ETag"]})
        assert (again.status_code, again.content) == (304, b"")
        assert again["Cache-Control"] == answer["Cache-Control"]


def test_other_methods_are_refused(client: Client) -> None:
    build()
    for address in (f"{COMPARISON}export/{COURSE}", f"{LIST}{DECK}?i=concept:goods"):
        assert client.post(address).status_code == 405
        assert client.head(address).status_code == 200


def test_a_course_links_to_the_edition_and_may_leave_the_quiz_out(client: Client) -> None:
    build()
    address = f"{COMPARISON}export/{COURSE}"
    edition = ("Goods vs services", f"{COMPARISON}editions/1/")
    assert paths(client, address) == paths(client, f"{address}?quiz=0") == [edition]
    assert "quiz/assessment.xml" in opened(got(client, address))
    assert "quiz/assessment.xml" not in opened(got(client, f"{address}?quiz=0"))
    assert got(client, f"{address}?quiz=no&quiz=1") == got(client, address)


@pytest.mark.parametrize("way", ["", "editions/1/"])
def test_a_page_without_questions_says_so_but_has_its_link(client: Client, way: str) -> None:
    build()
    for file in set(FILES) - {COURSE}:
        text = text_of(client, f"{ORGANIZATION}{way}export/{file}", 404)
        assert "This edition of “A bank” asks no questions." in text
        assert f'href="{ORGANIZATION}editions/1/"' in text
    course = f"{ORGANIZATION}{way}export/{COURSE}"
    assert paths(client, course) == [("A bank", f"{ORGANIZATION}editions/1/")]
    assert client.get(f"{ORGANIZATION}{way}export/questions.csv")["Cache-Control"] == "no-cache"


@pytest.mark.parametrize("file", ["", "questions.txt", "questions.xml/", "course", "COURSE.imscc"])
def test_there_are_no_other_files(client: Client, file: str) -> None:
    build()
    for where in (COMPARISON, f"{COMPARISON}editions/1/", "/list/"):
        assert client.get(f"{where}export/{file}").status_code == 404


# Names that last --------------------------------------------------------------------------------


def test_a_renamed_page_keeps_the_keys_of_its_questions(client: Client) -> None:
    build()
    asked = [{"key": "q1", "text": "Which?\n\n- [x] a\n- [ ] b"}]
    publish(concept("wares", existing("concept", "goods"), questions=asked))
    for file in FILES:
        for way in (CONCEPT + "editions/1/", "/concepts/wares/", "/concepts/wares/editions/2/"):
            assert keys(client, f"{way}export/{file}") == ["concept-goods--q1"]
        leads = {
            f"{CONCEPT}export/{file}?quiz=0": f"/concepts/wares/export/{file}?quiz=0",
            f"/concepts/wares/editions/1/export/{file}": f"{CONCEPT}editions/1/export/{file}",
        }
        for old, new in leads.items():
            moved = client.get(old)
            assert (moved.status_code, moved["Location"]) == (301, new)


def test_no_other_page_gets_the_key_of_a_renamed_one(client: Client) -> None:
    build()
    publish(concept("wares", existing("concept", "goods"), title="Wares"))
    publish(concept("other", questions=[{"key": "q1", "text": "Which?\n\n- [x] a\n- [ ] b"}]))
    assert keys(client, "/concepts/other/export/questions.csv") == ["concept-other--q1"]


def test_the_same_edition_gives_the_same_bytes_whatever_becomes_of_others(client: Client) -> None:
    text = "Which? [Services](concept:services)\n\n- [x] [a](guide:first-steps)\n- [ ] b"
    build()
    publish(concept("stock", questions=[{"key": "q1", "text": text}]))
    address = "/concepts/stock/editions/1/export/{}"
    before = {file: got(client, address.format(file)) for file in FILES}
    publish(concept("acts", existing("concept", "services"), title="Acts"))
    publish(concept("stock", existing("concept", "stock"), title="Stock, at last"))
    publishing.withdraw(Page.objects.get(slug="acts"), by=None, reason="It passed.")
    assert {file: got(client, address.format(file)) for file in FILES} == before
    # Old names lead on for ever, and a path is found among the areas too.
    named = re.findall(rb'href="[a-z]+://[^/]+(/[a-z]+/[a-z-]+/)"', before["questions.xml"])
    assert named == [b"/concepts/services/", b"/areas/first-steps/"]
    assert client.get("/areas/first-steps/")["Location"] == "/paths/first-steps/"


# What nobody may see ----------------------------------------------------------------------------


def statuses(client: Client, way: str) -> set[int]:
    """How the files at a place answer."""
    place, _, query = way.partition("?")
    return {client.get(f"{place}{file}?{query}").status_code for file in FILES}


def test_what_is_withdrawn_closed_or_to_come_gives_no_file(client: Client) -> None:
    page, first = "/concepts/fad/export/", "/concepts/fad/editions/1/export/"
    edition = publish(concept("fad", questions=[{"key": "q", "text": "?\n\n- [x] a\n- [ ] b"}]))
    coming = concept("fad", existing("concept", "fad"), title="A fad")
    scheduled = publish(coming, at=clock.whole(clock.now() + timedelta(hours=1)))
    assert statuses(client, page) == {200}
    assert statuses(client, "/concepts/fad/editions/2/export/") == {404}
    assert statuses(client, "/concepts/nothing/export/") == {404}
    publishing.unschedule(scheduled, by=None)
    publishing.withdraw(Page.objects.get(slug="fad"), by=None, reason="It passed.")
    assert "It passed." in text_of(client, f"{page}questions.csv", 410)
    assert [statuses(client, way) for way in (page, first)] == [{410}, {200}]
    assert statuses(client, f"{LIST}?i=concept:fad@1") == {200}
    assert statuses(client, f"{LIST}?i=concept:fad") == {404}
    publishing.close(edition, by=None, reason="By order of a court.")
    assert statuses(client, first) == {410}
    assert statuses(client, f"{LIST}?i=concept:fad@1") == {404}


def test_there_is_no_file_of_a_past_day(client: Client) -> None:
    with site_at(datetime(2040, 3, 1, 12, tzinfo=UTC)):
        build()
    with site_at(datetime(2040, 3, 9, 12, tzinfo=UTC)):
        assert client.get(f"/on/2040-03-02{COMPARISON}").status_code == 200
        for way in (COMPARISON, f"{COMPARISON}editions/1/", "/list/"):
            address = f"/on/2040-03-02{way}export/questions.csv?i={PAIR}"
            assert client.get(address).status_code == 404


# Lists ------------------------------------------------------------------------------------------


def test_a_list_gives_the_chosen_questions_or_all_of_a_page_chosen_whole(client: Client) -> None:
    build(2)

    def asked(*items: str) -> list[str]:
        query = "&".join(f"i={item}" for item in items)
        found = [keys(client, f"{LIST}{file}?{query}") for file in FILES]
        assert found.count(found[0]) == len(FILES)
        return found[0]

    assert asked(PAIR) == ALL
    assert asked(f"{PAIR}@1") == ALL
    assert asked(f"{PAIR}!question-q2") == ALL[1:]
    assert asked(PAIR, f"{PAIR}!question-q2") == ALL[1:]
    assert asked(f"{PAIR}!question-q2", f"{PAIR}!question-q1") == ALL[::-1]
    assert asked(f"{PAIR}!row-row1", "concept:goods!question-q1") == ["concept-goods--q1"]
    assert asked("concept:goods", PAIR) == ["concept-goods--q1", "concept-goods--q2", *ALL]


def test_a_question_that_is_chosen_twice_comes_once(client: Client) -> None:
    build(1)
    build(2)
    address = f"{LIST}questions.xml?i={PAIR}&i={PAIR}@1&i={PAIR}@2"
    assert keys(client, address) == ALL


def test_a_course_of_a_list_links_to_each_page_and_row_as_it_was_chosen(client: Client) -> None:
    build(1)
    build(2)
    items = f"i={PAIR}@1&i={PAIR}@1!row-row1&i=concept:goods&i=concept:goods!question-q1"
    address = f"{LIST}{COURSE}?{items}&t=Week+%3C1%3E"
    assert paths(client, address) == [
        ("Goods vs services", f"{COMPARISON}editions/1/"),
        ("Goods vs services: Dimension 1", f"{COMPARISON}editions/1/#row-row1"),
        ("Goods", CONCEPT),
    ]
    manifest = opened(got(client, address))["imsmanifest.xml"].decode()
    assert ">Week &lt;1&gt;<" in manifest
    assert "Check yourself: Week &lt;1&gt;" in manifest


def test_a_list_in_a_later_edition_replaces_the_course_that_was_imported(client: Client) -> None:
    build(1)
    build(2)

    def names(query: str) -> set[str]:
        manifest = opened(got(client, f"{LIST}{COURSE}?{query}"))["imsmanifest.xml"].decode()
        return set(re.findall(r' identifier="([^"]+)"', manifest))

    assert names(f"i={PAIR}@1") == names(f"i={PAIR}@2") == names(f"i={PAIR}")
    assert names(f"i={PAIR}") & names("i=concept:goods") == {"organization", "top"}


def test_a_list_without_anything_to_export_says_so(client: Client) -> None:
    build()
    for query in ("", "?i=", "?i=nothing", "?i=concept:nothing", "?i=organization:bank", "?t=Week"):
        text = text_of(client, f"{LIST}questions.gift{query}", 404)
        assert "In this list no question was chosen" in text
    text_of(client, f"{LIST}{COURSE}", 404)
    text_of(client, f"{LIST}{COURSE}?i={PAIR}!question-q1&quiz=0", 404)
    back = text_of(client, f"{LIST}questions.gift?i=organization:bank&t=Week+1", 404)
    assert 'href="/list/?i=organization:bank&amp;t=Week%201"' in back


def test_what_cannot_be_read_of_a_list_is_left_out(client: Client) -> None:
    build()
    junk = "i=%00&i=concept:nothing&i=%FF&i[]=1&i=concept:goods!question-none&j=2"
    assert keys(client, f"{LIST}questions.xml?{junk}&i={PAIR}") == ALL[:1]


def test_search_engines_leave_files_of_lists_alone(client: Client) -> None:
    build()
    answer = client.get(f"{LIST}questions.csv?i={PAIR}")
    assert answer["X-Robots-Tag"] == "noindex, nofollow, noarchive"
    assert answer["Cache-Control"] == "no-cache"
    assert answer["Content-Disposition"] == 'attachment; filename="reading-list-questions.csv"'


# Pages that lead there --------------------------------------------------------------------------


def exports_in(html: str) -> list[str]:
    found = re.findall(r'href="([^"]*/export/[^"]*)"', html)
    return [address.replace("&amp;", "&") for address in found]


def test_the_share_page_leads_to_every_file_of_the_edition(client: Client) -> None:
    build()
    found = exports_in(text_of(client, f"{COMPARISON}share/"))
    way = f"{COMPARISON}editions/1/export/"
    assert {address.partition("?")[0] for address in found} == {f"{way}{file}" for file in FILES}
    assert f"{way}{COURSE}?quiz=0" in found
    assert {client.get(address).status_code for address in found} == {200}


def test_the_share_page_of_a_page_without_questions_leads_to_the_course_only(
    client: Client,
) -> None:
    build()
    html = text_of(client, f"{ORGANIZATION}share/")
    assert exports_in(html) == [f"{ORGANIZATION}editions/1/export/{COURSE}"]
    assert "This page asks no questions." in html


def test_the_page_of_a_list_leads_to_every_file_of_it(client: Client) -> None:
    build()
    found = exports_in(text_of(client, f"/list/?i={PAIR}&i=concept:goods!question-q1&t=A+%26+b"))
    assert {address.partition("?")[0] for address in found} == {f"{LIST}{file}" for file in FILES}
    assert {client.get(address).status_code for address in found} == {200}
    assert [address for address in found if "t=A%20%26%20b" not in address] == []
    expected = [ALL[0], "concept-goods--q1"]
    assert [keys(client, address) for address in found if "quiz=0" not in address] == [expected] * 5
