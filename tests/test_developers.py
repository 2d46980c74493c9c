"""What the page for developers claims, asked of a real server with the shipped content.

The examples are read from the page itself. A line after a command must be a line of the answer,
the first of them its first; `…` stands for anything in a line, and alone for more lines.
"""

import csv
import html
import io
import json
import re
import shlex
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as project
from django.core.management import call_command
from django.db import connections
from django.test import Client, override_settings
from pytest_django.live_server_helper import LiveServer
from test_schemas import validator
from test_tables import as_written

from concepts import citations, rendering
from concepts.exports.schemas import NAMES
from concepts.models import Edition

PAGE = "/developers/"
CURL = shutil.which("curl")
EXAMPLE = re.compile(r'<pre class="example"><code>(.*?)</code></pre>', re.DOTALL)
COMMANDS = 9
"""Fewer examples than these would be a page that lost some."""


@pytest.fixture(scope="module")
def site(django_db_setup: None, django_db_blocker: Any) -> Iterator[str]:
    """The address of a server with the shipped content, which is the site's own address."""
    with django_db_blocker.unblock():
        content = Path(project.BASE_DIR, "concepts", "content")
        call_command("import_content", str(content), publish=True, verbosity=0)
        server = LiveServer("localhost")
        with override_settings(SITE_URL=server.url):
            yield server.url
        server.stop()
        call_command("flush", interactive=False)
        connections.close_all()


# Examples ---------------------------------------------------------------------------------------


def examples(text: str) -> dict[str, list[str]]:
    """The commands of a page, each with the lines that it is said to print."""
    found: dict[str, list[str]] = {}
    for block in EXAMPLE.findall(text):
        for part in html.unescape(block).split("$ ")[1:]:
            command, *lines = part.splitlines()
            found[command] = lines
    return found


def untrue(lines: list[str], answer: str) -> list[str]:
    """The lines that the answer does not have where they are claimed to stand."""
    there = [line.strip("\ufeff").casefold() for line in answer.splitlines()]
    wanted = {
        line: ".*".join(map(re.escape, line.casefold().split("…"))) for line in lines if line != "…"
    }
    missing = [
        line for line, form in wanted.items() if not any(re.fullmatch(form, each) for each in there)
    ]
    begins = there and re.fullmatch(wanted[lines[0]], there[0])
    return missing if begins else [f"first: {lines[0]}", *missing]


@pytest.mark.skipif(CURL is None, reason="no curl is found")
def test_every_example_prints_what_the_page_says(site: str) -> None:
    text = Client().get(PAGE).content.decode()
    found = examples(text)
    assert len(found) == text.count("$ curl ") >= COMMANDS
    wrong = {}
    for command, lines in found.items():
        assert lines, command
        program, *arguments = shlex.split(command)
        assert program == "curl"
        ran = subprocess.run(
            [str(CURL), *arguments], capture_output=True, timeout=30, check=True, encoding="utf-8"
        )
        if missing := untrue(lines, ran.stdout):
            wrong[command] = (missing, ran.stdout[:600])
    assert wrong == {}


def test_a_claim_that_is_not_true_is_found() -> None:
    answer = "\ufeffHTTP/1.1 200 OK\r\netag: 1\r\n"
    assert untrue(["HTTP/1.1 200 OK", "ETag: …", "…"], answer) == []
    assert untrue(["HTTP/1.1 404 …"], answer) == ["first: HTTP/1.1 404 …", "HTTP/1.1 404 …"]
    assert untrue(["HTTP/1.1 200 OK", "Link: …"], answer) == ["Link: …"]
    assert untrue(["etag: 1"], answer) == ["first: etag: 1"]
    assert untrue(["etag"], "") == ["first: etag", "etag"]


@pytest.mark.django_db
def test_the_page_gives_the_address_of_this_very_site(client: Client, settings: Any) -> None:
    settings.SITE_URL = "https://pom.example.edu"
    commands = examples(client.get(PAGE).content.decode())
    assert [each for each in commands if "https://pom.example.edu/" not in each] == []


# Shipped pages ----------------------------------------------------------------------------------


def test_the_json_of_every_shipped_page_is_as_its_schema_says(site: str) -> None:
    validators = {name: validator(name) for name in NAMES}
    documents = [json.loads(text) for text in Edition.objects.values_list("document", flat=True)]
    assert {f"{each['kind']}-{each['schema']}" for each in documents} == set(NAMES)
    assert any(each["frozen"]["sources"] for each in documents)
    wrong = {
        f"{each['kind']}:{each['slug']}": error.message
        for each in documents
        for error in validators[f"{each['kind']}-{each['schema']}"].iter_errors(each)
    }
    assert wrong == {}


def test_the_table_of_every_shipped_comparison_says_what_its_document_says(site: str) -> None:
    compared = Edition.objects.filter(kind="distinction")
    assert len(compared) > 10
    for edition in compared:
        text = Client().get(f"{edition.get_permanent_url()}index.csv").content.decode()
        lines = csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline=""))
        read = [{name: as_written(cell) for name, cell in line.items()} for line in lines]
        assert read == [expected(site, edition, row) for row in edition.data()["rows"]]


def expected(site: str, edition: Edition, row: dict[str, Any]) -> dict[str, str]:
    """What the table should say of a row of the document."""
    frozen = edition.data()["frozen"]
    sources = {each["key"]: citations.label(each["csl"]) for each in frozen["sources"]}
    [label] = [each["label"] for each in frozen["dimensions"] if each["key"] == row["dimension"]]
    told = {"Row": row["key"], "Dimension": label}
    for cell in row["cells"]:
        cites = [
            f"{sources[cite.key]}, {cite.locator}" if cite.locator else sources[cite.key]
            for cite in rendering.citations_in(cell["text"])
        ]
        told[cell["side"]] = rendering.plain(cell["text"])
        told[f"{cell['side']}: sources"] = "; ".join(dict.fromkeys(cites))
        told[f"{cell['side']}: our illustration"] = "yes" if cell["illustration"] else "no"
    return told | {"Address": f"{site}{edition.get_permanent_url()}#row-{row['key']}"}
