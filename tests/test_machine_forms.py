"""The forms of a page that programs read: the document as JSON, and as a content file."""

import hashlib
import json

import pytest
from django.test import Client
from samples import concept, publish
from small_site import COMPARISON, build

from concepts import content_files
from concepts.documents import own_content, parse
from concepts.models import Edition

pytestmark = pytest.mark.django_db

BEAT = "/concepts/takt-time/"
FOR_EVER = "public, max-age=31536000, immutable"


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
    for form in ("index.json", "index.md"):
        assert client.get(f"{BEAT}editions/1/{form}")["Cache-Control"] == FOR_EVER
        assert client.get(BEAT + form)["Cache-Control"] == "no-cache"


@pytest.mark.parametrize("form", ["index.json", "index.md"])
def test_each_form_names_the_address_where_it_stays_for_ever(client: Client, form: str) -> None:
    two_editions()
    answer = client.get(BEAT + form)
    assert answer["Content-Location"] == f"{BEAT}editions/2/{form}"
    assert answer["Link"] == f'<{BEAT}editions/2/>; rel="cite-as"'


@pytest.mark.parametrize("form", ["index.json", "index.md"])
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


def test_forms_answer_to_head_and_refuse_to_be_changed(client: Client) -> None:
    two_editions()
    assert client.head(f"{BEAT}index.json").content == b""
    assert client.post(f"{BEAT}index.json").status_code == 405


def test_the_page_names_its_forms_for_programs(client: Client) -> None:
    two_editions()
    text = client.get(BEAT).content.decode()
    assert (
        f'<link rel="alternate" type="application/json" href="{BEAT}editions/2/index.json">' in text
    )
    assert f'<link rel="alternate" type="text/markdown" href="{BEAT}editions/2/index.md">' in text
