"""What in a whole page could run, load from elsewhere, send elsewhere, or break out."""

import json
import re
from typing import Any
from urllib.parse import urlsplit

import html5lib

ADDRESSES = {
    "href",
    "src",
    "action",
    "formaction",
    "poster",
    "cite",
    "data",
    "background",
    "srcset",
}
NEVER = set("object embed applet frame frameset portal fencedframe plaintext xmp noembed".split())
DATA = {"application/ld+json", "application/json"}
HANDLER = re.compile(r"on\w+|style|srcdoc|formaction|ping|nonce|http-equiv|is")
OURS = re.compile(r"(/|(\.\./)*)static/[\w./-]+$|/admin/jsi18n/$")
"""Scripts of the site; those of a static copy stand beside its pages."""
CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


def faults(html: str, own: str) -> list[str]:
    """What is wrong with a page of the site at `own`, in words; empty if nothing is."""
    found = ["a control character"] if CONTROLS.search(html) else []
    tree = html5lib.parse(html, namespaceHTMLElements=False)
    for element in tree.iter():
        if isinstance(element.tag, str):
            found += _of_element(element, own)
    if len(list(tree.iter("body"))) != 1 or len(list(tree.iter("title"))) < 1:
        found.append("not one page")
    return sorted(set(found))


def _of_element(element: Any, own: str) -> list[str]:
    tag = element.tag.rpartition("}")[2].lower()
    found = [f"<{tag}>"] if tag in NEVER else []
    if tag == "script":
        found += _of_script(element)
    for written, value in element.attrib.items():
        name = str(written).rpartition("}")[2].lower()
        if HANDLER.fullmatch(name) and (tag, name) != ("button", "formaction"):
            found.append(f"{name} on <{tag}>")
        if name in ADDRESSES:
            found += _of_address(tag, name, value, own)
    return found


def _of_script(element: Any) -> list[str]:
    if element.get("type") in DATA:
        json.loads(element.text or "")
        return []
    ours = OURS.match(element.get("src", "")) and not (element.text or "").strip()
    return [] if ours else ["a script that is not ours"]


def _of_address(tag: str, name: str, value: str, own: str) -> list[str]:
    plain = re.sub(r"[\x00-\x20]", "", value)
    scheme = re.match(r"([a-zA-Z][\w+.-]*):", plain)
    known = not scheme or scheme[1].lower() in ("http", "https", "mailto")
    found = [] if known else [f"{scheme[1] if scheme else ''}: in <{tag} {name}>"]
    loads = (name in ("src", "srcset", "poster", "action", "formaction", "background")
             or (tag == "link" and "stylesheet" in value))  # fmt: skip
    elsewhere = re.match(r"[\\/]{2}|[a-zA-Z][\w+.-]*:", plain)
    if loads and elsewhere and urlsplit(plain).netloc != urlsplit(own).netloc:
        found.append(f"<{tag} {name}> of {plain[:60]}")
    return found
