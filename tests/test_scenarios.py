"""All 28 scenarios have tests, stand in the table, and are named where they cannot run."""

import re
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.conf import settings
from scenarios import ALL, told

ROOT: Path = settings.BASE_DIR
SCENARIOS, FIGURES = (
    dict(re.findall(r"^\| (F[0-9]{2}) \|(.*)$", text, re.MULTILINE))
    for text in (ROOT / "docs" / "faults.md").read_text("utf-8").split("## What was reached")
)


def report(name: str, why: str = "") -> SimpleNamespace:
    return SimpleNamespace(nodeid=f"tests/test_faults_x.py::test_{name}_a", longrepr=("", 1, why))


def test_a_run_names_each_scenario_that_the_machine_cannot_run_and_why() -> None:
    skipped = [report("f12", "Skipped: no PostgreSQL"), report("f20", "Skipped: no git")]
    others = [report(f"f{n:02}") for n in range(1, 28) if n != 12]
    assert [*told(skipped, others)] == [
        "F12 ran not at all: no PostgreSQL",
        "F20 ran in part: no git",
        "Not chosen: F28",
        "26 of 28 scenarios ran on this machine.",
    ]


def test_both_tables_have_all_scenarios_in_order() -> None:
    assert [*SCENARIOS] == [*FIGURES] == ALL


@pytest.mark.parametrize("name", ALL)
def test_a_scenario_has_a_test_where_the_table_says(name: str) -> None:
    files = re.findall(r"`(test_faults_\w+\.py)`", SCENARIOS[name])
    assert files
    for file in files:
        text = (ROOT / "tests" / file).read_text("utf-8")
        assert f"def test_{name.lower()}_" in text, file
