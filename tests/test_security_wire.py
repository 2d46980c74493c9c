"""Hostile requests as they come over the wire, to a real server: no second answer, no 500, no echo.

The cases of `data/hostile_requests.jsonl` that need a socket, and more of their kind.
"""

import http.client
import re
import socket
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote

import pytest
from django.utils.datastructures import CaseInsensitiveMapping
from header_classes import wrong
from server import HOST, PASSWORD, Browser, Server, serving
from test_hostile_requests import CASES, PLACES, filled, generated

RAW = [case for case in CASES if case.get("raw") and case["method"] != "RAW_SLOW"]
PAGE = PLACES["distinction_path"]
DEAD = 0


class Got(NamedTuple):
    """What came back before the connection was closed; status 0: nothing."""

    status: int
    headers: dict[str, str]
    body: str
    answers: int


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("wire")
    script = Path(__file__).parent / "site_of_wire.py"
    with serving(folder, [[str(script), PASSWORD]], workers=1) as started:
        yield started


def exchanged(server: Server, sent: bytes, wait: float = 10.0) -> Got:
    """Everything that the server says to these bytes."""
    got = b""
    with socket.create_connection((HOST, server.port), timeout=wait) as connection:
        with suppress(OSError):  # it may hang up before it has read everything
            connection.sendall(sent)
        with suppress(OSError):
            while piece := connection.recv(65536):
                got += piece
                if _is_whole(got):
                    break
    head, _, body = got.partition(b"\r\n\r\n")
    lines = head.decode("latin-1").split("\r\n")
    status = int(lines[0].split()[1]) if got else DEAD
    headers = dict(line.split(": ", 1) for line in lines[1:] if ": " in line)
    return Got(status, headers, body.decode(errors="replace"), got.count(b"HTTP/1.1 "))


def _is_whole(got: bytes) -> bool:
    head, parted, body = got.partition(b"\r\n\r\n")
    length = re.search(rb"(?i)\r\ncontent-length: (\d+)", head)
    return bool(parted and length and len(body) >= int(length[1]))


def request(method: str, path: str, headers: dict[str, str], body: str = "") -> bytes:
    """A request whose path goes out as it is, without any escape."""
    given = {"Connection": "close", **headers}
    if body:
        given["Content-Length"] = str(len(body))
    lines = [f"{method} {path} HTTP/1.1", *(f"{name}: {value}" for name, value in given.items())]
    return ("\r\n".join(lines) + f"\r\n\r\n{body}").encode("utf-8", "surrogateescape")


def of_case(case: dict[str, Any], host: str) -> bytes:
    places = PLACES | {"host": host}
    if case["method"] == "RAW":
        return filled(case["raw_bytes"], places).encode()
    headers = {"Host": host} | {n: filled(v, places) for n, v in case["headers"].items()}
    headers |= {name: generated(parts) for name, parts in case.get("headers_gen", {}).items()}
    body = generated(case["body_gen"]) if "body_gen" in case else case["body"] or ""
    path = re.sub(r'["<> ]', lambda sign: quote(sign[0]), filled(case["path"], places))
    return request(case["method"].removesuffix("_GEN"), path, headers, body)


def faults(case: dict[str, Any], got: Got) -> list[str]:
    """What is wrong with the answer to a case; what is no HTTP may be answered by hanging up."""
    closed = {DEAD} if case["family"] == "malformed-http" else set()
    found = [] if got.status in {*case["status"], *closed} else [f"status {got.status}"]
    found += [f"{got.answers} answers"] if got.answers > 1 else []
    found += [f"says {w}" for w in case.get("body_must_not", []) if re.search(w, got.body)]
    found += [f"has {n}" for n in case.get("header_absent", []) if n in got.headers]
    location = got.headers.get("location", "")
    found += [location for form in case.get("location_must_not", []) if re.search(form, location)]
    return found


def test_no_hostile_request_over_the_wire_does_harm(server: Server) -> None:
    host, found = f"{HOST}:{server.port}", {}
    clean = exchanged(server, request("GET", PAGE, {"Host": host})).body
    assert "Goods vs services" in clean
    for case in RAW:
        got = exchanged(server, of_case(case, host))
        found[case["id"]] = faults(case, got)
        if "then_get_clean" in case:
            again = exchanged(server, request("GET", PAGE, {"Host": host})).body
            found[case["id"]] += ["the page changed"] if again != clean else []
    assert {name: told for name, told in found.items() if told} == {}


ODD = {
    "a whole address in the place of a path": "GET http://elsewhere.example/ HTTP/1.1|Host: {host}",
    "a whole address and another host": "GET http://{host}/ HTTP/1.1|Host: elsewhere.example",
    "two hosts": "GET / HTTP/1.1|Host: {host}|Host: elsewhere.example",
    "two lengths": "POST /check-links/ HTTP/1.1|Host: {host}|Content-Length: 6|Content-Length: 3",
    "a length below zero": "POST /check-links/ HTTP/1.1|Host: {host}|Content-Length: -1",
    "a length that is none": "POST /check-links/ HTTP/1.1|Host: {host}|Content-Length: 1e9",
    "no encoding of transfer": "POST / HTTP/1.1|Host: {host}|Transfer-Encoding: xchunked",
    "another method": "PROPFIND / HTTP/1.1|Host: {host}",
    "connect": "CONNECT {host} HTTP/1.1|Host: {host}",
    "options of the server": "OPTIONS * HTTP/1.1|Host: {host}",
    "no byte of a character": "GET /%ff%c0%80/ HTTP/1.1|Host: {host}",
    "a zero in the query": "GET /search/?q=%00%ff HTTP/1.1|Host: {host}",
    "dots that are escaped": "GET /static/%2e%2e/%2e%2e/pomsite/settings.py HTTP/1.1|Host: {host}",
    "dots in a picture": "GET /media/..%2f..%2fdb.sqlite3 HTTP/1.1|Host: {host}",
    "a part of a page": "GET {page} HTTP/1.1|Host: {host}|Range: bytes=0-10,5-20,-3",
    "a promise that is none": "GET / HTTP/1.1|Host: {host}|Expect: the-unexpected",
    "an upgrade": "GET / HTTP/1.1|Host: {host}|Connection: Upgrade|Upgrade: h2c|HTTP2-Settings: AA",
    "a header that goes on in the next line": "GET / HTTP/1.1|Host: {host}|X-A: b| c",
    "a name of a header with a space": "GET / HTTP/1.1|Host : {host}",
    "no such version": "GET / HTTP/9.9|Host: {host}",
    "a date that is none": "GET /timegate{page} HTTP/1.1|Host: {host}|Accept-Datetime: {long}",
    "a tag of 40 kB": "GET {page} HTTP/1.1|Host: {host}|If-None-Match: {long}",
    "a wish of 40 kB": 'GET {page} HTTP/1.1|Host: {host}|Accept: application/json;q="{long}"',
    "codings of 40 kB": "GET {page} HTTP/1.1|Host: {host}|Accept-Encoding: {long}",
    "a path of 40 kB": "GET /{long}/ HTTP/1.1|Host: {host}",
    "a query of 40 kB": "GET /search/?q={long} HTTP/1.1|Host: {host}",
    "a thousand parameters": "GET {page}?{many} HTTP/1.1|Host: {host}",
    "a cookie of 40 kB": "GET /admin/login/ HTTP/1.1|Host: {host}|Cookie: sessionid={long}",
    "no cookies": 'GET /admin/login/ HTTP/1.1|Host: {host}|Cookie: =;;"\\;csrftoken=\x01',
}


def test_no_odd_request_is_an_error_or_echoed(server: Server) -> None:
    host, found = f"{HOST}:{server.port}", {}
    places = {"host": host, "page": PAGE, "long": "é,a " * 10_000, "many": "a=1&" * 1_000}
    for name, lines in ODD.items():
        text = filled(lines, places)
        if name.startswith(("a path", "a query")):
            text = text.replace("é,a ", "a,a,")
        sent = text.replace("|", "\r\n").encode("latin-1", "replace") + b"\r\n\r\nabcdef"
        got = exchanged(server, sent, wait=3.0)
        safe = got.answers <= 2 and got.status < 500 and "elsewhere.example" not in got.body
        told = re.search("SECRET_KEY|SQLite format|Traceback|Set-Cookie: a", got.body)
        if not safe or told or "elsewhere" in got.headers.get("location", ""):
            found[name] = got
    assert [(name, got.status, got.answers) for name, got in found.items()] == []
    assert Browser(server).get("/readyz").status == 200


def test_fifty_slow_senders_keep_nobody_waiting(server: Server) -> None:
    [case] = [case for case in CASES if case["method"] == "RAW_SLOW"]
    begun = filled(case["raw_bytes"], PLACES | {"host": f"{HOST}:{server.port}"}).encode()
    slow = [socket.create_connection((HOST, server.port)) for _ in range(case["clients"])]
    try:
        for each in slow:
            each.sendall(begun)
        answers = []
        for _ in range(5):
            for each in slow:
                each.sendall(b"a")
            answers.append(Browser(server).get("/"))
            time.sleep(1 / case["bytes_per_second"])
        assert {answer.status for answer in answers} == {200}
        assert min(answer.took for answer in answers) < case["others_within_seconds"]
    finally:
        for each in slow:
            each.close()


def test_no_forwarded_header_changes_a_page_or_what_is_kept_of_it(server: Server) -> None:
    spoofed = {
        "X-Forwarded-Host": "elsewhere.example",
        "X-Forwarded-Proto": "nothttps",
        "X-Forwarded-Port": "1",
        "X-Forwarded-Prefix": "/evil",
        "X-Original-URL": "/admin/",
        "X-Rewrite-URL": "/admin/",
        "X-HTTP-Method-Override": "DELETE",
        "Forwarded": "host=elsewhere.example;proto=http",
        "X-Host": "elsewhere.example",
    }
    for address in (PAGE, f"{PAGE}editions/1/", "/feed/", "/sitemap.xml", f"{PAGE}cite/"):
        first = _plain(server, address, spoofed)  # before anybody asked, so that it is what is kept
        again = _plain(server, address, {})
        assert (first[0], again[0]) == (200, 200)
        assert first[2] == again[2], address
        assert b"elsewhere" not in first[2]
        assert first[1].get("ETag") == again[1].get("ETag")


def test_one_tag_has_one_body_whatever_is_asked_beside_it(server: Server) -> None:
    bodies: dict[str, set[bytes]] = {}
    tries: list[dict[str, str]] = [
        {name: value}
        for name, values in {
            "Accept": [
                "text/html",
                "application/json",
                "text/markdown",
                "*/*;q=0.1",
                "text/html;q=nan,;;",
            ],
            "Accept-Encoding": ["br", "gzip", "br;q=0", "identity", "gzip, br", "BR", "*"],
            "Accept-Language": ["de"],
            "Range": ["bytes=0-5"],
            "User-Agent": ["bot"],
            "Cookie": ["sessionid=x; csrftoken=y"],
            "Authorization": ["Bearer x"],
            "Cache-Control": ["no-cache"],
            "If-Modified-Since": ["Sun, 06 Nov 2094 08:49:37 GMT"],
            "If-Match": ['"x"'],
        }.items()
        for value in values
    ]
    for headers in [*tries, *tries]:
        status, told, body = _plain(server, PAGE, headers)
        assert status == 200, headers
        form = told.get("Content-Encoding", "") + told["Content-Type"]
        bodies.setdefault(f"{told['ETag']} {form}", set()).add(body)
    assert {tag for tag, different in bodies.items() if len(different) > 1} == set()
    tags = [key.split()[0].removeprefix("W/") for key in bodies]
    assert len(tags) == len(set(tags))  # nor two forms under one tag


def test_head_and_a_page_that_is_known_have_no_body(server: Server) -> None:
    _, told, body = _plain(server, PAGE, {})
    status, head, none = _plain(server, PAGE, {}, "HEAD")
    assert (status, none, head["ETag"]) == (200, b"", told["ETag"])
    assert _plain(server, PAGE, {"If-None-Match": told["ETag"]})[0] == 304
    assert _plain(server, PAGE, {})[2] == body


def test_answers_of_a_real_server_have_the_headers_of_their_class(server: Server) -> None:
    classes = {
        "/": "html_public",
        PAGE: "html_public",
        "/nothing/": "html_public",
        "/admin/login/": "html_admin",
        PLACES["embed_path"]: "embed",
        f"{PAGE}index.csv": "export",
    }
    hsts = "Strict-Transport-Security"  # of production, which needs https: test_security_headers
    found = {
        address: [told for told in wrong(_plain(server, address, {})[1], class_)
                  if not told.startswith(hsts)]
        for address, class_ in classes.items()
    }  # fmt: skip
    assert {address: told for address, told in found.items() if told} == {}


def _plain(
    server: Server, address: str, headers: dict[str, str], method: str = "GET"
) -> tuple[int, CaseInsensitiveMapping[str], bytes]:
    connection = http.client.HTTPConnection(HOST, server.port, timeout=30)
    try:
        connection.request(method, address, headers=headers)
        answer = connection.getresponse()
        return answer.status, CaseInsensitiveMapping(dict(answer.headers)), answer.read()
    finally:
        connection.close()
