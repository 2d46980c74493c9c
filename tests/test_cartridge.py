"""A course file is a Common Cartridge 1.1 as the learning platforms want it, to the letter."""

import io
import re
import xml.etree.ElementTree as ET
import zipfile

import pytest
from question_readers import opened, read_quiz, same_as_golden
from test_question_exports import HOSTILE, SITE, asking, of, sample, shipped

from concepts.exports.cartridge import WebLink, cartridge

CARTRIDGE = "http://www.imsglobal.org/xsd/imsccv1p1"
IN = {
    "cp": f"{CARTRIDGE}/imscp_v1p1",
    "wl": f"{CARTRIDGE}/imswl_v1p1",
    "lom": "http://ltsc.ieee.org/xsd/imsccv1p1/LOM/manifest",
    "qti": "http://www.imsglobal.org/xsd/ims_qtiasiv1p2",
}
NAME = re.compile(r"[A-Za-z_][\w.-]*", re.ASCII)  # of an XML element without a colon
EDITION = f"{SITE}/concepts/stock/editions/3/"
PAGE = WebLink("concept-stock", "Stock & flow", EDITION)
ROW = WebLink("concept-stock--row-scope", "Stock & flow: Scope", f"{EDITION}#row-scope")


def course(*links: WebLink, quiz: bool = True, title: str = "Stock & flow") -> dict[str, bytes]:
    items = of(sample()) if quiz else []
    return opened(cartridge("concept-stock", title, links or [PAGE], items))


def manifest(files: dict[str, bytes]) -> ET.Element:
    return ET.fromstring(files["imsmanifest.xml"])


def test_the_files_are_byte_for_byte_the_golden_ones() -> None:
    for name, content in course(PAGE, ROW).items():
        assert same_as_golden(name.replace("/", "-"), content), name


def test_the_manifest_says_what_platforms_look_for() -> None:
    files = course()
    assert next(iter(files)) == "imsmanifest.xml"
    assert f'xmlns="{CARTRIDGE}/imscp_v1p1"'.encode() in files["imsmanifest.xml"][:1024]
    assert f'xmlns:lomimscc="{IN["lom"]}"'.encode() in files["imsmanifest.xml"][:1024]
    root = manifest(files)
    assert root.tag == f"{{{IN['cp']}}}manifest"
    assert root.findtext("cp:metadata/cp:schema", "", IN) == "IMS Common Cartridge"
    assert root.findtext("cp:metadata/cp:schemaversion", "", IN) == "1.1.0"
    path = "cp:metadata/lom:lom/lom:general/lom:title/lom:string"
    assert root.findtext(path, "", IN) == "Stock & flow"
    (organization,) = root.findall("cp:organizations/cp:organization", IN)
    assert organization.get("structure") == "rooted-hierarchy"
    (top,) = organization.findall("cp:item", IN)
    assert top.find("cp:title", IN) is None


def test_what_the_course_shows_is_what_the_file_holds() -> None:
    files = course(PAGE, ROW)
    root = manifest(files)
    resources = {r.get("identifier"): r for r in root.findall("cp:resources/cp:resource", IN)}
    items = root.findall(".//cp:item/cp:item", IN)
    assert [item.get("identifierref") for item in items] == list(resources)
    assert [item.findtext("cp:title", "", IN) for item in items] == [
        "Stock & flow",
        "Stock & flow: Scope",
        "Check yourself: Stock & flow",
    ]
    assert [resource.get("type") for resource in resources.values()] == [
        *["imswl_xmlv1p1"] * 2,
        "imsqti_xmlv1p2/imscc_xmlv1p1/assessment",
    ]
    held = [resource.find("cp:file", IN) for resource in resources.values()]
    names = [each.get("href") for each in held if each is not None]
    assert ["imsmanifest.xml", *names] == list(files)


def test_a_link_is_a_file_with_a_title_and_a_whole_address() -> None:
    files = course(ROW)
    link = ET.fromstring(files["links/concept-stock--row-scope.xml"])
    assert link.tag == f"{{{IN['wl']}}}webLink"
    assert link.findtext("wl:title", "", IN) == "Stock & flow: Scope"
    (url,) = link.findall("wl:url", IN)
    assert url.attrib == {"href": f"{EDITION}#row-scope", "target": "_blank"}


def test_without_a_quiz_there_are_only_links() -> None:
    files = course(quiz=False)
    assert list(files) == ["imsmanifest.xml", "links/concept-stock.xml"]
    assert b"imsqti" not in files["imsmanifest.xml"]


def test_every_identifier_is_a_name_and_stands_there_once() -> None:
    twice = [PAGE, PAGE._replace(address=f"{SITE}/concepts/stock/"), PAGE]
    root = manifest(course(*twice))
    found = [each.get("identifier", "") for each in root.iter() if each.get("identifier")]
    assert len(set(found)) == len(found) == 11
    assert [name for name in found if not NAME.fullmatch(name)] == []
    names = [each.get("href") for each in root.iter(f"{{{IN['cp']}}}file")]
    assert names[:3] == [f"links/concept-stock{end}.xml" for end in ("", "--2", "--3")]


def test_the_quiz_says_its_profile_and_scores_all_or_nothing() -> None:
    quiz = ET.fromstring(course()["quiz/assessment.xml"])
    (assessment,) = quiz.findall("qti:assessment", IN)
    assert assessment.attrib == {
        "ident": "concept-stock--quiz",
        "title": "Check yourself: Stock & flow",
    }
    fields = {
        field.findtext("qti:fieldlabel", "", IN): field.findtext("qti:fieldentry", "", IN)
        for field in assessment.findall("qti:qtimetadata/qti:qtimetadatafield", IN)
    }
    assert fields["cc_profile"] == "cc.exam.v0p1"
    assert fields["qmd_assessmenttype"] == "Examination"
    assert fields["cc_maxattempts"] == "unlimited"
    one, several = read_quiz(cartridge("concept-stock", "Stock", [], of(sample())))
    assert (one.single, [answer.counts for answer in one.answers]) == (True, [0, 100])
    assert (several.single, [a.counts for a in several.answers]) == (False, [50, 50, 0, 0])


def test_moodle_finds_right_options_and_keeps_reasons_apart() -> None:
    quiz = ET.fromstring(course()["quiz/assessment.xml"])
    one, several = quiz.findall(".//qti:item", IN)
    # What goes on is added to the general feedback.
    assert {c.get("continue") for c in one.findall(".//qti:respcondition", IN)} == {"No"}
    # Of several it counts those that mind the case and are not negated.
    tests = several.findall(".//qti:and/qti:varequal", IN)
    assert [(test.text, test.get("case")) for test in tests] == [
        ("option-1", "Yes"),
        ("option-2", "Yes"),
    ]
    assert [c.get("continue") for c in several.findall(".//qti:respcondition", IN)][-1] == "No"


def test_a_zip_bears_no_date_and_nothing_of_the_machine() -> None:
    made = cartridge("concept-stock", "Stock", [PAGE], of(sample()))
    with zipfile.ZipFile(io.BytesIO(made)) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert {entry.compress_type for entry in archive.infolist()} == {zipfile.ZIP_STORED}
        assert {entry.create_system for entry in archive.infolist()} == {3}
    assert made == cartridge("concept-stock", "Stock", [PAGE], of(sample()))


@pytest.mark.parametrize("title", HOSTILE)
def test_a_hostile_title_survives(title: str) -> None:
    files = course(PAGE._replace(title=title), title=title)
    root = manifest(files)
    assert root.findtext(".//cp:item/cp:item/cp:title", "", IN) == title
    assert root.findtext(".//lom:string", "", IN) == title
    assert ET.fromstring(files["links/concept-stock.xml"]).findtext("wl:title", "", IN) == title
    (assessment,) = ET.fromstring(files["quiz/assessment.xml"]).findall("qti:assessment", IN)
    assert assessment.get("title") == f"Check yourself: {title}"


def test_every_shipped_page_makes_a_course() -> None:
    for page in shipped():
        name = f"{page.kind}-{page.slug}"
        files = opened(cartridge(name, page.title, [WebLink(name, page.title, SITE)], of(page)))
        assert list(files) == ["imsmanifest.xml", f"links/{name}.xml", "quiz/assessment.xml"]
        assert manifest(files).findtext(".//lom:string", "", IN) == page.title


def test_a_long_identifier_leaves_the_namespace_where_it_is_looked_for() -> None:
    name = "distinction-" + "a" * 80
    files = opened(
        cartridge(name, "A", [WebLink(name, "A", SITE)], of(asking("?\n- [x] a\n- [ ] b")))
    )
    assert f'"{CARTRIDGE}/imscp_v1p1"'.encode() in files["imsmanifest.xml"][:1024]
