"""What an edition is found by: the links, citations, questions and words that its document holds.

Written once with the edition, never changed, and gone with it.
"""

from concepts.documents import PageDocument
from concepts.models import Citation, Edition, Link, Quiz
from concepts.rendering import citations_in, links_in
from concepts.search import index_edition
from concepts.surroundings import owners
from concepts.texts import references, texts


def extract(edition: Edition, document: PageDocument) -> None:
    """Write what other pages, bibliography, practice and search find this edition by."""
    marked = texts(document)
    _extract_links(edition, document, marked)
    _extract_citations(edition, document, marked)
    if document.questions:
        Quiz.objects.create(edition=edition, questions=len(document.questions))
    index_edition(edition)


def _extract_links(edition: Edition, document: PageDocument, marked: list[tuple[str, str]]) -> None:
    named = references(document)
    linked = dict.fromkeys((place, to.key) for place, text in marked for to in links_in(text))
    pages = owners({item.key for item in named} | {key for _, key in linked})
    structure = [
        Link(edition=edition, target_id=pages[item.key], relation=item.relation, note=item.note)
        for item in named
    ]
    running = [
        Link(edition=edition, target_id=pages[key], relation="text", place=place)
        for place, key in linked
    ]
    Link.objects.bulk_create([*structure, *running])


def _extract_citations(
    edition: Edition, document: PageDocument, marked: list[tuple[str, str]]
) -> None:
    cited = [(place, cite) for place, text in marked for cite in citations_in(text)]
    Citation.objects.bulk_create(
        Citation(
            edition=edition,
            key=source.key,
            places=[[place, cite.locator] for place, cite in cited if cite.key == source.key],
            source=source.model_dump(mode="json", by_alias=True),
        )
        for source in document.frozen.sources
    )
