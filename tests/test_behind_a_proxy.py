"""The site in production behind the proxies of `deploy/`, each run for real with TLS."""

import http.client
import json
import re
import shutil
import socket
import ssl
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import brotli
import pytest
from admin_forms import fields
from server import FAULTS, HOST, PASSWORD, ROOT, Server, ended, free_port, prepared
from upload_files import picture

PAGE = "/distinctions/goods-vs-services/"
DEPLOY = ROOT / "deploy"
CLIENT = "127.0.0.2"
"""Where visitors come from, beside the address of the proxy."""

AWAY = "The site is being restarted. Please try again in a few seconds."


@dataclass
class Front:
    """A proxy, and the site behind it."""

    port: int
    plain: int
    server: Server

    def ask(self, path: str, method: str = "GET", body: str = "", **headers: str) -> Any:
        """What it answers over TLS to somebody at CLIENT; the body is in `content`."""
        context = ssl._create_unverified_context()
        there = http.client.HTTPSConnection(
            HOST, self.port, timeout=30, context=context, source_address=(CLIENT, 0)
        )
        return answered(there, method, path, body, headers)

    def at_the_site(self, path: str, **headers: str) -> Any:
        """What the site answers to the proxy."""
        told = {"X-Forwarded-Proto": "https", "Host": f"{HOST}:{self.port}"}
        there = http.client.HTTPConnection(HOST, self.server.port, timeout=30)
        return answered(there, "GET", path, "", told | headers)


def answered(
    there: http.client.HTTPConnection, method: str, path: str, body: str, headers: dict[str, str]
) -> Any:
    """Headers by their names with _ for -; a name in small letters keeps its underscores."""
    named = {
        name if name.islower() else name.replace("_", "-"): value for name, value in headers.items()
    }
    try:
        there.request(method, path, body or None, named)
        answer: Any = there.getresponse()
        answer.content = answer.read()
        return answer
    finally:
        there.close()


def certificate(folder: Path) -> tuple[Path, Path]:
    program = shutil.which("openssl")
    if not program:
        pytest.skip("openssl is not on this machine, which makes the certificate.")
    key, made = folder / "key.pem", folder / "certificate.pem"
    subprocess.run(
        [program, "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
         "-nodes", "-days", "2", "-subj", "/CN=pom", "-addext", f"subjectAltName=IP:{HOST}",
         "-keyout", key, "-out", made],
        check=True, capture_output=True,
    )  # fmt: skip
    return made, key


def replaced(text: str, **changes: str) -> str:
    """The text with what one replaces on installing it, all of which must be there."""
    for old, new in changes.items():
        assert old in text, old
        text = text.replace(old, new)
    return text


def nginx(folder: Path, front: Front) -> list[str]:
    program = shutil.which("nginx")
    if not program:
        pytest.skip("nginx is not on this machine.")
    made, key = certificate(folder)
    changes = {
        "server 127.0.0.1:8000": f"server {HOST}:{front.server.port}",
        "/var/cache/nginx/pom": str(folder / "cache"),
        "    listen [::]:80;\n": "",
        "    listen [::]:443 ssl http2;\n": "",
        "listen 80": f"listen {HOST}:{front.plain}",
        "listen 443": f"listen {HOST}:{front.port}",
        "pom.example.edu$request_uri": f"{HOST}:{front.port}$request_uri",
        "/etc/letsencrypt/live/pom.example.edu/fullchain.pem": str(made),
        "/etc/letsencrypt/live/pom.example.edu/privkey.pem": str(key),
        "server_name pom.example.edu": f"server_name {HOST}",
    }
    (folder / "pom.conf").write_text(replaced((DEPLOY / "nginx.conf").read_text(), **changes))
    places = " ".join(
        f"{what}_temp_path {folder}/{what};" for what in ("client_body", "proxy", "fastcgi",
        "uwsgi", "scgi")
    )  # fmt: skip
    (folder / "nginx.conf").write_text(
        f"daemon off; pid {folder}/pid; error_log stderr; user root;\n"
        f"events {{}}\nhttp {{ access_log off; {places} include {folder}/pom.conf; }}\n"
    )
    return [program, "-p", str(folder), "-c", str(folder / "nginx.conf"), "-e", "stderr"]


def caddy(folder: Path, front: Front) -> list[str]:
    program = shutil.which("caddy")
    if not program:
        pytest.skip("caddy is not on this machine.")
    made, key = certificate(folder)
    changes = {
        "{\n\tservers": f"{{\n\tadmin off\n\tstorage file_system {folder}\n\thttp_port"
        f" {front.plain}\n\thttps_port {front.port}\n\tdefault_bind {HOST}\n\tservers",
        "\npom.example.edu {\n": f"\nhttps://{HOST}:{front.port} {{\n\ttls {made} {key}\n",
        "127.0.0.1:8000 {": f"{HOST}:{front.server.port} {{",
    }
    (folder / "Caddyfile").write_text(replaced((DEPLOY / "Caddyfile").read_text(), **changes))
    return [program, "run", "--adapter", "caddyfile", "--config", str(folder / "Caddyfile")]


@pytest.fixture(scope="module")
def front(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Front]:
    """The site as it runs in production; what stands before it comes later."""
    folder: Path = tmp_path_factory.mktemp("production")
    port = free_port()
    production = {
        "SITE_URL": f"https://{HOST}:{port}",
        "ALLOWED_HOSTS": HOST,
        "SECRET_KEY": "a-key-of-this-test-" * 4,
        "TRUSTED_PROXIES": HOST,
        "STATIC_ROOT": str(folder / "static"),
        "METRICS_TOKEN": "a-token-of-this-test",
    }
    content = picture()
    (folder / "media").mkdir()
    (folder / "media" / f"{sha256(content).hexdigest()}.png").write_bytes(content)
    with prepared(folder, FAULTS, more=production) as server:
        done = server.run("manage.py", "collectstatic", "--noinput", "--verbosity", "0")
        assert done.returncode == 0, done.stderr
        server.start()
        yield Front(port, free_port(), server)


@contextmanager
def running(command: list[str], folder: Path, front: Front) -> Iterator[None]:
    with (folder / "proxy.log").open("wb") as out:
        process = subprocess.Popen(command, cwd=folder, stdout=out, stderr=out)
    try:
        for _ in range(200):
            with socket.socket() as asked:
                if asked.connect_ex((HOST, front.port)) == 0:
                    break
            assert process.poll() is None, (folder / "proxy.log").read_text()
            time.sleep(0.05)
        yield
    finally:
        ended(process)


MADE: dict[str, Callable[[Path, Front], list[str]]] = {"nginx": nginx, "caddy": caddy}


@pytest.fixture(scope="module", params=MADE)
def site(
    front: Front, tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> Iterator[Front]:
    folder: Path = tmp_path_factory.mktemp(request.param)
    with running(MADE[request.param](folder, front), folder, front):
        yield front


def test_a_page_passes_as_the_site_compressed_it(site: Front) -> None:
    own = site.at_the_site(PAGE, Accept_Encoding="br")
    page = site.ask(PAGE, Accept_Encoding="br")
    assert (page.status, page.headers["Content-Encoding"]) == (200, "br")
    assert page.content == own.content
    assert b"Goods 0." in brotli.decompress(page.content)
    for name in ("ETag", "Content-Security-Policy", "Strict-Transport-Security", "Vary",
                 "Cache-Control", "X-Content-Type-Options"):  # fmt: skip
        assert page.headers[name] == own.headers[name], name
    assert page.headers["Set-Cookie"] is None


def test_who_has_a_page_is_told_so(site: Front) -> None:
    tag = site.ask(PAGE, Accept_Encoding="br").headers["ETag"]
    again = site.ask(PAGE, Accept_Encoding="br", If_None_Match=tag)
    assert (again.status, again.content, again.headers["ETag"]) == (304, b"", tag)


def test_links_and_redirects_lead_to_https(site: Front) -> None:
    assert f"https://{HOST}:{site.port}{PAGE}".encode() in site.ask(PAGE).content
    moved = site.ask(PAGE.rstrip("/"))
    assert (moved.status, moved.headers["Location"]) == (301, PAGE)


def test_plain_http_is_led_to_https(site: Front) -> None:
    there = http.client.HTTPConnection(HOST, site.plain, timeout=30)
    answer = answered(there, "GET", PAGE, "", {"Host": HOST})
    assert answer.status in (301, 308)
    assert answer.headers["Location"].startswith(f"https://{HOST}")


def test_static_files_have_names_of_their_content_and_stay_for_years(site: Front) -> None:
    found = re.search(rb'href="(/static/css/site\.[0-9a-f]{12}\.css)"', site.ask(PAGE).content)
    assert found
    for _ in range(2):  # the second time as the proxy keeps it
        answer = site.ask(found[1].decode(), Accept_Encoding="br")
        assert answer.status == 200
        assert "immutable" in answer.headers["Cache-Control"]
        assert int(re.findall(r"max-age=(\d+)", answer.headers["Cache-Control"])[0]) > 31_000_000
        assert answer.headers["Content-Encoding"] == "br"
        assert b"--" in brotli.decompress(answer.content)
    plain = site.ask(found[1].decode())
    assert plain.headers["Content-Encoding"] is None
    assert b"--" in plain.content


def test_pictures_keep_their_own_headers(site: Front) -> None:
    content = picture()
    for _ in range(2):
        answer = site.ask(f"/media/{sha256(content).hexdigest()}.png")
        assert (answer.status, answer.content) == (200, content)
        assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
        assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"


PUBLISH = """
from concepts import publishing; from concepts.models import Page
page = Page.objects.get(slug="page-0")
page.summary = f"Summed up {page.editions.count()} times."
page.save()
print(publishing.publish(page, by=None, note="", significance="meaning", override="Yes.").number)
"""
CLOSE = """
from concepts import publishing; from concepts.models import Edition
last = Edition.objects.filter(slug="page-0").latest("number")
publishing.close(last, by=None, reason="By order of a court.")
"""


def told_by(site: Front, code: str) -> str:
    """What a piece of the site's code prints, once all processes know what it did."""
    done = site.server.run("manage.py", "shell", "--verbosity", "0", "--command", code)
    assert done.returncode == 0, done.stderr
    time.sleep(1.1)  # each remembers the stamp for a second
    return str(done.stdout).strip()


def test_an_edition_that_is_closed_is_gone_at_once(site: Front) -> None:
    number = told_by(site, PUBLISH)
    forms = ("", "index.json", "index.md", "index.bib", "card.png")
    addresses = [f"/concepts/page-0/editions/{number}/{form}" for form in forms]
    assert {site.ask(each).status for each in addresses * 2} == {200}
    told_by(site, CLOSE)
    assert {site.ask(each).status for each in addresses * 2} == {410}


def test_forms_of_an_edition_come_in_each_coding(site: Front) -> None:
    address = "/distinctions/goods-vs-services/editions/1/index.json"
    plain = site.ask(address)
    short = site.ask(address, Accept_Encoding="br")
    assert brotli.decompress(short.content) == plain.content
    assert site.ask(address).content == plain.content


def test_figures_are_shown_to_nobody_outside(site: Front) -> None:
    token = {"Authorization": "Bearer a-token-of-this-test"}
    assert site.ask("/metrics", **token).status == 404
    assert site.at_the_site("/metrics", **token).status == 200
    assert site.ask("/healthz").status == 200


@pytest.mark.parametrize("size", [5 * 1024**2 + 70_000, 30 * 1024**2])
def test_what_is_too_large_is_refused_in_words(site: Front, size: int, tmp_path: Path) -> None:
    """Over HTTP/2, as browsers do: Python's own client sends all before it reads.

    One in thirty times curl is told the status alone, since it is still sending.
    """
    program = shutil.which("curl")
    if not program:
        pytest.skip("curl is not on this machine.")
    (tmp_path / "large").write_bytes(b"x" * size)
    command = [
        program, "--silent", "--insecure", "--http2", "--write-out", "\n%{http_code}",
        "--data-binary", f"@{tmp_path / 'large'}",
        f"https://{HOST}:{site.port}/admin/markdown/upload/",
    ]  # fmt: skip
    told = set()
    for _ in range(5):
        done = subprocess.run(command, check=False, capture_output=True, text=True)
        said, status = done.stdout.rsplit("\n", maxsplit=1)
        assert status == "413"
        told.add(json.loads(said)["error"] if said else "")
        if told != {""}:
            break
    assert any("larger than 5 MB" in each for each in told)


@pytest.mark.parametrize("path", ["/check-links/", "/admin/login/", "/about/"])
def test_what_the_site_refuses_unread_is_no_outage(site: Front, path: str) -> None:
    form = {"Content_Type": "application/x-www-form-urlencoded"}
    for size in (1_200_000, 3_000_000, 5_000_000):
        assert site.ask(path, "POST", "x=" + "y" * size, **form).status in (400, 403, 405, 413)


def log_in(site: Front, name: str, password: str, **headers: str) -> Any:
    page = site.ask("/admin/login/")
    cookie = page.headers["Set-Cookie"].partition(";")[0]
    assert cookie.startswith("__Host-csrftoken=")
    form = fields(page.content) | {"username": name, "password": password}
    return site.ask(
        "/admin/login/",
        "POST",
        urlencode(form),
        Cookie=cookie,
        Origin=f"https://{HOST}:{site.port}",
        Content_Type="application/x-www-form-urlencoded",
        **headers,
    )


def test_an_editor_logs_in(site: Front) -> None:
    answer = log_in(site, "editor0", PASSWORD)
    assert answer.status == 302, answer.content
    cookies = answer.headers.get_all("Set-Cookie")
    [session] = [each for each in cookies if each.startswith("__Host-sessionid=")]
    assert "Secure" in session
    assert "HttpOnly" in session


def test_failed_log_ins_count_for_who_sends_them_whatever_he_says(site: Front) -> None:
    site.server.rows("DELETE FROM axes_accessattempt")
    answers = [
        log_in(
            site,
            "editor1",
            "wrong",
            X_Forwarded_For=f"198.51.100.{number}",
            Forwarded=f"for=198.51.100.{number}",
            X_Real_IP=f"198.51.100.{number}",
            x_forwarded_for=f"198.51.100.{number}",
        ).status
        for number in range(5)
    ]
    assert answers == [200, 200, 200, 200, 429]
    assert str(site.server.one("SELECT DISTINCT ip_address FROM axes_accessattempt")) == CLIENT
    site.server.rows("DELETE FROM axes_accessattempt")


def test_the_hosts_that_a_client_names_besides_change_nothing(site: Front) -> None:
    told = {
        "X_Forwarded_Host": "evil.example",
        "X_Forwarded_Proto": "http",
        "X_Forwarded_Port": "1",
        "x_forwarded_proto": "http",
    }
    page = site.ask(PAGE, **told)
    assert page.status == 200
    assert b"evil.example" not in page.content


@pytest.mark.parametrize("name", MADE)
def test_while_the_site_is_away_visitors_are_told_to_come_again(
    front: Front, tmp_path: Path, name: str
) -> None:
    nobody = replace(front.server, port=free_port())
    away = Front(free_port(), free_port(), nobody)
    with running(MADE[name](tmp_path, away), tmp_path, away):
        answer = away.ask(PAGE)
    assert (answer.status, answer.headers["Retry-After"]) == (503, "10")
    assert AWAY in answer.content.decode()
