"""Common Cartridge 1.1: links to pages and a quiz, for a course on a learning platform.

Version 1.1, since Moodle takes no later one. Canvas wants its number to the letter, and Moodle the
default namespace among the first 1,024 bytes.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from concepts.exports.markup import document, element, words, zipped
from concepts.exports.questions import LICENCE, Item, Option

VERSION = "1.1.0"
_IMS = "http://www.imsglobal.org"
_CARTRIDGE = f"{_IMS}/xsd/imsccv1p1"
_PROFILE = f"{_IMS}/profile/cc/ccv1p1"
_LOM = "http://ltsc.ieee.org/xsd/imsccv1p1/LOM"
_QTI = f"{_IMS}/xsd/ims_qtiasiv1p2"
_SCHEMES = {"xmlns:xsi": "http://www.w3.org/2001/XMLSchema-instance"}
WEB_LINK = "imswl_xmlv1p1"
QUIZ = "imsqti_xmlv1p2/imscc_xmlv1p1/assessment"
ANSWER = "answer"
"""What the one answer that a question wants is called."""


class WebLink(NamedTuple):
    """A link in a course: its name among all of this site's, its title, its absolute address."""

    name: str
    title: str
    address: str


def cartridge(name: str, title: str, links: Sequence[WebLink], items: Sequence[Item]) -> bytes:
    """A course with these links, and a quiz of these questions if there are any.

    Names begin with a letter and hold a-z, 0-9 and hyphens; a platform that keeps them, as Canvas
    does, replaces what it took in before. Of links with the same name the later get a number.
    """
    links = _told_apart(links)
    files = {f"links/{link.name}.xml": _web_link(link) for link in links}
    resources = [(f"link-{link.name}", link.title, WEB_LINK) for link in links]
    if items:
        files["quiz/assessment.xml"] = _quiz(f"{name}--quiz", title, items)
        resources.append((f"quiz-{name}", f"Check yourself: {title}", QUIZ))
    manifest = _manifest(name, title, list(zip(resources, files, strict=True)))
    return zipped({"imsmanifest.xml": manifest, **files})


def _told_apart(links: Iterable[WebLink]) -> list[WebLink]:
    found: dict[str, WebLink] = {}
    for link in links:
        names = (link.name, *(f"{link.name}--{number}" for number in range(2, len(found) + 3)))
        name = next(name for name in names if name not in found)
        found[name] = link._replace(name=name)
    return list(found.values())


# The manifest -----------------------------------------------------------------------------------

Resource = tuple[tuple[str, str, str], str]
"""(identifier, title, type) and the file of what a course holds."""


def _manifest(name: str, title: str, resources: Sequence[Resource]) -> bytes:
    items = (
        element("item", words("title", title), identifier=f"item-{own}", identifierref=own)
        for (own, title, _), _ in resources
    )
    top = element("item", *items, identifier="top")
    shape = {"identifier": "organization", "structure": "rooted-hierarchy"}
    return document(
        element(
            "manifest",
            element(
                "metadata",
                words("schema", "IMS Common Cartridge"),
                words("schemaversion", VERSION),
                _metadata(title),
            ),
            element("organizations", element("organization", top, **shape)),
            element("resources", *map(_resource, resources)),
            identifier=f"cartridge-{name}",
            **_namespaces(),
        )
    )


def _namespaces() -> dict[str, str]:
    """The default one first."""
    places = {
        f"{_CARTRIDGE}/imscp_v1p1": f"{_PROFILE}/ccv1p1_imscp_v1p2_v1p0.xsd",
        f"{_LOM}/manifest": f"{_PROFILE}/LOM/ccv1p1_lommanifest_v1p0.xsd",
        f"{_LOM}/resource": f"{_PROFILE}/LOM/ccv1p1_lomresource_v1p0.xsd",
    }
    return {
        "xmlns": f"{_CARTRIDGE}/imscp_v1p1",
        "xmlns:lomimscc": f"{_LOM}/manifest",
        "xmlns:lom": f"{_LOM}/resource",
        **_located(places),
    }


def _located(places: dict[str, str]) -> dict[str, str]:
    found = " ".join(part for place in places.items() for part in place)
    return {**_SCHEMES, "xsi:schemaLocation": found}


def _metadata(title: str) -> str:
    def told(name: str, text: str) -> str:
        string = words("lomimscc:string", text, language="en")
        return element(f"lomimscc:{name}", string)

    held = element("lomimscc:copyrightAndOtherRestrictions", words("lomimscc:value", "yes"))
    return element(
        "lomimscc:lom",
        element("lomimscc:general", told("title", title)),
        element("lomimscc:rights", held, told("description", f"CC BY 4.0, {LICENCE}")),
    )


def _resource(resource: Resource) -> str:
    (own, _, kind), file = resource
    return element("resource", element("file", href=file), identifier=own, type=kind)


def _web_link(link: WebLink) -> bytes:
    space = f"{_CARTRIDGE}/imswl_v1p1"
    return document(
        element(
            "webLink",
            words("title", link.title),
            element("url", href=link.address, target="_blank"),
            xmlns=space,
            **_located({space: f"{_PROFILE}/ccv1p1_imswl_v1p1.xsd"}),
        )
    )


# The quiz ---------------------------------------------------------------------------------------


def _quiz(name: str, title: str, items: Sequence[Item]) -> bytes:
    told = {
        "cc_profile": "cc.exam.v0p1",
        "qmd_assessmenttype": "Examination",
        "qmd_scoretype": "Percentage",
        "qmd_feedbackpermitted": "Yes",
        "cc_maxattempts": "unlimited",
    }
    asked = element("section", *map(_question, items), ident="questions")
    return document(
        element(
            "questestinterop",
            element("assessment", _told(told), asked, ident=name, title=f"Check yourself: {title}"),
            xmlns=_QTI,
            **_located({_QTI: f"{_PROFILE}/ccv1p1_qtiasiv1p2p1_v1p0.xsd"}),
        )
    )


def _told(fields: dict[str, str]) -> str:
    each = (
        element("qtimetadatafield", words("fieldlabel", label), words("fieldentry", entry))
        for label, entry in fields.items()
    )
    return element("qtimetadata", *each)


def _material(html: str) -> str:
    return element("material", words("mattext", html, texttype="text/html"))


def _question(item: Item) -> str:
    profile = "cc.multiple_response.v0p1" if item.several else "cc.multiple_choice.v0p1"
    names = [f"option-{number}" for number in range(1, len(item.options) + 1)]
    choices = (
        element("response_label", _material(option.text.html), ident=name)
        for name, option in zip(names, item.options, strict=True)
    )
    wanted = {"ident": ANSWER, "rcardinality": "Multiple" if item.several else "Single"}
    options = list(zip(names, item.options, strict=True))
    return element(
        "item",
        element("itemmetadata", _told({"cc_profile": profile})),
        element(
            "presentation",
            _material(item.stem.html),
            element("response_lid", element("render_choice", *choices), **wanted),
        ),
        element("resprocessing", _outcomes(), *_conditions(item, options)),
        *(_feedback(name, option) for name, option in options if option.reason.html),
        ident=item.key,
        title=item.title,
    )


def _outcomes() -> str:
    score = {"varname": "SCORE", "vartype": "Decimal", "minvalue": "0", "maxvalue": "100"}
    return element("outcomes", element("decvar", **score))


def _is(name: str, **attributes: str) -> str:
    return words("varequal", name, respident=ANSWER, **attributes)


def _shown(name: str, option: Option) -> list[str]:
    shown = {"feedbacktype": "Response", "linkrefid": f"{name}-reason"}
    return [element("displayfeedback", **shown)] if option.reason.html else []


def _condition(test: str, *then: str, go_on: bool = False) -> str:
    told = {"continue": "Yes" if go_on else "No"}
    return element("respcondition", element("conditionvar", test), *then, **told)


def _conditions(item: Item, options: Sequence[tuple[str, Option]]) -> list[str]:
    """What each answer brings.

    One condition an option where one is right: Moodle adds what goes on to the general feedback.
    """
    score = words("setvar", "100", action="Set", varname="SCORE")
    if not item.several:
        return [
            _condition(_is(name), *([score] if option.right else []), *_shown(name, option))
            for name, option in options
        ]
    told = (
        _condition(_is(name), *_shown(name, option), go_on=True)
        for name, option in options
        if option.reason.html
    )
    tests = (
        # Moodle counts as right only what minds the case.
        _is(name, case="Yes") if option.right else element("not", _is(name, case="Yes"))
        for name, option in options
    )
    return [*told, _condition(element("and", *tests), score)]


def _feedback(name: str, option: Option) -> str:
    inside = element("flow_mat", _material(option.reason.html))
    return element("itemfeedback", inside, ident=f"{name}-reason")
