"""Files of citations for programs: BibTeX, RIS and CSL-JSON. Pure."""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from concepts.citations import Csl
from concepts.citing import bibtex, ris


def _csl_json(items: Iterable[Csl]) -> str:
    return json.dumps(list(items), ensure_ascii=False, indent=1) + "\n"


@dataclass(frozen=True)
class Form:
    """A file format: what readers and programs call it, and how works given as CSL are written."""

    label: str
    content_type: str
    write: Callable[[Iterable[Csl]], str]


FORMS = {
    "bib": Form("BibTeX", "application/x-bibtex; charset=utf-8", bibtex.write),
    "ris": Form("RIS", "application/x-research-info-systems; charset=utf-8", ris.write),
    "csl.json": Form("CSL-JSON", "application/vnd.citationstyles.csl+json", _csl_json),
}
"""The file formats by the endings of their names."""
