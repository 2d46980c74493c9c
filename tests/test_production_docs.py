"""What docs/production.md and deploy/ say exists, and fits together."""

import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import get_commands

from concepts.admin import handbook
from concepts.views import shelf
from pomsite import caches, postgresql, replica
from pomsite import settings as own

ROOT: Path = settings.BASE_DIR
DEPLOY = ROOT / "deploy"
DOC = (ROOT / "docs" / "production.md").read_text("utf-8")


def test_the_table_has_every_variable_and_no_other() -> None:
    table = DOC.split("| Variable |")[1]
    names = re.findall(r"^\| `([A-Z_]+)` \|", table, re.MULTILINE)
    assert sorted(names) == sorted(own.KNOWN)


def test_every_variable_that_is_named_exists() -> None:
    named = set(re.findall(r"\b([A-Z]+_[A-Z_]+)\b", DOC))
    assert named - own.KNOWN == set()


def test_every_command_exists() -> None:
    assert set(re.findall(r"manage\.py ([a-z_]+)", DOC)) - get_commands().keys() == set()


def test_every_link_leads_to_a_file() -> None:
    links = re.findall(r"\]\(([^)#:]+)\)", DOC)
    assert len(links) > 5
    assert [link for link in links if not (ROOT / "docs" / link).exists()] == []


def test_every_file_of_deploy_is_named() -> None:
    told = DOC + "".join(path.read_text("utf-8") for path in DEPLOY.iterdir())
    assert {path.name for path in DEPLOY.iterdir() if path.name not in told} <= {
        "Dockerfile.dockerignore"
    }


def test_the_figures_of_the_text_are_those_of_the_code() -> None:
    assert re.search(r"up to\s+16 MB", DOC)
    assert shelf.ROOM == 16 * 1024**2
    assert "0.3 seconds to connect" in DOC
    assert caches.TIMEOUT == 0.3
    assert "without\nit for ten seconds" in DOC
    assert caches.PAUSE == 10
    assert "tried again every ten seconds" in DOC
    assert postgresql.PAUSES == {replica.REPLICA: 10}
    assert "asks once a second" in DOC
    assert postgresql.PAUSE == 1


def test_service_and_container_start_the_site_as_make_serve_does() -> None:
    texts = {name: (DEPLOY / name).read_text("utf-8") for name in ("pom.service", "Dockerfile")} | {
        "Makefile": (ROOT / "Makefile").read_text("utf-8").split("\nserve:")[1]
    }
    for name, text in texts.items():
        words = re.sub(r'[",\[\]]', " ", text.split("pomsite.serving")[1]).split("\n")[0].split()
        assert {word for word in words if word.startswith("--")} <= {"--host", "--port"}, name
    assert '"python", "-m", "pomsite.serving"' in texts["Dockerfile"]
    assert "/python -m pomsite.serving" in texts["pom.service"]
    assert "/python -m pomsite.serving" in texts["Makefile"]


def test_the_proxies_admit_what_the_site_admits() -> None:
    assert f"client_max_body_size {settings.LARGEST_BODY // 1024}k;" in (
        DEPLOY / "nginx.conf"
    ).read_text("utf-8")
    assert f"max_size {settings.LARGEST_BODY}\n" in (DEPLOY / "Caddyfile").read_text("utf-8")


@pytest.mark.parametrize("name", ["Dockerfile", "compose.yaml"])
def test_what_was_not_tried_says_so(name: str) -> None:
    assert "Not tried" in (DEPLOY / name).read_text("utf-8").split("\n\n")[0]


def test_the_units_give_the_folder_of_the_data_the_same_mode() -> None:
    units = ["pom.service", "pom-backup.service"]
    texts = [(DEPLOY / name).read_text("utf-8") for name in units]
    assert ["StateDirectoryMode=0750" in text.splitlines() for text in texts] == [True, True]


def test_the_image_has_what_the_code_reads() -> None:
    guide = handbook.WRITING.relative_to(ROOT)
    assert f"\nCOPY {guide} docs/\n" in (DEPLOY / "Dockerfile").read_text("utf-8")
    admitted = (DEPLOY / "Dockerfile.dockerignore").read_text("utf-8").splitlines()
    assert f"!{guide}" in admitted


def test_the_image_takes_no_secrets_along() -> None:
    lines = (DEPLOY / "Dockerfile.dockerignore").read_text("utf-8").splitlines()
    assert lines[1] == "*"
    assert ".env" not in " ".join(lines)
    assert "/deploy/compose.env" in (ROOT / ".gitignore").read_text("utf-8").splitlines()


def test_systemd_takes_the_units() -> None:
    program = shutil.which("systemd-analyze")
    if not program:
        pytest.skip("systemd is not on this machine.")
    units = sorted(path for path in DEPLOY.iterdir() if path.suffix in (".service", ".timer"))
    done = subprocess.run(
        [program, "verify", "--man=no", *units], check=False, capture_output=True, text=True
    )
    faults = [line for line in done.stderr.splitlines() if "is not executable" not in line]
    assert [line for line in faults if "pom" in line] == []


# Backups ----------------------------------------------------------------------------------------


def backed_up(folder: Path, site: Path, python: str) -> "subprocess.CompletedProcess[str]":
    environment = os.environ | {
        "PYTHON": python,
        "DATABASE_URL": f"sqlite:///{site / 'db.sqlite3'}",
        "MEDIA_ROOT": str(site / "media"),
    }
    return subprocess.run(
        [DEPLOY / "backup.sh", folder],
        check=False, cwd=ROOT, env=environment, capture_output=True, text=True,
    )  # fmt: skip


def old(path: Path, days: int) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"an old one")
    then = time.time() - days * 24 * 3600
    os.utime(path, (then, then))
    return path


def names(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*.*"))


def test_a_timer_makes_a_backup_and_ends_old_ones(tmp_path: Path) -> None:
    environment = os.environ | {"DATABASE_URL": f"sqlite:///{tmp_path / 'db.sqlite3'}"}
    subprocess.run(
        [sys.executable, "manage.py", "migrate", "--verbosity", "0"],
        check=True, cwd=ROOT, env=environment,
    )  # fmt: skip
    folder = tmp_path / "backups"
    kept = [old(folder / "daily" / "week.zip", 13), old(folder / "monthly" / "spring.zip", 300)]
    ended = [
        old(folder / "daily" / "older.zip", 16),
        old(folder / "daily" / "killed.zip.part", 3),
        old(folder / "monthly" / "two-years.zip", 400),
    ]
    done = backed_up(folder, tmp_path, sys.executable)
    assert done.returncode == 0, done.stderr
    assert all(path.exists() for path in kept)
    assert not any(path.exists() for path in ended)
    [daily] = [path for path in (folder / "daily").iterdir() if path.name[:2] == "20"]
    [monthly] = [path for path in (folder / "monthly").iterdir() if path.name[:2] == "20"]
    assert monthly.samefile(daily)
    assert daily.stat().st_mode & 0o077 == 0


def test_a_backup_that_fails_ends_no_old_one(tmp_path: Path) -> None:
    folder = tmp_path / "backups"
    last = old(folder / "daily" / "last.zip", 100)
    done = backed_up(folder, tmp_path, "/bin/false")
    assert done.returncode != 0
    assert names(folder) == ["daily/last.zip"]
    assert last.exists()
