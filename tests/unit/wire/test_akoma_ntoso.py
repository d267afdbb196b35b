from __future__ import annotations

import dataclasses
import xml.etree.ElementTree as ET

import pytest

from paraph.domain.digests import text_digest
from paraph.domain.ids import PartyId
from paraph.domain.language import ByLanguage
from paraph.domain.texts import Clause, LanguageVersion, Nature, Paragraph
from paraph.errors import LocalActError
from paraph.wire.akoma_ntoso import NAMESPACE, write_akoma_ntoso
from tests.support.specimens import declarations, text

NS = {"a": NAMESPACE}


def parsed(made=None, lang="en", holder=None) -> ET.Element:
    return ET.fromstring(write_akoma_ntoso(made or text(), lang, holder))


def words(root: ET.Element, path: str) -> str:
    found = root.find(path, NS)
    assert found is not None, path
    return "".join(found.itertext())


def value(root: ET.Element, path: str, attribute: str = "value") -> str:
    found = root.find(path, NS)
    assert found is not None, path
    return found.attrib[attribute]


def test_work_expression_and_manifestation_are_told_apart():
    root = parsed(lang="he", holder=PartyId("beland"))
    identification = "a:doc/a:meta/a:identification"
    work = value(root, f"{identification}/a:FRBRWork/a:FRBRuri")
    assert work == "/akn/un/doc/treaty/2021-02-01/ab-2021-1"
    assert value(root, f"{identification}/a:FRBRWork/a:FRBRalias") == text_digest(text())
    assert value(root, f"{identification}/a:FRBRExpression/a:FRBRuri") == f"{work}/heb@"
    assert value(root, f"{identification}/a:FRBRExpression/a:FRBRlanguage", "language") == "heb"
    assert value(root, f"{identification}/a:FRBRManifestation/a:FRBRuri") == f"{work}/heb@~beland.xml"


def test_the_children_of_each_level_stand_in_the_order_of_the_schema():
    order = [
        "FRBRthis", "FRBRuri", "FRBRalias", "FRBRdate", "FRBRauthor", "FRBRcountry", "FRBRnumber", "FRBRlanguage",
    ]  # fmt: skip
    for level in ("FRBRWork", "FRBRExpression", "FRBRManifestation"):
        node = parsed().find(f".//a:{level}", NS)
        assert node is not None
        places = [order.index(child.tag.partition("}")[2]) for child in node]
        assert places == sorted(places)


def test_tokens_are_expanded_neutrally_or_for_a_keeper():
    assert words(parsed(), ".//a:docTitle") == "Title en EN of aland and EN of beland"
    assert words(parsed(holder=PartyId("beland")), ".//a:docTitle") == "Title en EN of beland and EN of aland"
    assert b"{" not in write_akoma_ntoso(text(), "en")


def test_clauses_points_and_closing_are_there():
    root = parsed()
    articles = root.findall(".//a:mainBody/a:article", NS)
    assert [article.attrib["eId"] for article in articles] == ["art_1", "art_2"]
    assert words(articles[0], "a:num") == "Article 1"
    assert words(articles[0], "a:heading") == "Heading 1 en"
    assert [words(item, "a:p") for item in articles[0].findall(".//a:item", NS)] == [
        "one;",
        "two aland and beland.",
    ]
    closing = [("".join(p.itertext())) for p in root.findall(".//a:conclusions/a:p", NS)]
    assert closing[0] == "Closing en."
    assert closing[1].startswith("Done at EN city aland")


def test_a_political_text_is_a_memorandum_in_paragraphs():
    root = parsed(text(declarations=declarations(nature=Nature.POLITICAL)))
    assert value(root, "a:doc", "name") == "memorandum"
    assert root.find(".//a:mainBody/a:paragraph[@eId='para_1']", NS) is not None


def test_every_identifier_is_unique_and_language_is_marked():
    root = parsed(lang="sq")
    eids = [node.attrib["eId"] for node in root.iter() if "eId" in node.attrib]
    assert len(eids) == len(set(eids))
    assert root[0].attrib["{http://www.w3.org/XML/1998/namespace}lang"] == "sq"
    refers = {node.attrib["href"].removeprefix("#") for node in root.findall(".//a:FRBRauthor", NS)}
    assert refers <= set(eids)


def test_markup_in_words_stays_words():
    hostile = "</p><script>&amp;]]> \"'"
    one = LanguageVersion(
        title=hostile,
        clauses=(Clause(heading="", paragraphs=(Paragraph(text=hostile),)),),
        specimen="SPECIMEN",
    )
    made = text(langs=("en",), versions=ByLanguage({"en": one}))
    root = parsed(made)
    assert words(root, ".//a:docTitle") == hostile
    assert words(root, ".//a:mainBody//a:p") == hostile
    assert words(root, ".//a:container[@name='specimen']/a:p") == "SPECIMEN"
    assert root.find(".//a:heading", NS) is None


def test_an_own_closing_formula_is_not_doubled():
    made = text()
    english = dataclasses.replace(made.versions["en"], closing=(Paragraph(text="Done {done}."),))
    root = parsed(dataclasses.replace(made, versions=ByLanguage({**dict(made.versions), "en": english})))
    assert len(root.findall(".//a:conclusions/a:p", NS)) == 1


def test_only_parties_and_languages_of_the_text_are_exported():
    with pytest.raises(LocalActError):
        write_akoma_ntoso(text(), "en", PartyId("celand"))
    with pytest.raises(KeyError):
        write_akoma_ntoso(text(), "fr")
