"""Bad folders: each is refused with file and line or key, and leaves nothing behind."""

import json
import os
import shutil
import subprocess
import sys
import time
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from importing import everything, import_content, refusal

from concepts.models import Concept

pytestmark = pytest.mark.django_db

ROOT: Path = settings.BASE_DIR
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
    folder, before, expected = case_folder(case, tmp_path), everything(), case["expect"]
    begun = time.process_time()
    message = refusal(folder)
    assert time.process_time() - begun < expected["max_seconds"]
    for name in (expected["stderr_names_file"], *expected["stderr_names"]):
        assert name in message
    assert any(word in message for word in expected["stderr_has_one_of"])
    assert "Traceback" not in message
    assert "pydantic" not in message
    assert everything() == before
    assert not [*tmp_path.glob("pwned*")]


MEASURED = """
import resource, subprocess, sys
code = subprocess.call(sys.argv[1:])
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
sys.exit(code)
"""
"""Runs a command and prints the most memory it had, in KiB. As a small process in between: until it
begins its program, a child counts as large as who started it, and a test runner is large.
"""


@pytest.mark.parametrize("name", ["01_yaml_alias_bomb", "15_five_mb_line", "21_deep_yaml"])
def test_no_bad_folder_takes_much_memory(name: str, tmp_path: Path) -> None:
    [case] = [case for case in BAD if case["case"] == name]
    environment = {
        **os.environ,
        "DATABASE_URL": f"sqlite:///{tmp_path}/site.sqlite3",
        "MEDIA_ROOT": str(tmp_path / "media"),
    }
    run = partial(subprocess.run, cwd=ROOT, env=environment, capture_output=True, text=True)
    manage = [sys.executable, "manage.py"]
    run([*manage, "migrate", "--verbosity", "0"], check=True)
    imported = [*manage, "import_content", str(case_folder(case, tmp_path))]
    refused = run([sys.executable, "-c", MEASURED, *imported], check=False)
    assert refused.returncode != 0
    assert case["expect"]["stderr_names_file"] in refused.stderr
    assert int(refused.stdout.split()[-1]) / 1024 < case["expect"]["max_rss_mb"]


def test_every_bad_case_is_there() -> None:
    assert (len(EXPECTED), len(BAD)) == (24, 23)


def test_the_good_base_is_good(tmp_path: Path) -> None:
    shutil.copytree(CASES / BASE, tmp_path / "content")
    assert "Created: 4" in import_content(tmp_path / "content")


def test_a_windows_file_is_imported_without_its_marks(tmp_path: Path) -> None:
    import_content(CASES / "13_bom_crlf_ok")
    concept = Concept.objects.get(slug="bomcrlf")
    assert (concept.title, concept.body) == ("Windows file", "Line one\nLine two")
