"""Pages: what comes from a file or a user means only itself, in Markdown, HTML and spreadsheet."""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree import ElementTree as ET

import pandas as pd
import pytest
from python_calamine import CalamineWorkbook

from veerkracht_dagster.rapport.bladzijde import als_html, anker, getal, tabel, veilig
from veerkracht_dagster.rapport.grafiek import Spreiding, Staafdeel, gestapeld, spreidingen
from veerkracht_dagster.rapport.werkblad import schrijf_werkblad

GETALLEN = [
    (1234567.0, 0, "1 234 567"),
    (-1.25, 2, "−1,25"),
    (-0.001, 1, "0,0"),  # no minus before nothing
    (0.5, 1, "0,5"),
    (float("nan"), 1, "–"),
    (None, 1, "–"),
]


@pytest.mark.parametrize(("waarde", "cijfers", "tekst"), GETALLEN)
def test_numbers(waarde: float | None, cijfers: int, tekst: str) -> None:
    assert getal(waarde, cijfers) == tekst


BOOS = [
    "<script>alert(1)</script>",
    "[klik](javascript:alert(1))",
    "![x](http://elders/x.png)",
    "a | b",
    "**vet** _schuin_ `code`",
    "&lt;img src=x&gt;",
    "regel\neen | twee",
]


@pytest.mark.parametrize("naam", BOOS)
def test_a_hostile_name_means_only_itself(naam: str) -> None:
    html = als_html("x", "\n".join(tabel(["naam", "n"], [[veilig(naam), "1"]])))
    lijf = html.partition("<body>")[2].partition("</body>")[0]
    wortel = ET.fromstring(f"<body>{lijf}</body>")
    assert {element.tag for element in wortel.iter()} == {
        "body", "table", "thead", "tbody", "tr", "th", "td",
    }  # fmt: skip
    cellen = [element.text for element in wortel.iterfind(".//tbody/tr/*")]
    assert cellen == [" ".join(naam.split()), "1"]


def test_a_hostile_title_stays_in_the_title() -> None:
    assert "<title>&lt;b&gt;</title>" in als_html("<b>", "tekst")


def test_headings_have_the_address_that_links_use() -> None:
    kop = "V aan het begin (hoger is beter)"
    html = als_html("x", f"[naar](#{anker(kop)})\n\n### {veilig(kop)}\n")
    assert 'href="#v-aan-het-begin-hoger-is-beter"' in html
    assert 'id="v-aan-het-begin-hoger-is-beter"' in html


def test_numbers_stand_to_the_right() -> None:
    html = als_html("x", "\n".join(tabel(["a", "b"], [["12,5", "BU0001"], ["−3", "–"]])))
    assert html.count('class="getal"') == 2


def test_plots_are_well_formed_and_hold_every_part() -> None:
    svg = gestapeld(
        "Titel <x>", [("a & b", [Staafdeel("een", 3, "#ff0000"), Staafdeel("nul", 0, "#00ff00")])]
    )
    wortel = ET.fromstring(svg)
    teksten = [e.text for e in wortel.iter() if e.tag.endswith(("text", "title"))]
    assert {"Titel <x>", "a & b", "een", "nul", "a & b, een: 3"} <= set(teksten)
    svg = spreidingen("t", "%", [Spreiding("2014", (1, 2, 3, 4, 5), "#9e9ac8")])
    assert "2014: midden 3 %" in svg
    ET.fromstring(svg)
    ET.fromstring(spreidingen("leeg", "%", []))


def test_the_width_of_a_part_is_its_share() -> None:
    svg = gestapeld("t", [("a", [Staafdeel("x", 1, "#111111"), Staafdeel("y", 3, "#222222")])])
    vakken = {
        e.get("fill"): float(e.get("width", 0))
        for e in ET.fromstring(svg).iter()
        if e.tag.endswith("rect") and e.get("y") == "36.0"
    }
    assert vakken["#222222"] == pytest.approx(3 * vakken["#111111"], abs=0.2)


def test_a_formula_in_a_spreadsheet_stays_a_text(tmp_path: Path) -> None:
    rijen = pd.DataFrame({"naam": ["=1+1", "@x", None], "waarde": [1.5, float("nan"), 3]})
    schrijf_werkblad(tmp_path / "a.xlsx", {"blad": rijen})
    boek = CalamineWorkbook.from_path(tmp_path / "a.xlsx")
    assert boek.get_sheet_by_name("blad").to_python() == [
        ["naam", "waarde"], ["=1+1", 1.5], ["@x", ""], ["", 3.0],
    ]  # fmt: skip
    import zipfile

    inhoud = zipfile.ZipFile(tmp_path / "a.xlsx").read("xl/worksheets/sheet1.xml")
    assert b"<f>" not in inhoud
    schrijf_werkblad(tmp_path / "b.xlsx", {"blad": rijen})
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()


def test_a_table_tells_its_name_and_of_what_each_heading_is() -> None:
    tabellen = "\n".join(tabel(["wijk", "K <2020>"], [["Oost & West", "12,5"], ["Zuid", "3,0"]]))
    html = als_html("x", f"## Wijken & *meer*\n\n{tabellen}")
    assert "<caption>Wijken &amp; meer</caption>" in html
    assert re.findall(r'<th scope="col">(.*?)</th>', html) == ["wijk", "K &lt;2020&gt;"]
    assert re.findall(r'<th scope="row">(.*?)</th>', html) == ["Oost &amp; West", "Zuid"]
    assert html.count('<td class="getal">') == 2


def test_a_table_without_a_heading_above_it_has_no_name() -> None:
    assert "<caption>" not in als_html("x", "\n".join(tabel(["a"], [["b"]])))
