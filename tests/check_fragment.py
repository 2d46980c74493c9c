"""Judges a piece of rendered Markdown against one case of data/hostile_markdown.jsonl.

`build` makes the text of a case, `check` lists what is wrong with the HTML made of it. A case may
add conditions of its own to the rules that hold for all; see `dom_faults` and `check`.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import html5lib

Case = dict[str, Any]

ALLOWED = set(
    "p h1 h2 h3 h4 h5 h6 a em strong b i u s del ins code pre kbd samp var blockquote q cite ul ol"
    " li dl dt dd table caption colgroup col thead tbody tfoot tr th td hr br wbr img figure"
    " figcaption picture source video audio track sup sub abbr dfn mark small span div section"
    " aside nav article header footer details summary time bdi bdo ruby rt rp input label".split()
)
BAD_ATTRIBUTE = re.compile(
    r"(on.*|style|srcdoc|formaction|action|ping|background|dynsrc|lowsrc|xlink:href|attributionsrc"
    r"|is|contenteditable|autofocus|accesskey|popover.*|http-equiv|manifest|nonce|form)",
    re.IGNORECASE,
)
URL_ATTRIBUTES = set(
    "href src cite poster data longdesc action formaction srcset usemap icon".split()
)
RESERVED_NAMES = set(
    "location cookie body head forms images links scripts anchors documentElement getElementById"
    " createElement hasChildNodes attributes parentNode childNodes innerHTML nodeName submit reset"
    " elements acceptCharset action method activeElement defaultView domain referrer write writeln"
    " open close addEventListener querySelector constructor __proto__ prototype toString valueOf"
    " hasOwnProperty window document self top parent opener frames name status history navigator"
    " alert config nonce csrfmiddlewaretoken main content main-content id_body search"
    " nav-sidebar".split()
)
SCHEMES = ("", "http", "https", "mailto", "//")
CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
IGNORED_IN_URLS = re.compile(r"[\x00-\x20\x7f-\xa0\u2028\u2029]")
# Beyond this length only the size and the characters of the output are judged.
PARSED_LENGTH = 700_000


def build(case: Case) -> str:
    """Return the text of a case, as written or put together from its parts."""
    if "input" in case:
        return str(case["input"])
    return "".join(piece for part in case["gen"] for piece in pieces(part))


def pieces(part: Case) -> Iterator[str]:
    if "tpl" in part:
        yield from (part["tpl"].replace("{i}", str(i)) for i in range(part["n"]))
    elif "nest" in part:
        yield from (part["nest"] * i + part["item"] for i in range(part["n"]))
    elif "ticks" in part:
        yield from ("e" + "`" * i for i in range(part["ticks"]))
    else:
        yield part["s"] * part["n"]


def check(case: Case, html: str, seconds: float = 0.0, rejected: bool = False) -> list[str]:
    """List the faults of a fragment; `rejected` = the text was refused with a clear error."""
    outcomes = case.get("outcomes", ["render"])
    if rejected:
        return [] if "reject" in outcomes else ["refused, but should be shown (made harmless)"]
    faults = []
    if outcomes == ["reject"]:
        faults.append("accepted, but is over the stated limit")
    if seconds > case.get("max_seconds", 2):
        faults.append(f"took {seconds:.1f} s")
    if (size := len(html.encode("utf-8", "surrogatepass"))) > (limit := output_limit(case)):
        return [*faults, f"output {size} > {limit} bytes"]
    if CONTROL.search(html):
        faults.append("control character or surrogate in output")
    html = re.sub("[\ud800-\udfff]", "\ufffd", html)
    if len(html) <= PARSED_LENGTH:
        faults += dom_faults(case, html)
        if case.get("reparse_stable"):
            again = dom_faults(case, serialized_again(html))
            faults += [f"{fault} (after a second parse)" for fault in again]
    return sorted(set(faults))


def output_limit(case: Case) -> int:
    size = len(build(case).encode("utf-8", "surrogatepass"))
    ratio = case.get("max_output_ratio", 20)
    return int(case.get("max_output_bytes") or min(1_000_000, max(200_000, int(size * ratio))))


def tree(html: str) -> Any:
    """Parse a page that holds the fragment in `__A`, with `__B` after it."""
    page = f'<!DOCTYPE html><body><div id="__A">{html}</div><div id="__B">end</div>'
    return html5lib.parse(page, namespaceHTMLElements=False)


def elements(root: Any) -> Iterator[Any]:
    """Yield the root and all elements in it; comments have no tag that is text."""
    return (element for element in root.iter() if isinstance(element.tag, str))


def containers(page: Any, name: str) -> list[Any]:
    return [element for element in elements(page) if element.get("id") == name]


def serialized_again(html: str) -> str:
    fragment = containers(tree(html), "__A")[0]
    options = {"quote_attr_values": "always", "omit_optional_tags": False}
    return (fragment.text or "") + "".join(html5lib.serialize(c, **options) for c in fragment)


def dom_faults(case: Case, html: str) -> list[str]:
    page = tree(html)
    fragments, after = containers(page, "__A"), containers(page, "__B")
    faults = []
    children = [child for child in page.find("body") if isinstance(child.tag, str)]
    if children != [*fragments, *after] or len(children) != 2 or (after[0].text or "") != "end":
        faults.append("contained: the fragment breaks out of its container")
    if not fragments:
        return faults
    inside = [element for element in elements(fragments[0]) if element is not fragments[0]]
    for element in inside:
        faults += element_faults(case, element)
    ids = Counter(element.get("id") for element in inside if "id" in element.attrib)
    if any(count > 1 for count in ids.values()):
        faults.append("duplicate ids")
    return faults + missing(case, fragments[0], inside)


def element_faults(case: Case, element: Any) -> list[str]:
    tag = element.tag.lower()
    faults = []
    if tag not in ALLOWED:
        faults.append(f"element <{tag}>")
    if tag in case.get("dom_absent", []):
        faults.append(f"element <{tag}> (named in the case)")
    if tag == "input" and (element.get("type") != "checkbox" or element.get("disabled") is None):
        faults.append("<input> other than a disabled check box")
    for name, value in element.attrib.items():
        plain_name = name if isinstance(name, str) else ":".join(map(str, name))
        faults += attribute_faults(case, tag, plain_name.lower(), value)
    return faults + link_faults(case, tag, element) + image_faults(case, tag, element)


def attribute_faults(case: Case, tag: str, name: str, value: str) -> list[str]:
    faults = []
    if BAD_ATTRIBUTE.fullmatch(name):
        faults.append(f"attribute {name} on <{tag}>")
    if any(re.search(form, name, re.IGNORECASE) for form in case.get("attr_absent", [])):
        faults.append(f"attribute {name} (named in the case)")
    for other, form in case.get("attr_value_absent", []):
        if name == other and re.search(form, value, re.IGNORECASE):
            faults.append(f"{name}={value[:40]!r}")
    if name in URL_ATTRIBUTES or name.endswith(":href"):
        faults += url_faults(name, value)
    if name in ("id", "name") and value in RESERVED_NAMES:
        faults.append(f"{name}={value!r} can clobber the DOM or a site id")
    return faults


def url_faults(name: str, value: str) -> list[str]:
    found = {scheme(url.strip()) for url in (value.split(",") if name == "srcset" else [value])}
    faults = [f"URL scheme {other}: in {name}" for other in found if other not in SCHEMES]
    if re.match(r"\s*[\\/]\s*\\|\s*\\", value):
        faults.append(f"backslash URL in {name}")
    return faults


def scheme(url: str) -> str:
    """Return the scheme that a browser sees, "//" when only a host is named, "" for a path."""
    url = IGNORED_IN_URLS.sub("", url)
    if found := re.match(r"([a-zA-Z][a-zA-Z0-9+.\-]*):", url):
        return found[1].lower()
    return "//" if re.match(r"[\\/]{2}", url) else ""


def external(url: str) -> bool:
    return scheme(url) in ("http", "https", "//")


def link_faults(case: Case, tag: str, element: Any) -> list[str]:
    href, rel = element.get("href") or "", (element.get("rel") or "").split()
    bound = case.get("external_rel") or element.get("target")
    open_to_it = "noopener" not in rel and "noreferrer" not in rel
    if tag == "a" and href and external(href) and bound and open_to_it:
        return ["external link without rel=noopener"]
    return []


def image_faults(case: Case, tag: str, element: Any) -> list[str]:
    addresses = [element.get("src") or "", *(element.get("srcset") or "").split(",")]
    foreign = any(external(address.strip()) for address in addresses)
    if case.get("img_local_only") and tag in ("img", "source") and foreign:
        return ["CSP-DEPENDENT: third-party image"]
    return []


def missing(case: Case, fragment: Any, inside: list[Any]) -> list[str]:
    """List what the case wants to see and does not, and words that it must not see."""
    words = "".join(fragment.itertext())
    tags = {element.tag.lower() for element in inside}
    links = {element.get("href") for element in inside}
    wanted: list[tuple[str, Callable[[str], bool], str]] = [
        ("text_contains", lambda text: text in words, "lost text {!r}"),
        ("text_absent", lambda form: not re.search(form, words), "text matches {!r}"),
        ("dom_present", lambda tag: tag in tags, "lost element <{}>"),
        ("href_present", lambda href: href in links, "lost link {}"),
    ]
    return [
        message.format(value)
        for key, holds, message in wanted
        for value in case.get(key, [])
        if not holds(value)
    ]
