"""What the handbooks for operators name exists: commands, options, variables, figures, lines."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import get_commands, load_command_class

from pomsite import settings as own
from pomsite.metrics import COUNTED, GAUGES, SECONDS

ROOT: Path = settings.BASE_DIR
DOCS = {
    name: (ROOT / "docs" / f"{name}.md").read_text("utf-8") for name in ("operations", "upgrading")
}
BOTH = "\n".join(DOCS.values())
OF_DJANGO = ("Internal Server Error", "Service Unavailable", "Not Found", "Gone", "Forbidden")
MADE_BY_DJANGO = {*OF_DJANGO, "Invalid HTTP_HOST header"}


def named(pattern: str, text: str = BOTH) -> set[str]:
    return set(re.findall(pattern, text))


def test_every_command_exists() -> None:
    commands = named(r"manage\.py ([a-z_]+)")
    assert len(commands) > 5
    assert commands - get_commands().keys() == set()


def test_every_option_of_a_command_exists() -> None:
    lines = named(r"manage\.py ([a-z_]+)([^\n`]*)")
    assert lines
    for command, rest in lines:
        parser = load_command_class(get_commands()[command], command).create_parser("", command)
        for option in re.findall(r"--[a-z-]+", rest):
            assert option in parser._option_string_actions, (command, option)


def test_every_variable_exists() -> None:
    variables = named(r"`([A-Z]+_[A-Z_]+)[=`]") - {"DETAIL"}
    assert {"METRICS_TOKEN", "LOG_FORMAT", "ALLOWED_HOSTS"} <= variables
    assert variables - own.KNOWN == set()


def test_every_figure_is_described_and_exists() -> None:
    figures = {f"pom_{name}_total" for name in [*COUNTED, SECONDS]} | {f"pom_{n}" for n in GAUGES}
    assert set(re.findall(r"^\| `(pom_\w+)`", DOCS["operations"], re.MULTILINE)) == figures
    assert named(r"`(pom_\w+)`") - figures == set()


def test_every_line_of_the_log_is_written_somewhere() -> None:
    section = DOCS["operations"].split("| Line |")[1].split("\n\n")[0]
    lines = {line.rstrip("… :") for line in named(r"`([A-Z][^`]+)`", section)} - own.KNOWN
    code = "\n".join(
        path.read_text("utf-8")
        for folder in ("concepts", "pomsite")
        for path in (ROOT / folder).rglob("*.py")
    )
    assert len(lines) > 8
    assert {line for line in lines - MADE_BY_DJANGO if f'"{line}' not in code} == set()


@pytest.mark.parametrize("name", DOCS)
def test_every_link_leads_to_a_file(name: str) -> None:
    links = named(r"\]\(([^)#:]+)\)", DOCS[name])
    assert links
    assert {link for link in links if not (ROOT / "docs" / link).exists()} == set()


def test_what_readyz_asks_is_in_the_table() -> None:
    table = DOCS["operations"].split("| Name |")[1].split("\n\n")[0]
    assert re.findall(r"^\| `(\w+)`", table, re.MULTILINE) == [
        "database",
        "migrations",
        "guards",
        "replica",
        "cache",
    ]
