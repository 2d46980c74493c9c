"""Imports that are killed, that fail at the end, and that run while editors save, on a real server.

The scenarios F08 to F10: all of a folder comes in or nothing of it, and no edit is written over.
`make faults` runs the full figures.
"""

import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import documents as make
import pytest
from figures import rounds, summed_up
from server import ROOT, Browser, Server, serving
from soundness import contents, faults

from concepts.content_files import write_folder
from concepts.documents import Document

FILES = rounds(500, 40)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serving(tmp_path_factory.mktemp("importing")) as running:
        yield running


def documents(version: str) -> list[Document]:
    """As many as there are files: concepts that name each other, comparisons of them, sources."""
    number = FILES - 3 * (FILES // 10)
    concepts: list[Document] = [
        make.concept(
            f"imported-{n}",
            summary=f"{version} of {n} [@source-{n % (FILES // 10)}].",
            body=f"Unlike [the next](concept:imported-{(n + 1) % number}).\n\nA line.\n\nAnother.",
            prerequisites=[f"imported-{n - 1}"] if n else [],
        )
        for n in range(number)
    ]
    compared: list[Document] = [
        make.distinction(
            f"imported-{n}-vs-{n + 1}",
            sides=[{"key": key, "concept": f"imported-{m}"}
                   for key, m in (("goods", n), ("services", n + 1))],
            rows=[make.row(f"row-{m}", goods=f"{version} {m}.") | {"cells": [
                {"side": side, "text": f"{version}, {side} {m}."} for side in ("goods", "services")
            ]} for m in range(4)],
        )
        for n in range(2 * (FILES // 10))
    ]  # fmt: skip
    sources: list[Document] = [make.source(f"source-{n}") for n in range(FILES // 10)]
    return [*concepts, *compared, *sources]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("files")
    assert len(write_folder(path, documents("First"))) == FILES
    return path


def started(server: Server, folder: Path, *options: str) -> "subprocess.Popen[bytes]":
    """A running import that also publishes."""
    command = [sys.executable, "manage.py", "import_content", "--publish", *options, str(folder)]
    environment = server.environment | {"PYTHONUNBUFFERED": "1"}
    return subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )


def worked_for(process: "subprocess.Popen[bytes]") -> float:
    """Seconds of the processor that a command took until it said what it had done."""
    assert process.stdout
    assert b"Created" in process.stdout.readline()
    worked = worked_so_far(process.pid)
    process.communicate()
    return worked


def worked_so_far(pid: int) -> float:
    """Seconds of the processor that a process took."""
    try:
        told = Path(f"/proc/{pid}/stat").read_text().rsplit(")", maxsplit=1)[1].split()
    except OSError:
        return 0.0
    return (int(told[11]) + int(told[12])) / os.sysconf("SC_CLK_TCK")


def media_files(server: Server) -> list[str]:
    return sorted(map(str, Path(server.environment["MEDIA_ROOT"]).rglob("*")))


# F09 ---------------------------------------------------------------------------------------------


def test_f09_an_import_that_fails_at_its_last_file_leaves_nothing(
    server: Server, folder: Path
) -> None:
    bad = folder / "concepts" / "zz-the-last.md"
    before = contents(server)
    wrong = {
        "title: ''": "concepts/zz-the-last.md, line 4:",
        "title: The last\nprerequisites: [nowhere-to-be-found]": "concepts/zz-the-last.md, line 5:",
    }
    for lines, place in wrong.items():
        bad.write_text(f"---\nkind: concept\nslug: zz-the-last\n{lines}\n---\n\nText.\n")
        done = server.run("manage.py", "import_content", "--publish", folder)
        assert done.returncode == 1
        assert place in done.stderr
        assert "Nothing was imported." in done.stderr
        assert "Traceback" not in done.stderr
        assert contents(server) == before
    bad.unlink()
    summed_up("F09", files=FILES + 1, bad=1, tables_changed=0)


# F08 ---------------------------------------------------------------------------------------------


def test_f08_an_import_that_is_ended_leaves_nothing_and_succeeds_when_it_is_run_again(
    server: Server, folder: Path
) -> None:
    before, media = contents(server), media_files(server)
    begun = time.monotonic()
    worked = worked_for(started(server, folder, "--dry-run"))
    whole, count, ends = time.monotonic() - begun, rounds(20, 4), Counter[str]()
    assert contents(server) == before
    for number in range(count):
        process = started(server, folder)
        # From the tenth to the ninetieth part of its work, however busy the machine is.
        until = worked * (0.1 + 0.8 * (number + 0.5) / count)
        while worked_so_far(process.pid) < until:
            assert process.poll() is None, "It was over before it was ended."
            time.sleep(0.005)
        sent = (signal.SIGKILL, signal.SIGTERM)[number % 2]
        process.send_signal(sent)
        process.communicate()
        assert process.returncode == -sent
        ends[sent.name] += 1
        assert contents(server) == before
        assert media_files(server) == media
    assert faults(server) == []
    done = server.run("manage.py", "import_content", "--publish", folder)
    assert done.returncode == 0, done.stderr
    assert f"Created: {FILES}." in done.stdout
    assert faults(server) == []
    assert Browser(server).get("/distinctions/imported-1-vs-2/").status == 200
    summed_up("F08", files=FILES, unchanged=f"{count}/{count}", ended_by=dict(ends),
              seconds_of_an_import=round(whole, 1))  # fmt: skip


# F10 ---------------------------------------------------------------------------------------------


class Editor:
    """Somebody who writes a new line into one imported page, over and over."""

    def __init__(self, server: Server, number: int) -> None:
        self.server, self.browser = server, Browser(server).log_in(f"editor{number}")
        self.slug = f"imported-{number}"
        pk = server.one("SELECT id FROM concepts_page WHERE slug = ?", self.slug)
        self.path = f"/admin/concepts/concept/{pk}/change/"
        self.number, self.count, self.words = number, 0, list[str]()
        self.outcomes: Counter[str] = Counter()

    def write_until(self, over: threading.Event) -> None:
        while not over.is_set():
            self.count += 1
            word = f"e{self.number}w{self.count}x"
            form = self.browser.open_form(self.path)
            body = form["body"].replace("Another.", f"{word}.\r\n\r\nAnother.")
            answer = self.browser.post(self.path, form | {"body": body})
            if answer.status == 302:
                self.words.append(word)
                continue
            assert answer.status in (200, 503), answer.text
            told = ("saved the same parts", "somebody else is saving", "nothing was saved")
            assert any(words in answer.text for words in told), answer.text
            self.outcomes[str(answer.status)] += 1

    def saved_around_the_import(self) -> tuple[list[str], list[str]]:
        """The words that the log has before the last import of the page, and only after it."""
        sql = "SELECT action, document FROM concepts_logentry WHERE object_id = ? ORDER BY id"
        entries = self.server.rows(sql, int(self.path.split("/")[4]))
        place = max(n for n, (action, _) in enumerate(entries) if action == "import")
        earlier, later = (str(some) for some in (entries[:place], entries[place + 1 :]))
        before = [word for word in self.words if f"{word}." in earlier]
        return before, [w for w in self.words if f"{w}." in later and w not in before]

    @property
    def text(self) -> str:
        """What the page says on the desk now."""
        sql = "SELECT body FROM concepts_page WHERE slug = ?"
        return str(self.server.one(sql, self.slug))


def test_f10_an_import_never_writes_over_an_edit_that_it_has_not_seen(
    server: Server, tmp_path: Path
) -> None:
    if not server.one("SELECT count(*) FROM concepts_page WHERE slug = 'imported-1'"):
        write_folder(tmp_path / "first", documents("First"))
        assert server.run("manage.py", "import_content", tmp_path / "first").returncode == 0
    folder = tmp_path / "later"
    editors, saves = [Editor(server, number) for number in range(4)], Counter[str]()
    for number in range(rounds(10, 1)):
        write_folder(folder, documents(f"Version {number}"))
        done = imported_while_they_write(server, editors, folder)
        assert done.returncode == 1
        assert "Nothing was imported. Editors changed these on the desk" in done.stderr
        for editor in editors:
            assert [word for word in editor.words if f"{word}." not in editor.text] == []
        done = imported_while_they_write(server, editors, folder, "--overwrite")
        assert done.returncode == 0, done.stderr
        for editor in editors:
            before, after = editor.saved_around_the_import()
            assert {*before, *after} == {*editor.words}
            assert [word for word in after if f"{word}." not in editor.text] == []
            saves += Counter(before=len(before), after=len(after))
    assert faults(server) == []
    told = sum((editor.outcomes for editor in editors), Counter())
    summed_up("F10", files=FILES, saves_before_an_import=saves["before"],
              saves_after_it=saves["after"], lost=0, told_to_save_again=dict(told))  # fmt: skip


def imported_while_they_write(
    server: Server, editors: list[Editor], folder: Path, *options: str
) -> "subprocess.CompletedProcess[str]":
    """What an import says that began after each had saved, and ended before they did."""
    over = threading.Event()
    for editor in editors:
        editor.words.clear()
    with ThreadPoolExecutor(len(editors)) as pool:
        writing = [pool.submit(editor.write_until, over) for editor in editors]
        try:
            while not all(editor.words for editor in editors):
                assert not any(each.done() for each in writing), "One of them was refused."
                time.sleep(0.01)
            done = server.run("manage.py", "import_content", *options, folder)
        finally:
            over.set()
    assert [each.result() for each in writing] == [None] * len(editors)
    return done
