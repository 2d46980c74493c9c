"""The forms of a page that programs read: JSON with its schema, content file, table."""

import csv
import hashlib
import io
import json
from datetime import UTC, datetime, timedelta

import pytest
from django.conf import settings
from django.test import Client
from samples import comparison, concept, publish, row, site_at
from small_site import COMPARISON, CONCEPT, build
from test_page_queries import ADDRESSES
from test_staff_urls import LINES, OPEN

from concepts import clock, content_files, publishing
from concepts.documents import own_content, parse
from concepts.models import Dimension, Edition, Page
from concepts.reading import days

pytestmark = pytest.mark.django_db

BEAT = "/concepts/takt-time/"
FOR_EVER = "public, max-age=31536000, immutable"
FORMS = ["index.json", "index.md", "index.csv"]
FOR_SCRIPTS = set(
    "page-json page-markdown page-csv edition-json edition-markdown edition-csv schema"
    " page-citation edition-citation page-bibliography edition-bibliography source-citation"
    " bibliography oembed timemap feed page-feed".split()
)
"""The names of the addresses that scripts of other sites may read."""
CORS = "Access-Control-Allow-Origin"


def two_editions() -> tuple[Edition, Edition]:
    page = concept(summary="One: naïve.")
    return publish(page), publish(concept("takt-time", page, summary="Two."))


def test_json_is_byte_for_byte_the_stored_document_and_its_digest_is_the_tag(
    client: Client,
) -> None:
    first, second = two_editions()
    for address, edition in ((BEAT, second), (f"{BEAT}editions/1/", first)):
        answer = client.get(f"{address}index.json")
        assert answer["Content-Type"] == "application/json"
        assert answer.content == edition.document.encode()
        assert hashlib.sha256(answer.content).hexdigest() == edition.digest
        assert answer["ETag"] == f'"{edition.digest}"'


def test_json_holds_everything_that_the_page_says(client: Client) -> None:
    build()
    data = json.loads(client.get(f"{COMPARISON}index.json").content)
    assert data["rows"][0]["cells"][0]["text"] == "Stored. [@little1961, p. 384]"
    assert [source["key"] for source in data["frozen"]["sources"]] == ["little1961"]


def test_markdown_is_the_content_file_of_the_edition(client: Client) -> None:
    edition = build()[COMPARISON]
    answer = client.get(f"{COMPARISON}index.md")
    file = content_files.parse_file("goods-vs-services.md", answer.content)
    assert answer["Content-Type"] == "text/markdown; charset=utf-8"
    assert file.document == own_content(parse(edition.document))


def test_forms_of_an_edition_may_be_kept_for_ever_and_those_of_a_page_are_asked_for_again(
    client: Client,
) -> None:
    two_editions()
    for form in FORMS:
        assert client.get(f"{BEAT}editions/1/{form}")["Cache-Control"] == FOR_EVER
        assert client.get(BEAT + form)["Cache-Control"] == "no-cache"


@pytest.mark.parametrize("form", FORMS)
def test_each_form_names_the_address_where_it_stays_for_ever(client: Client, form: str) -> None:
    two_editions()
    answer = client.get(BEAT + form)
    assert answer["Content-Location"] == f"{BEAT}editions/2/{form}"
    links = answer["Link"].split(", ")
    assert links[:2] == [f'<{BEAT}editions/2/>; rel="cite-as"', f'<{BEAT}>; rel="canonical"']


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("address", [BEAT, f"{BEAT}editions/1/"])
def test_a_form_that_the_asker_has_is_not_sent_again(
    client: Client, address: str, form: str
) -> None:
    two_editions()
    first = client.get(address + form)
    again = client.get(address + form, headers={"if-none-match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert again["ETag"] == first["ETag"]
    assert again["Cache-Control"] == first["Cache-Control"]


@pytest.mark.parametrize("form", FORMS)
def test_forms_answer_to_head_and_refuse_to_be_changed(client: Client, form: str) -> None:
    two_editions()
    asked = client.head(BEAT + form)
    assert (asked.status_code, asked.content) == (200, b"")
    assert asked["ETag"] == client.get(BEAT + form)["ETag"]
    refused = client.post(BEAT + form)
    assert (refused.status_code, refused["Allow"]) == (405, "GET, HEAD, OPTIONS")


def test_the_page_names_its_forms_for_programs(client: Client) -> None:
    two_editions()
    text = client.get(BEAT).content.decode()
    assert (
        f'<link rel="alternate" type="application/json" href="{BEAT}editions/2/index.json">' in text
    )
    assert f'<link rel="alternate" type="text/markdown" href="{BEAT}editions/2/index.md">' in text


# Tables -----------------------------------------------------------------------------------------


def rows_of(client: Client, address: str) -> list[dict[str, str]]:
    """The rows of a table by the names of their columns."""
    text = client.get(address).content.decode()
    assert text[0] == "\ufeff"
    return list(csv.DictReader(io.StringIO(text[1:], newline="")))


def test_csv_is_the_table_of_the_edition_with_the_permanent_address_of_each_row(
    client: Client,
) -> None:
    build(1)
    build(2)
    for address, number in ((COMPARISON, 2), (f"{COMPARISON}editions/1/", 1)):
        answer = client.get(f"{address}index.csv")
        assert answer["Content-Type"] == "text/csv; charset=utf-8"
        file = f'attachment; filename="goods-vs-services-{number}.csv"'
        assert answer["Content-Disposition"] == file
        rows = rows_of(client, f"{address}index.csv")
        assert [row["Row"] for row in rows] == ["row1", "row2"][:number]
        assert [row["Dimension"] for row in rows] == ["Dimension 1", "Dimension 2"][:number]
        own = f"{settings.SITE_URL}{COMPARISON}editions/{number}/"
        assert rows[0]["Address"] == f"{own}#row-row1"
        assert rows[0]["goods"] == "Stored."
        assert rows[0]["goods: sources"] == "Little, J. D. C. (1961), p. 384"
        assert rows[0]["services: our illustration"] == "yes"
        assert client.get(rows[0]["Address"].removeprefix(settings.SITE_URL)).status_code == 200


HOSTILE = [
    '=HYPERLINK("https://evil.example","x")',
    "@SUM(1;2)",
    "+1",
    "-1 \\| ]]> {}",
    "\"; =1, ' </script>",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_titles_labels_and_cells_survive_in_every_form(client: Client, text: str) -> None:
    Dimension.objects.create(key="odd", label=text)
    cells = row("odd", goods="Things.", services=text)
    edition = publish(comparison(title=text, rows=[{**cells, "dimension": "odd"}]))
    data = json.loads(client.get(f"{COMPARISON}index.json").content)
    assert (data["title"], data["rows"][0]["cells"][1]["text"]) == (text, text)
    file = content_files.parse_file("a.md", client.get(f"{COMPARISON}index.md").content)
    assert file.document == own_content(parse(edition.document))
    [told] = rows_of(client, f"{COMPARISON}index.csv")
    assert told["Dimension"].replace(";' =", "; =").removeprefix("'") == text
    assert told["Dimension"][0] not in "=+-@"


# Schemas ----------------------------------------------------------------------------------------


def test_json_leads_to_its_schema_by_an_absolute_address(client: Client) -> None:
    build()
    for address in (COMPARISON, f"{COMPARISON}editions/1/"):
        schema = f"{settings.SITE_URL}/schema/distinction-1.json"
        links = client.get(f"{address}index.json")["Link"].split(", ")
        assert f'<{schema}>; rel="describedby"; type="application/schema+json"' in links
        assert f'<{schema}>; rel="profile"' in links
        assert "schema" not in client.get(f"{address}index.md")["Link"]


def test_a_schema_is_sent_once(client: Client) -> None:
    answer = client.get("/schema/concept-1.json")
    assert answer["Content-Type"] == "application/schema+json"
    assert answer["Cache-Control"] == "no-cache"
    assert json.loads(answer.content)["$id"] == f"{settings.SITE_URL}/schema/concept-1.json"
    again = client.get("/schema/concept-1.json", headers={"if-none-match": answer["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize(
    "name", ["concept-2", "concept", "Concept-1", "source-1", "concept-01", "%00", "a" * 2000]
)
def test_an_unknown_schema_is_refused_with_those_that_there_are(client: Client, name: str) -> None:
    answer = client.get(f"/schema/{name}.json")
    assert (answer.status_code, answer["Content-Type"]) == (404, "text/plain; charset=utf-8")
    assert answer.content.decode() == (
        "There is no schema of this name. There are:\n"
        + "".join(
            f"{settings.SITE_URL}/schema/{kind}-1.json\n"
            for kind in ("concept", "distinction", "organization", "guide")
        )
    )
    assert client.post("/schema/concept-1.json").status_code == 405


# Scripts of other sites ---------------------------------------------------------------------------


def test_scripts_of_other_sites_may_read_the_forms_and_no_page(client: Client) -> None:
    build(2)
    readable = set()
    for name, addresses in ADDRESSES.items():
        for address in addresses:
            answer = client.get(address, headers={"origin": "https://other.example"})
            cors = {h: v for h, v in answer.headers.items() if h.startswith("Access-Control")}
            if answer["Content-Type"].startswith("text/html"):
                assert cors == {}, address
            if cors:
                readable.add(name)
                assert cors[CORS] == "*"
                assert "ETag" in cors["Access-Control-Expose-Headers"].split(", ")
                assert "Access-Control-Allow-Credentials" not in cors
    assert readable <= FOR_SCRIPTS
    assert FOR_SCRIPTS & set(ADDRESSES) <= readable


def test_scripts_of_other_sites_may_read_nothing_of_the_desk(admin_client: Client) -> None:
    own = [path for path, _, right in LINES if "<" not in path or right == OPEN]
    assert len(own) > 10
    for path in own:
        for answer in (
            admin_client.get(f"/admin/{path}", headers={"origin": "https://other.example"}),
            admin_client.options(f"/admin/{path}"),
        ):
            assert [h for h in answer.headers if h.startswith("Access-Control")] == [], path


@pytest.mark.parametrize("form", FORMS)
def test_a_browser_that_asks_beforehand_is_told_that_a_script_may_read(
    client: Client, form: str
) -> None:
    two_editions()
    asking = {
        "origin": "https://other.example",
        "access-control-request-method": "GET",
        "access-control-request-headers": "if-none-match",
    }
    answer = client.options(BEAT + form, headers=asking)
    assert (answer.status_code, answer.content) == (204, b"")
    assert answer[CORS] == "*"
    assert answer["Access-Control-Allow-Methods"] == "GET, HEAD, OPTIONS"
    assert answer["Access-Control-Allow-Headers"] == "*"
    assert answer["Access-Control-Max-Age"] == "86400"
    assert client.options(BEAT).status_code == 405


@pytest.mark.parametrize("form", FORMS)
def test_a_script_may_also_read_that_a_form_is_unchanged_moved_gone_or_missing(
    client: Client, form: str
) -> None:
    page = concept("beat")
    publish(page)
    publish(concept("takt-time", page))
    publish(concept("fad"))
    publishing.withdraw(Page.objects.get(slug="fad"), by=None, reason="It passed.")
    tag = client.get(BEAT + form)["ETag"]
    for address, status in (
        (BEAT, 304),
        ("/concepts/beat/", 301),
        ("/concepts/fad/", 410),
        ("/concepts/nothing/", 404),
        (f"{BEAT}editions/9/", 404),
    ):
        answer = client.get(f"{address}{form}", headers={"if-none-match": tag})
        assert (answer.status_code, answer[CORS]) == (status, "*"), address


# What is not in force -----------------------------------------------------------------------------


def test_a_table_moves_with_its_page_and_keeps_the_query(client: Client) -> None:
    page = concept("beat")
    publish(page)
    publish(concept("takt-time", page))
    answer = client.get("/concepts/beat/index.csv?a=1&a=2")
    assert (answer.status_code, answer["Location"]) == (301, f"{BEAT}index.csv?a=1&a=2")
    assert answer["Cache-Control"] == "no-cache"
    assert client.get("/concepts/beat/editions/1/index.csv").status_code == 200


def test_a_closed_table_is_gone_with_the_reason(client: Client) -> None:
    first, _ = two_editions()
    publishing.close(first, by=None, reason="By order.")
    answer = client.get(f"{BEAT}editions/1/index.csv")
    assert answer.status_code == 410
    assert "By order." in answer.content.decode()
    assert "One" not in answer.content.decode()
    assert answer["Cache-Control"] == "no-cache"


def test_a_scheduled_table_is_not_found(client: Client) -> None:
    two_editions()
    later = clock.whole(clock.now() + timedelta(hours=1))
    publish(concept("lean"))
    relation = {"type": "uses", "concept": "lean", "note": "Later."}
    page = Page.objects.get(slug="takt-time")
    publish(concept("takt-time", page, relations=[relation]), at=later)
    assert client.get(f"{BEAT}editions/3/index.csv").status_code == 404
    assert "Later." not in client.get(f"{BEAT}index.csv").content.decode()


def test_on_a_past_day_there_is_the_table_of_that_day(client: Client) -> None:
    begun = datetime(2040, 3, 1, 12, tzinfo=UTC)
    days.forget()
    with site_at(begun):
        build(1)
    with site_at(begun + timedelta(days=4)):
        build(2)
    with site_at(begun + timedelta(days=5)):
        then = client.get(f"/on/2040-03-02{COMPARISON}index.csv")
        assert then["Content-Location"] == f"{COMPARISON}editions/1/index.csv"
        assert f"{settings.SITE_URL}{COMPARISON}editions/1/#row-row1" in then.content.decode()
        assert "row2" not in then.content.decode()
        assert "row2" in client.get(f"{COMPARISON}index.csv").content.decode()
        assert client.get("/on/2040-03-02/schema/concept-1.json").status_code == 404
        assert client.get("/on/2040-03-02/developers/").status_code == 404
    days.forget()


def test_no_query_changes_a_form(client: Client) -> None:
    build()
    for form in FORMS:
        plain = client.get(CONCEPT + form)
        for query in ("?on=2040-01-01", "?a=%00&a=%FF", f"?q={'x' * 5000}", "?swap=1&hide=goods"):
            answer = client.get(CONCEPT + form + query)
            assert (answer.status_code, answer.content) == (200, plain.content)
