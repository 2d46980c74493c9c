"""Memento (RFC 7089) and version relations (RFC 5829), read by a client that is not ours too."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from memento_client import MementoClient
from pytest_django.live_server_helper import LiveServer
from samples import concept, publish, site_at
from small_site import COMPARISON, build

from concepts import clock, publishing, stamp
from concepts.models import Edition, Page

pytestmark = pytest.mark.django_db

SITE = "https://pom.example.edu"
BEAT = "/concepts/takt-time/"
FIRST = datetime(2040, 3, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)
NOW = FIRST + 20 * DAY
DATES = [f"{day} Mar 2040 12:00:00 GMT" for day in ("Thu, 01", "Sun, 11", "Wed, 21")]
FORMAT = "application/link-format"


@pytest.fixture(autouse=True)
def _site(settings: Any) -> None:
    settings.SITE_URL = SITE


def http(moment: datetime) -> str:
    return f"{moment:%a, %d %b %Y %H:%M:%S} GMT"


def three() -> Page:
    """A page with editions of 1, 3 and 5 March 2040 at noon, the first under an older name."""
    page = concept("beat", title="Beat")
    for days, slug in ((0, "beat"), (2, "takt-time"), (4, "takt-time")):
        with site_at(FIRST + days * DAY):
            publish(concept(slug, page, title="Takt time", summary=f"After {days} days."))
    return page


@pytest.fixture
def page() -> Iterator[Page]:
    """Of a site on which it is 21 March 2040."""
    page = three()
    with site_at(NOW):
        yield page


def links(header: str) -> dict[str, list[str]]:
    """The addresses of a Link header, or of a text in link-format, by relation."""
    found: dict[str, list[str]] = {}
    for address, relations in re.findall(r'<([^>]+)>; rel="([^"]+)"', header):
        for relation in relations.split():
            found.setdefault(relation, []).append(address)
    return found


def address(number: int) -> str:
    return f"/concepts/{'beat' if number == 1 else 'takt-time'}/editions/{number}/"


def gate(client: Client, path: str, moment: datetime | str | None = None) -> Any:
    when = http(moment) if isinstance(moment, datetime) else moment
    return client.get(path, headers={"Accept-Datetime": when} if when is not None else {})


# Headers ----------------------------------------------------------------------------------------


def test_a_page_says_where_it_is_found_as_it_was_and_which_edition_is_the_latest(
    client: Client, page: Page
) -> None:
    answer = client.get(BEAT)
    found = links(answer["Link"])
    assert found["timegate"] == [f"{SITE}/timegate{BEAT}"]
    assert found["timemap"] == [f"{SITE}/timemap{BEAT}"]
    assert found["version-history"] == [f"{SITE}{BEAT}editions/"]
    assert found["latest-version"] == [f"{SITE}{address(3)}"]
    assert found["predecessor-version"] == [f"{SITE}{address(2)}"]
    assert "successor-version" not in found
    assert "original" not in found
    assert "Memento-Datetime" not in answer.headers
    assert "accept-datetime" not in answer.headers.get("Vary", "").lower()
    assert f'<{SITE}/timemap{BEAT}>; rel="timemap"; type="{FORMAT}"' in answer["Link"]


def test_an_edition_is_a_memento_and_knows_its_neighbours(client: Client, page: Page) -> None:
    answer = client.get(address(2))
    found = links(answer["Link"])
    assert answer["Memento-Datetime"] == "Sat, 03 Mar 2040 12:00:00 GMT"
    assert found["original"] == [f"{SITE}{BEAT}"]
    assert found["timegate"] == [f"{SITE}/timegate{BEAT}"]
    assert found["timemap"] == [f"{SITE}/timemap{BEAT}"]
    assert found["first"] == [f"{SITE}{address(1)}"]
    assert found["last"] == [f"{SITE}{address(3)}"]
    assert found["memento"] == [f"{SITE}{address(number)}" for number in (1, 2, 3)]
    assert found["version-history"] == [f"{SITE}{BEAT}editions/"]
    assert found["latest-version"] == [f"{SITE}{address(3)}"]
    assert found["predecessor-version"] == [f"{SITE}{address(1)}"]
    assert found["successor-version"] == [f"{SITE}{address(3)}"]
    assert f'<{SITE}{address(1)}>; rel="first memento"; datetime="{DATES[0]}"' in answer["Link"]


def test_the_first_edition_has_nothing_before_it_and_keeps_the_name_of_then(
    client: Client, page: Page
) -> None:
    found = links(client.get(address(1))["Link"])
    assert found["original"] == [f"{SITE}/concepts/beat/"]
    assert found["timegate"] == [f"{SITE}/timegate/concepts/beat/"]
    assert found["successor-version"] == [f"{SITE}{address(2)}"]
    assert "predecessor-version" not in found
    found = links(client.get(address(3))["Link"])
    assert "successor-version" not in found


def test_a_single_edition_is_first_and_last(client: Client) -> None:
    publish(concept())
    assert 'rel="first last memento"' in client.get(f"{BEAT}editions/1/")["Link"]
    assert "predecessor-version" not in client.get(BEAT)["Link"]


def test_closed_editions_are_stepped_over(client: Client, page: Page) -> None:
    publishing.close(Edition.objects.get(number=2), by=None, reason="By order.")
    found = links(client.get(address(1))["Link"])
    assert found["successor-version"] == [f"{SITE}{address(3)}"]
    found = links(client.get(BEAT)["Link"])
    # The page knows the number only; the address leads on to the name of then.
    assert found["predecessor-version"] == [f"{SITE}{BEAT}editions/1/"]
    assert client.get(f"{BEAT}editions/1/")["Location"] == address(1)
    publishing.close(Edition.objects.get(number=3), by=None, reason="By order.")
    found = links(client.get(address(1))["Link"])
    assert found["latest-version"] == found["last"] == [f"{SITE}{address(1)}"]
    assert "successor-version" not in found


@pytest.mark.parametrize("form", ["index.json", "index.md"])
def test_other_forms_of_an_edition_are_mementos_of_the_same_form(
    client: Client, page: Page, form: str
) -> None:
    answer = client.get(f"{address(2)}{form}")
    found = links(answer["Link"])
    assert answer["Memento-Datetime"] == "Sat, 03 Mar 2040 12:00:00 GMT"
    assert found["original"] == [f"{SITE}{BEAT}{form}"]
    assert found["timegate"] == [f"{SITE}/timegate{BEAT}{form}"]
    assert found["timemap"] == [f"{SITE}/timemap{BEAT}{form}"]
    answer = client.get(f"{BEAT}{form}")
    assert "Memento-Datetime" not in answer.headers
    assert links(answer["Link"])["timegate"] == [f"{SITE}/timegate{BEAT}{form}"]


def test_the_headers_on_a_past_day_lead_out_of_it(client: Client, page: Page) -> None:
    found = links(client.get(f"/on/2040-03-04{BEAT}")["Link"])
    assert found["timegate"] == [f"{SITE}/timegate{BEAT}"]
    assert found["latest-version"] == [f"{SITE}{address(2)}"]
    assert found["version-history"] == [f"{SITE}{BEAT}editions/"]
    assert found["predecessor-version"] == [f"{SITE}{BEAT}editions/1/"]
    found = links(client.get(f"/on/2040-03-04{address(1)}")["Link"])
    assert found["original"] == [f"{SITE}/concepts/beat/"]
    assert found["successor-version"] == found["last"] == [f"{SITE}{address(2)}"]


# The TimeGate -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("moment", "number"),
    [
        (datetime(1970, 1, 1, tzinfo=UTC), 1),
        (FIRST - DAY, 1),
        (FIRST, 1),
        (FIRST + DAY, 1),
        (FIRST + 2 * DAY - timedelta(seconds=1), 1),
        (FIRST + 2 * DAY, 2),
        (FIRST + 3 * DAY, 2),
        (FIRST + 4 * DAY, 3),
        (NOW, 3),
        (datetime(9999, 12, 31, tzinfo=UTC), 3),
        (None, 3),
    ],
)
def test_the_timegate_leads_to_the_edition_of_the_moment(
    client: Client, page: Page, moment: datetime | None, number: int
) -> None:
    answer = gate(client, f"/timegate{BEAT}", moment)
    assert (answer.status_code, answer["Location"]) == (302, address(number))
    assert answer["Vary"].lower() == "accept-datetime"
    assert answer["Cache-Control"] == "no-cache"
    assert "Memento-Datetime" not in answer.headers
    found = links(answer["Link"])
    assert found["original"] == [f"{SITE}{BEAT}"]
    assert found["timemap"] == [f"{SITE}/timemap{BEAT}"]
    assert found["first"] == [f"{SITE}{address(1)}"]
    assert found["last"] == [f"{SITE}{address(3)}"]
    assert f"{SITE}{address(number)}" in found["memento"]
    assert client.get(answer["Location"]).status_code == 200


def test_each_edition_is_found_by_the_date_that_it_tells(client: Client) -> None:
    page = concept()
    for number, milliseconds in ((1, 123), (2, 999)):
        with site_at(FIRST + number * DAY + timedelta(milliseconds=milliseconds)):
            publish(concept("takt-time", page, summary=f"{number}."))
    with site_at(NOW):
        for number in (1, 2):
            told = client.get(f"{BEAT}editions/{number}/")["Memento-Datetime"]
            answer = gate(client, f"/timegate{BEAT}", told)
            assert answer["Location"] == f"{BEAT}editions/{number}/"


@pytest.mark.parametrize(
    "path",
    [
        f"/timegate{BEAT}",
        "/timegate/concepts/takt-time",
        f"/timegate/{SITE}{BEAT}",
        f"/timegate/https:/pom.example.edu{BEAT}",
        f"/timegate/http://POM.example.edu{BEAT}",
        "/timegate/https%3A%2F%2Fpom.example.edu%2Fconcepts%2Ftakt-time%2F",
        "/timegate/concepts/beat/",
        f"/timegate/{SITE}/concepts/beat/",
    ],
)
def test_the_timegate_knows_a_page_by_path_by_full_address_and_by_old_names(
    client: Client, page: Page, path: str
) -> None:
    answer = gate(client, path, FIRST + 3 * DAY)
    assert (answer.status_code, answer["Location"]) == (302, address(2))


@pytest.mark.parametrize("form", ["index.json", "index.md"])
def test_the_timegate_leads_to_the_same_form_and_keeps_the_query(
    client: Client, page: Page, form: str
) -> None:
    answer = gate(client, f"/timegate{BEAT}{form}?x=%20&x=1", FIRST)
    assert answer["Location"] == f"{address(1)}{form}?x=%20&x=1"
    assert links(answer["Link"])["original"] == [f"{SITE}{BEAT}{form}"]


@pytest.mark.parametrize(
    "path",
    [
        f"https://elsewhere.example.org{BEAT}",
        f"https://pom.example.edu.example.org{BEAT}",
        f"https://user@pom.example.edu{BEAT}",
        f"https://pom.example.edu:8000{BEAT}",
        f"ftp://pom.example.edu{BEAT}",
        SITE,
        f"{SITE}/",
        "concepts/nothing/",
        "concepts/",
        "about/",
        "concepts/takt-time/before/",
        "concepts/takt-time/editions/",
        "concepts/takt-time/editions/1/",
        "concepts/takt-time/editions/1/index.json",
        "concepts/takt-time/nothing.json",
        "on/2040-03-01/concepts/takt-time/",
        "admin/",
        f"/{BEAT}",
        "a%00b",
        "%FF%FE",
        "a" * 5000,
        "timegate/concepts/takt-time/",
        "https://",
        "https://[::1/",
    ],
)
def test_what_has_no_editions_here_is_not_found(client: Client, page: Page, path: str) -> None:
    for door in ("timegate", "timemap"):
        assert gate(client, f"/{door}/{path}", FIRST).status_code == 404


@pytest.mark.parametrize(
    "date",
    [
        "yesterday",
        "",
        "2040-03-01",
        "Thu, 30 Feb 2040 12:00:00 GMT",
        "Thu, 01 Mar 2040 25:00:00 GMT",
        "Thu, 01 Mar 2040 12:00:00 GMT, Thu, 01 Mar 2040 12:00:00 GMT",
        "x" * 9000,
        "é",
    ],
)
def test_a_date_that_is_none_is_refused_with_an_example(
    client: Client, page: Page, date: str
) -> None:
    answer = gate(client, f"/timegate{BEAT}", date)
    assert answer.status_code == 400
    assert "Write it as in" in answer.content.decode()
    assert answer["Content-Type"] == "text/plain"
    [example] = re.findall(r"Accept-Datetime: (.*GMT)", answer.content.decode())
    assert gate(client, f"/timegate{BEAT}", example).status_code == 302


def test_a_withdrawn_page_leads_to_what_was_in_force_or_to_the_last(client: Client) -> None:
    page = three()
    with site_at(FIRST + 6 * DAY):
        publishing.withdraw(page, by=None, reason="Gone.")
    with site_at(NOW):
        for days, number in ((3, 2), (5, 3), (7, 3)):
            answer = gate(client, f"/timegate{BEAT}", FIRST + days * DAY)
            assert answer["Location"] == address(number)
        assert gate(client, f"/timegate{BEAT}")["Location"] == address(3)
        assert "latest-version" in client.get(address(3))["Link"]


def test_closed_editions_are_never_offered(client: Client, page: Page) -> None:
    publishing.close(Edition.objects.get(number=1), by=None, reason="By order.")
    publishing.close(Edition.objects.get(number=3), by=None, reason="By order.")
    for moment in (FIRST, FIRST + 3 * DAY, NOW, None):
        assert gate(client, f"/timegate{BEAT}", moment)["Location"] == address(2)
    text = client.get(f"/timemap{BEAT}").content.decode()
    assert links(text)["memento"] == [f"{SITE}{address(2)}"]
    publishing.close(Edition.objects.get(number=2), by=None, reason="By order.")
    for door in ("timegate", "timemap"):
        answer = client.get(f"/{door}{BEAT}")
        assert answer.status_code == 410
        assert "By order." in answer.content.decode()


def test_a_scheduled_edition_is_not_offered_before_its_moment(client: Client) -> None:
    page = concept()
    publish(page)
    soon = clock.whole(clock.now() + timedelta(hours=1))
    publish(concept("takt-time", page, summary="Later."), at=soon)
    assert gate(client, f"/timegate{BEAT}", NOW)["Location"] == f"{BEAT}editions/1/"
    assert "editions/2/" not in client.get(f"/timemap{BEAT}").content.decode()
    assert "editions/2/" not in client.get(f"{BEAT}editions/1/")["Link"]
    with site_at(soon):
        assert gate(client, f"/timegate{BEAT}", NOW)["Location"] == f"{BEAT}editions/2/"


# The TimeMap ------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", [f"/timemap{BEAT}", f"/timemap/{SITE}{BEAT}"])
def test_the_timemap_lists_every_edition_with_its_date(
    client: Client, page: Page, path: str
) -> None:
    answer = client.get(path)
    dates = [http(FIRST + days * DAY) for days in (0, 2, 4)]
    span = f'from="{dates[0]}"; until="{dates[2]}"'
    assert answer["Content-Type"] == FORMAT
    assert answer["Access-Control-Allow-Origin"] == "*"
    assert answer["Cache-Control"] == "no-cache"
    assert answer.content.decode().split(",\n") == [
        f'<{SITE}{BEAT}>; rel="original"',
        f'<{SITE}/timemap{BEAT}>; rel="self"; type="{FORMAT}"; {span}',
        f'<{SITE}/timegate{BEAT}>; rel="timegate"',
        f'<{SITE}{address(1)}>; rel="first memento"; datetime="{dates[0]}"',
        f'<{SITE}{address(2)}>; rel="memento"; datetime="{dates[1]}"',
        f'<{SITE}{address(3)}>; rel="last memento"; datetime="{dates[2]}"\n',
    ]


def test_the_timemap_of_another_form_lists_this_form(client: Client, page: Page) -> None:
    found = links(client.get(f"/timemap{BEAT}index.json").content.decode())
    assert found["original"] == [f"{SITE}{BEAT}index.json"]
    assert found["memento"] == [f"{SITE}{address(number)}index.json" for number in (1, 2, 3)]


def test_both_doors_cost_one_query_and_change_nothing(client: Client) -> None:
    for size in (1, 2):
        build(size)
    stamp.current()
    for door in ("timegate", "timemap"):
        with CaptureQueriesContext(connection) as captured:
            client.get(f"/{door}{COMPARISON}")
        assert len(captured) == 1
        for method in (client.post, client.put, client.delete):
            assert method(f"/{door}{COMPARISON}").status_code == 405
        assert client.head(f"/{door}{COMPARISON}").content == b""


# A client that nobody here wrote ----------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_memento_client_finds_the_edition_of_a_date(live_server: LiveServer, settings: Any) -> None:
    settings.SITE_URL = live_server.url
    three()
    with site_at(NOW):
        for original in (BEAT, "/concepts/beat/", address(2), f"{BEAT}index.json"):
            for days, number in ((-9, 1), (0, 1), (1, 1), (2, 2), (3, 2), (4, 3), (9, 3)):
                moment = (FIRST + days * DAY).replace(tzinfo=None)
                with MementoClient() as reader:
                    told = reader.get_memento_info(live_server.url + original, moment)
                form = "index.json" if "json" in original else ""
                found = told["mementos"]
                assert found["closest"]["uri"] == [f"{live_server.url}{address(number)}{form}"]
                assert found["closest"]["http_status_code"] == 200
                assert found["closest"]["datetime"] == _began(number)
                assert found["first"]["uri"] == [f"{live_server.url}{address(1)}{form}"]
                assert found["first"]["datetime"] == _began(1)
                assert found["last"]["datetime"] == _began(3)


def _began(number: int) -> datetime:
    return (FIRST + 2 * (number - 1) * DAY).replace(tzinfo=None)


@pytest.mark.django_db(transaction=True)
def test_memento_client_finds_the_editions_of_a_withdrawn_page(
    live_server: LiveServer, settings: Any
) -> None:
    settings.SITE_URL = live_server.url
    page = three()
    with site_at(FIRST + 6 * DAY):
        publishing.withdraw(page, by=None, reason="Gone.")
    with site_at(NOW), MementoClient() as reader:
        for days, number in ((3, 2), (9, 3)):
            moment = (FIRST + days * DAY).replace(tzinfo=None)
            told = reader.get_memento_info(live_server.url + BEAT, moment)
            assert told["mementos"]["closest"]["uri"] == [live_server.url + address(number)]


@pytest.mark.django_db(transaction=True)
def test_memento_client_takes_our_timegate_for_a_full_address(
    live_server: LiveServer, settings: Any
) -> None:
    settings.SITE_URL = live_server.url
    three()
    with site_at(NOW):
        own = f"{live_server.url}/timegate/"
        with MementoClient(timegate_uri=own, check_native_timegate=False) as reader:
            moment = (FIRST + 3 * DAY).replace(tzinfo=None)
            told = reader.get_memento_info(live_server.url + BEAT, moment)
        assert told["timegate_uri"] == f"{own}{live_server.url}{BEAT}"
        assert told["mementos"]["closest"]["uri"] == [live_server.url + address(2)]
