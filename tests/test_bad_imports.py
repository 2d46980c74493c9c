"""Bad folders: each is refused with file and line or key, and leaves nothing behind."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from importing import everything, import_content, refusal

from concepts.models import Concept

pytestmark = pytest.mark.django_db

CASES = Path(__file__).with_name("data") / "bad_imports"
EXPECTED = [json.loads(line) for line in (CASES / "expected.jsonl").read_text().splitlines()]
BASE = "00_good_base"


def case_folder(case: dict[str, Any], tmp_path: Path) -> Path:
    path = tmp_path / "content"
    shutil.copytree(CASES / BASE, path)
    if (CASES / case["case"]).is_dir():
        shutil.copytree(CASES / case["case"], path, dirs_exist_ok=True)
    for name, parts in case.get("gen", {}).items():
        (path / name).write_text("".join(part["s"] * part["n"] for part in parts))
    if case["case"] == "18_symlink_escape":
        (path / "concepts" / "link.md").symlink_to("/etc/passwd")
    return path


BAD = [case for case in EXPECTED if case["expect"]["db"] == "unchanged"]


@pytest.mark.parametrize("case", BAD, ids=lambda case: case["case"])
def test_a_bad_folder_is_refused_with_file_and_line_or_key(
    case: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    before = everything()
    message = refusal(case_folder(case, tmp_path))
    expected = case["expect"]
    for name in (expected["stderr_names_file"], *expected["stderr_names"]):
        assert name in message
    assert any(word in message for word in expected["stderr_has_one_of"])
    assert "Traceback" not in message
    assert "pydantic" not in message
    assert everything() == before
    assert not [*tmp_path.glob("pwned*")]


def test_every_bad_case_is_there() -> None:
    assert (len(EXPECTED), len(BAD)) == (24, 23)


def test_the_good_base_is_good(tmp_path: Path) -> None:
    shutil.copytree(CASES / BASE, tmp_path / "content")
    assert "Created: 4" in import_content(tmp_path / "content")


def test_a_windows_file_is_imported_without_its_marks(tmp_path: Path) -> None:
    import_content(CASES / "13_bom_crlf_ok")
    concept = Concept.objects.get(slug="bomcrlf")
    assert (concept.title, concept.body) == ("Windows file", "Line one\nLine two")
