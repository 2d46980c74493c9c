"""A work in the four styles that courses ask for. Pure."""

from datetime import date

from concepts import citations
from concepts.citations import Csl, Segment
from concepts.citing import chicago, harvard, mla

STYLES = {
    "apa": "APA, 7th edition",
    "mla": "MLA, 9th edition",
    "chicago": "Chicago, 18th edition, author-date",
    "harvard": "Harvard (Cite Them Right, 12th edition)",
}
"""The styles by the names that addresses of their texts on a page use."""

APA_AUTHORS = 20
"""Of more authors APA 7 names the first nineteen and the last."""


def styles(csl: Csl, accessed: date) -> dict[str, list[Segment]]:
    """The reference to a work, given as CSL, in each style of `STYLES`.

    `accessed` is the day of the visit, which stands in the Harvard style only.
    """
    return {
        "apa": citations.reference(csl, APA_AUTHORS),
        "mla": mla.reference(csl),
        "chicago": chicago.reference(csl),
        "harvard": harvard.reference(csl, accessed),
    }
