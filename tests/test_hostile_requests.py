"""104 hostile requests, to every part of the site; none does harm, and none is an error of ours.

A case says who asks (`as`), for what, and which answers are right. `{names}` in it stand for
addresses and `$names` for files, both below. What needs a socket stands in
`test_security_wire.py`.
"""

import json
import re
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import pytest
from admin_forms import address, fields, user
from django.conf import settings as site
from django.contrib.auth.models import User
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from header_classes import PRODUCTION, Encrypted, wrong
from outbound import watched
from samples import comparison, concept, publish
from staff import PASSWORD, member
from upload_files import MEGABYTE, bomb, picture

from concepts.models import Edition, LogEntry, Page

pytestmark = pytest.mark.django_db

LINES = (Path(__file__).parent / "data" / "hostile_requests.jsonl").read_text(encoding="utf-8")
CASES = [json.loads(line) for line in LINES.splitlines()]
ASKED = [case for case in CASES if not case.get("raw") and case["family"] != "slow-client"]
MEDIA = f"/media/{'0a' * 32}.png"
PAGE = "/distinctions/goods-vs-services/"
SECRET = "xyzzyplugh"
PLACES = {
    "preview_path": "/admin/markdown/preview/",
    "upload_path": "/admin/markdown/upload/",
    "media_path": MEDIA,
    "distinction_path": PAGE,
    "distinction_slug": "goods-vs-services",
    "distinction_slug_upper": "distinctions/GOODS-VS-SERVICES",
    "embed_path": "/embed/distinction/goods-vs-services/",
    "edition_path": f"{PAGE}editions/1/",
    "edition_base": f"{PAGE}editions/",
    "compare_path": f"{PAGE}editions/1..2/",
    "alias_path_a": "/concepts/old-name/",
    "redirect_param_path": "admin/login/",
    "draft_path": "/concepts/not-yet/",
    "draft_embed_path": "/embed/concept/not-yet/",
    "draft_title": f"The {SECRET}",
    "draft_slug": "not-yet",
    "draft_secret_word": SECRET,
    "draft_only_source_key": f"{SECRET}1999",
    "draft_revision_id": "2",
    "export_csv": f"{PAGE}index.csv",
    "export_json": f"{PAGE}index.json",
    "export_md": f"{PAGE}index.md",
    "oembed_path": "/oembed",
    "search_path": "/search/",
    "health_path": "/healthz",
    "base": site.SITE_URL,
    "app": "concepts",
    "edition_model": "edition",
    "editor_name": "editor",
    "n": "9",
}
FILES: dict[str, Callable[[], bytes]] = {
    "$ok_png": picture,
    "$png_30000x30000_1bit": lambda: bomb(30_000),
    "$gif_51MB": lambda: b"GIF89a" + bytes(51 * MEGABYTE),
}
ECHOED = {"p034"}
"""Whose answer says once what was asked for."""


def names(case: dict[str, Any]) -> str:
    return f"{case['id']}-{case['family']}"


@pytest.fixture(autouse=True)
def folder(settings: Any, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.CONTACT = "editors@example.edu"
    for name, value in PRODUCTION.items():
        setattr(settings, name, value)
    default_storage.save(MEDIA.removeprefix("/media/"), SimpleUploadedFile("a.png", picture()))
    return tmp_path / "media"


@pytest.fixture
def places() -> dict[str, str]:
    """A published comparison, a renamed concept, a draft, and what the cases call them."""
    page, alias = comparison(), concept("old-name", summary="It was.")
    publish(page)
    publish(alias)
    Page.objects.filter(pk=alias.pk).update(slug="new-name")
    publish(Page.objects.get(pk=alias.pk))
    secret = f"A {SECRET}. [@{SECRET}1999]"
    draft = concept("not-yet", title=f"The {SECRET}", summary=secret)
    concept("goods", Page.objects.get(slug="goods"), title=SECRET, summary=secret)
    root = User.objects.create_superuser("root", password=PASSWORD)
    ids = {"page_id": page.pk, "edition_id": Edition.objects.filter(page=page).get().pk}
    ids |= {"draft_id": draft.pk, "superuser_id": root.pk, "editor_id": 0}
    return PLACES | {"model": "distinction"} | {name: str(one) for name, one in ids.items()}


def filled(text: str, places: dict[str, str]) -> str:
    """The text with addresses in the place of their names; other braces stay."""
    return re.sub(r"\{(\w+)\}", lambda name: places.get(name[1], name[0]), text)


def generated(parts: list[dict[str, Any]]) -> str:
    return "".join(part["s"] * part["n"] for part in parts)


def content_of(named: str) -> bytes:
    """`$ok_png+<script>` is the file with something behind it; other texts are themselves."""
    name, _, more = named.partition("+")
    return FILES[name]() + more.encode() if name in FILES else named.encode()


def body_of(case: dict[str, Any], places: dict[str, str], form: str) -> dict[str, Any]:
    """What the test client sends; every upload has its words, so that they are no reason."""
    kind = case["headers"].get("Content-Type", "application/x-www-form-urlencoded")
    if "files" in case:
        files = {
            field: SimpleUploadedFile("x", content_of(file["content"]), file["type"])
            for field, file in case["files"].items()
        }
        for field, file in case["files"].items():
            files[field].name = file["name"]
        return {"data": {"alt": "A lane", **files}}
    body = generated(case["body_gen"]) if "body_gen" in case else case["body"] or ""
    return {
        "data": filled(body, places | {"valid_form": form}),
        "content_type": kind,
    }


def browser(who: str, places: dict[str, str]) -> Client:
    """Somebody with these rights; the editor's log-in is made for all."""
    client = Encrypted(enforce_csrf_checks=True)
    editor = member("editor", "Editor")
    places["editor_id"] = str(editor.pk)
    accounts: dict[str, Callable[[], User]] = {
        "editor": lambda: editor,
        "superuser": lambda: User.objects.get(username="root"),
        "writer_without_publish": lambda: member("writer", "Writer"),
        "user_no_perms": lambda: user("nobody"),
    }
    if who != "anon":
        client.force_login(accounts[who]())
    return client


def send(case: dict[str, Any], places: dict[str, str]) -> Any:
    client = browser(case["as"], places)
    headers = {name: value for name, value in case["headers"].items() if name != "Content-Type"}
    path = filled(case["path"], places) + generated(case.get("query_gen", []))
    headers.setdefault("Referer", f"https://testserver{path}" if case.get("csrf") else "")
    if case.get("csrf"):
        page = client.get("/admin/login/" if case["as"] == "anon" else "/admin/password_change/")
        headers["X-CSRFToken"] = fields(page.content)["csrfmiddlewaretoken"]
    method = case["method"].removesuffix("_GEN")
    if method in ("GET", "DELETE"):
        answer = client.generic(method, path, headers=headers)
    else:
        form = ""
        if "{valid_form}" in (case["body"] or ""):
            form = "&".join(f"{k}={v}" for k, v in fields(client.get(path).content).items())
        post = partial(client.post, path, **body_of(case, places, form), headers=headers)
        for _ in range(case.get("repeat", 1) - 1):
            post()
        answer = post()
    hops, first = 0, answer.status_code
    while case.get("follow") and answer.status_code in (301, 302) and hops <= case["max_redirects"]:
        answer, hops = client.get(answer.headers["Location"]), hops + 1
    assert hops <= case.get("max_redirects", 0)
    if "then_get" in case:
        assert client.get(case["then_get"]).status_code in case["then_status"]
    answer.status_code = first
    return answer


def kept() -> tuple[Any, ...]:
    """What no hostile request may change."""
    editions = list(Edition.objects.order_by("id").values_list("id", "document", "published_at"))
    people = list(User.objects.values_list("username", "is_superuser").order_by("username"))
    pages = list(Page.objects.order_by("id").values_list("id", "title", "slug"))
    return editions, people, pages, LogEntry.objects.count()


MOST_MEMORY, OF_A_WORKER = 250, 130
"""MB that a process of the site may have in the worst of cases, and has in any case."""
OF_THE_CLIENT = {"p020": 3 * 51}
"""MB that the test's client has in this process: what it sends, three times."""


def memory(what: str) -> float:
    """MB of this process: VmRSS now, VmHWM at most."""
    status = Path("/proc/self/status").read_text()
    [line] = re.findall(rf"^{what}:\s+(\d+) kB", status, re.MULTILINE)
    return int(line) / 1024


@pytest.mark.parametrize("case", ASKED, ids=names)
def test_a_hostile_request_does_no_harm(
    case: dict[str, Any], folder: Path, places: dict[str, str]
) -> None:
    files, before = {path.name for path in folder.iterdir()}, kept()
    Path("/proc/self/clear_refs").write_text("5")  # from here on the peak of memory counts anew
    held, begun = memory("VmRSS"), time.process_time()
    with watched() as outbound:
        answer = send(case, places)
    took = time.process_time() - begun
    most = case.get("max_rss_mb", MOST_MEMORY) - OF_A_WORKER + OF_THE_CLIENT.get(case["id"], 0)
    assert memory("VmHWM") - held < most
    assert outbound == []
    added = {path.name for path in folder.iterdir()} - files
    assert answer.status_code in case["status"]
    if case.get("fs_effect") == "none" or answer.status_code != 200:
        assert added == set()
    if "db_effect" in case:
        editions, people, pages, log = kept()
        assert (editions, pages, log) == (before[0], before[2], before[3])
        assert {name for name, is_root in people if is_root} == {"root"}
    assert took < case.get("max_seconds", 2.0)  # of the processor
    told = answer.content.decode(errors="replace")
    words = [filled(word, places) for word in case.get("body_must_not", [])]
    asked = told.replace(SECRET, "") if case["id"] in ECHOED else told
    assert [word for word in words if re.search(word, asked)] == []
    assert {name for name in case.get("header_absent", []) if name in answer.headers} == set()
    for name, form in case.get("header_expect", {}).items():
        assert re.search(form, answer.headers.get(name, "")), name
    for name, form in case.get("header_must_not", {}).items():
        assert not re.search(form, answer.headers.get(name, "")), name
    if "header_class" in case:
        assert wrong(answer.headers, case["header_class"]) == []


@pytest.mark.parametrize(
    "case",
    [case for case in CASES if 200 in case["status"] and "files" in case],
    ids=lambda case: case["id"],
)
def test_a_hostile_name_or_tail_is_not_kept(
    case: dict[str, Any], folder: Path, places: dict[str, str]
) -> None:
    before = {path.name for path in folder.iterdir()}
    code = send(case, places).json()["image_code"]
    [added] = {path.name for path in folder.iterdir()} - before
    assert code == f"![A lane](/media/{added}#12x8)"
    assert re.fullmatch(r"[0-9a-f]{64}\.png", added)
    assert b"<script>" not in (folder / added).read_bytes()


def test_what_a_form_does_not_have_changes_nothing(places: dict[str, str]) -> None:
    page = Page.objects.get(slug="goods-vs-services")
    client = browser("writer_without_publish", places)
    token = fields(client.get("/admin/password_change/").content)["csrfmiddlewaretoken"]
    page_form = fields(client.get(address(page.distinction)).content)
    stolen = {"status": "published", "published_at": "2000-01-01", "id": "1", "kind": "guide"}
    stolen |= {"created_by": places["superuser_id"], "title": "Wares"}
    sent = page_form | stolen | {"csrfmiddlewaretoken": token}
    referer = f"https://testserver{address(page.distinction)}"
    answer = client.post(address(page.distinction), sent, headers={"Referer": referer})
    assert answer.status_code == 302
    after = Page.objects.get(pk=page.pk)
    assert (after.title, after.kind) == ("Wares", "distinction")
    assert Edition.objects.filter(page=page).count() == 1


def test_known_and_unknown_accounts_are_answered_alike(places: dict[str, str]) -> None:
    pair = [case for case in CASES if case["family"] == "user-enumeration"]
    answers = []
    for case in pair:
        name = dict(parse_qsl(filled(case["body"], places)))["username"]
        User.objects.filter(username="editor").delete()
        answer = send(case, places)
        token = re.compile(r'name="csrfmiddlewaretoken" value="[^"]*"')
        answers.append(
            (answer.status_code, token.sub("", answer.content.decode().replace(name, "")))
        )
    assert len(answers) == 2
    assert answers[0] == answers[1]


def test_the_twentieth_wrong_password_is_throttled_and_told_until_when(
    places: dict[str, str],
) -> None:
    [case] = [case for case in CASES if case["family"] == "brute-force"]
    answer = send(case, places)
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) > 0


def test_every_case_is_tried() -> None:
    assert len(CASES) == 104
    assert len({case["id"] for case in CASES}) == 104
