"""Citation files read back by programs that nobody here wrote, into the fields of CSL."""

import json
from typing import Any

import bibtexparser
import rispy
from bibtexparser.middlewares import names
from citeproc.source.json import CiteProcJSON
from pylatexenc import latex2text

Csl = dict[str, Any]

BIBTEX = {
    "title": "title",
    "journal": "container-title",
    "booktitle": "container-title",
    "publisher": "publisher",
    "school": "publisher",
    "institution": "publisher",
    "address": "publisher-place",
    "volume": "volume",
    "pages": "page",
    "edition": "edition",
    "type": "genre",
    "doi": "DOI",
    "isbn": "ISBN",
    "url": "URL",
}
VERBATIM = ("doi", "isbn", "url", "month", "year", "day")
RIS = {
    "title": "title",
    "secondary_title": "container-title",
    "publisher": "publisher",
    "place_published": "publisher-place",
    "volume": "volume",
    "edition": "edition",
    "type_of_work": "genre",
    "doi": "DOI",
}
MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()


def said(csl: Csl) -> Csl:
    """A work as all formats can say it: names as text, and the date as a list of numbers."""
    fields = {name: str(value) for name, value in csl.items() if isinstance(value, str | int)}
    fields.pop("language", None)
    fields |= {role: [_name(n) for n in csl[role]] for role in ("author", "editor") if role in csl}
    if "issued" in csl:
        fields["issued"] = [int(part) for part in csl["issued"]["date-parts"][0]]
    return {name: _spaced(value) for name, value in fields.items()}


def _name(name: Csl) -> str:
    return name.get("literal") or ", ".join(n for n in (name["family"], name.get("given")) if n)


def _spaced(value: Any) -> Any:
    """A line of text with single spaces, as every format has it."""
    if isinstance(value, list):
        return [_spaced(each) for each in value]
    return " ".join(value.split()) if isinstance(value, str) else value


# BibTeX -------------------------------------------------------------------------------------


def by_bibtexparser(text: str) -> list[Csl]:
    """The entries, with LaTeX made text by pylatexenc; names parted as BibTeX parts them."""
    library = bibtexparser.parse_string(text, append_middleware=[names.SeparateCoAuthors()])
    assert not library.failed_blocks
    return [_from_bibtex(entry) for entry in library.entries]


KNOWN = latex2text.get_default_latex_context_db()
KNOWN.add_context_category(  # two that pylatexenc leaves out, and one that it reads as an accent
    "signs",
    macros=[
        latex2text.MacroTextSpec("textbraceleft", "{"),
        latex2text.MacroTextSpec("textbraceright", "}"),
        latex2text.MacroTextSpec("textasciicircum", "^"),
    ],
    prepend=True,
)


def _plain(latex: str) -> str:
    decoder = latex2text.LatexNodes2Text(latex_context=KNOWN)
    return " ".join(decoder.latex_to_text(latex).split())


def _from_bibtex(entry: Any) -> Csl:
    found: Csl = {"id": entry.key, "kind": entry.entry_type}
    values = {field.key: field.value for field in entry.fields}
    for role in ("author", "editor"):
        if role in values:
            found[role] = [_plain(each) for each in values.pop(role)]
    date = [int(values.pop("year"))] if "year" in values else []
    date += [MONTHS.index(values.pop("month")) + 1] if "month" in values else []
    date += [int(values.pop("day"))] if "day" in values else []
    found |= {"issued": date} if date else {}
    for name, value in values.items():
        text = value if name in VERBATIM else _plain(value)
        known = {"number": "issue" if entry.entry_type == "article" else "number"}
        known |= {"organization": "container-title"} if entry.entry_type == "online" else {}
        found[known.get(name) or BIBTEX.get(name, name)] = text
    for name in ("page", "volume", "issue"):
        if name in found:
            found[name] = found[name].replace("–", "-")
    found.pop("entrysubtype", None)
    return found


# RIS ----------------------------------------------------------------------------------------


def by_rispy(text: str) -> list[Csl]:
    """The entries, every line of which must have a tag that rispy knows, or that of editors."""
    return [_from_ris(entry) for entry in rispy.loads(text)]


def _from_ris(entry: Any) -> Csl:
    unknown = entry.get("unknown_tag", {})
    assert set(unknown) <= {"ED"}
    found: Csl = {"id": entry["id"], "kind": entry["type_of_reference"]}
    found |= {RIS[name]: value for name, value in entry.items() if name in RIS}
    found["author"] = entry.get("authors")
    found["editor"] = entry.get("secondary_authors") or unknown.get("ED")
    number = {"RPRT": "number", "STAND": "number"}.get(found["kind"], "ISBN")
    found[number] = entry.get("issn")
    found["issue"] = entry.get("number")
    found["URL"] = " ".join(entry.get("urls", []))
    found["page"] = "-".join(entry[n] for n in ("start_page", "end_page") if n in entry)
    date = entry.get("date", entry.get("year", "")).split("/")
    found["issued"] = [int(part) for part in date if part]
    return {name: value for name, value in found.items() if value}


# CSL-JSON -----------------------------------------------------------------------------------


def by_citeproc(text: str) -> list[Csl]:
    """The items as citeproc-py holds them."""
    return [_from_citeproc(item) for item in CiteProcJSON(json.loads(text)).values()]


def _from_citeproc(item: Any) -> Csl:
    found: Csl = {"id": item.key, "kind": item.type}
    for name, value in item.items():
        field = {"doi": "DOI", "isbn": "ISBN", "url": "URL"}.get(name.lower(), name)
        field = field.replace("_", "-")
        if field in ("author", "editor"):
            found[field] = [_citeproc_name(each) for each in value]
        elif field == "issued":
            parts = (value.get(part) for part in ("year", "month", "day"))
            found[field] = [int(part) for part in parts if part]
        elif field not in ("language", "key", "type"):
            found[field] = str(value)
    return {name: _spaced(value) for name, value in found.items()}


def _citeproc_name(name: Any) -> str:
    parts = {part: name.get(part) for part in ("literal", "family", "given")}
    return parts["literal"] or ", ".join(str(p) for p in (parts["family"], parts["given"]) if p)
