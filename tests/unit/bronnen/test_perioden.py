"""A table with all years in one (RIVM Regiobeeld): what is found, and what is refused.

Nobody recorded what its columns are called, so each case calls them otherwise than the sample does.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from veerkracht_dagster.bronnen.fouten import BronFout
from veerkracht_dagster.bronnen.lezen import lees
from veerkracht_dagster.bronnen.vastleggen import ter_plaatse
from veerkracht_dagster.bronnen.vindplaatsen import vind
from veerkracht_dagster.catalogus import catalogus
from veerkracht_dagster.opslag.vingerafdrukken import Vingerafdrukken
from veerkracht_dagster.tweede.ruw.blad import Bewijslevering, Ruwbestand
from veerkracht_dagster.tweede.ruw.lezers import lees_blad
from veerkracht_dagster.tweede.ruw.opzoeken import opzoekers

CAT = catalogus()
BRON = "rivm_regiobeeld"
CODES = ("GM0363", "WK036300", "BU03630000", "BU03630001")
Sets = dict[str, list[dict[str, Any]]]


def _rij(nummer: int, soort: str, **meer: Any) -> dict[str, Any]:
    return {"ID": nummer, "ParentID": None, "Type": soort, "Key": "", "Title": "", **meer}


def sets(kolom: str = "Personen_9") -> Sets:
    """Two years, two kinds of figures: counts (1, 2, 3 ... in 2014, 101 ... in 2020) and shares."""
    tabel = []
    for plus, jaar in ((0, 2014), (100, 2020)):
        for n, code in enumerate(CODES, start=1):
            for soort, aantal in (("A  ", plus + n), ("B  ", 9000 + n)):
                tabel.append(
                    {"ID": len(tabel), "Gebied": code.ljust(10), "Jaar": f"{jaar}JJ00",
                     "Soort": soort, kolom: aantal, "Kosten_8": 12.5}
                )  # fmt: skip
    return {
        "DataProperties": [
            _rij(0, "GeoDetail", Key="Gebied", Title="Gebied", MapYear=2024),
            _rij(1, "TimeDimension", Key="Jaar", Title="Jaar"),
            _rij(2, "Dimension", Key="Soort", Title="Soort cijfer"),
            _rij(3, "TopicGroup", Title="Geestelijke gezondheidszorg"),
            _rij(4, "Topic", Key="Kosten_8", Title="Kosten", Unit="euro", ParentID=3),
            _rij(5, "Topic", Key=kolom, Title="Aantal patiënten", Unit="aantal", ParentID=3),
        ],
        "TypedDataSet": tabel,
        "Gebied": [{"Key": code.ljust(10), "Title": f"naam {code}"} for code in CODES],
        "Jaar": [{"Key": f"{jaar}JJ00", "Title": str(jaar)} for jaar in (2014, 2020)],
        "Soort": [{"Key": "A  ", "Title": "Aantal"}, {"Key": "B  ", "Title": "Per 10 000"}],
        "TableInfos": [{"Identifier": "50149NED", "RecordCount": len(tabel), "Modified": "x"}],
    }


def schrijf(map_: Path, inhoud: Sets, per: int = 7) -> Path:
    """The sets as files; the figures in pages of so many rows."""
    doel = map_ / "cbs_odata_v3" / "50149NED"
    doel.mkdir(parents=True)
    for naam, rijen in inhoud.items():
        stap = per if naam == "TypedDataSet" else 10_000
        for begin in range(0, len(rijen), stap):
            pagina: dict[str, Any] = {"value": rijen[begin : begin + stap]}
            if begin + stap < len(rijen):
                pagina["odata.nextLink"] = f"https://x/{naam}?$skip={begin + stap}"
            (doel / f"{naam}.skip{begin}.json").write_text(json.dumps(pagina))
    return map_


def lees_jaar(map_: Path, jaar: int) -> Any:
    vingers = Vingerafdrukken(map_ / "vingers.json")
    return lees(ter_plaatse(vind(map_, BRON, jaar), vingers), CAT)


def test_the_patients_of_the_year_as_counted(tmp_path: Path) -> None:
    tabel, verslag = lees_jaar(schrijf(tmp_path, sets()), 2020)
    assert tabel.set_index("regiocode")["rivm_ggz_patienten"].to_dict() == {
        "GM0363": 101, "WK036300": 102, "BU03630000": 103, "BU03630001": 104,
    }  # fmt: skip
    assert set(tabel["gebiedsjaar"]) == {2024}
    assert tabel["niveau"].tolist() == ["gemeente", "wijk", "buurt", "buurt"]
    assert tabel["regionaam"].tolist()[0] == "naam GM0363"
    # the first row of 2020 is the ninth: the second of the second page
    assert tabel["bron_rij"].tolist()[0] == 1
    woorden = "Geestelijke gezondheidszorg/Aantal patiënten (aantal)', Soort 'Aantal'"
    assert any(woorden in opmerking for opmerking in verslag.opmerkingen)


def test_empty_is_suppressed_where_others_have_a_figure_and_never_0(tmp_path: Path) -> None:
    inhoud = sets()
    for rij in inhoud["TypedDataSet"]:
        if rij["Gebied"].startswith(("BU03630001", "WK")) and rij["Soort"] == "A  ":
            rij["Personen_9"] = None
    tabel, _ = lees_jaar(schrijf(tmp_path, inhoud), 2014)
    staten = tabel.set_index("regiocode")["rivm_ggz_patienten__status"].to_dict()
    assert staten["BU03630001"] == "onderdrukt"
    assert staten["WK036300"] == "ontbreekt"  # no wijk at all has one
    assert tabel.set_index("regiocode").loc["BU03630001", "rivm_ggz_patienten"] != 0


def test_a_year_that_the_table_does_not_have_is_empty(tmp_path: Path) -> None:
    tabel, verslag = lees_jaar(schrijf(tmp_path, sets()), 2019)
    assert tabel.empty
    assert "geen rij van 2019" in verslag.reden


def _onderwerp(titel: str) -> Callable[[Sets], None]:
    def doe(inhoud: Sets) -> None:
        inhoud["DataProperties"][5]["Title"] = titel

    return doe


def _tweede(inhoud: Sets) -> None:
    extra = _rij(6, "Topic", Key="X", Title="Patiënten basis-ggz", Unit="aantal", ParentID=3)
    inhoud["DataProperties"].append(extra)


def _zet(verzameling: str, rij: int, **velden: Any) -> Callable[[Sets], None]:
    def doe(inhoud: Sets) -> None:
        inhoud[verzameling][rij] |= velden

    return doe


WEIGERINGEN = [
    # topic: none that fits, or more than one; the message names what there is
    (_onderwerp("Aantal verzekerden"), "0 passende onderwerpen.*Aantal verzekerden"),
    (_tweede, "2 passende onderwerpen.*Aantal patiënten.*basis-ggz"),
    # kind of figure
    (_zet("Soort", 0, Title="Absoluut"), "0 passende categorieën van Soort.*Absoluut.*Per 10 000"),
    (_zet("Soort", 1, Title="aantal personen"), "2 passende categorieën van Soort"),
    # areas of another year: the whole table would stand on the wrong ones
    (_zet("DataProperties", 0, MapYear=2025), "gebieden van 2025.*gebieden van 2024.*gebiedsjaar"),
    (_zet("DataProperties", 1, Type="Dimension"), "0 dimensies met perioden"),
    # rows: missing, of a quarter, no number, twice the same, without a name
    (_zet("TableInfos", 0, RecordCount=17), "16 rijen.*17 rijen"),
    (_zet("TypedDataSet", 3, Jaar="2014KW01"), "2014KW01.*hele jaren"),
    (_zet("TypedDataSet", 8, Personen_9="."), "'.'.*een getal of null"),
    (_zet("TypedDataSet", 10, Gebied="GM0363    "), "GM0363 voor de tweede keer"),
    (_zet("TypedDataSet", 8, Gebied="GM0599    "), "GM0599.*1 gebieden zonder naam"),
]  # fmt: skip


@pytest.mark.parametrize(("doe", "bericht"), WEIGERINGEN)
def test_what_does_not_fit_is_refused(
    doe: Callable[[Sets], None], bericht: str, tmp_path: Path
) -> None:
    inhoud = sets()
    doe(inhoud)
    with pytest.raises(BronFout, match=f"(?s){bericht}"):
        lees_jaar(schrijf(tmp_path, inhoud), 2020)


def test_a_page_that_is_not_there_is_refused(tmp_path: Path) -> None:
    map_ = schrijf(tmp_path, sets())
    (map_ / "cbs_odata_v3/50149NED/TypedDataSet.skip7.json").unlink()
    with pytest.raises(BronFout, match="een pagina van TypedDataSet die bij rij 14 begint"):
        lees_jaar(map_, 2020)


@pytest.mark.parametrize("jaar", [2014, 2020])
@pytest.mark.parametrize("niveau", ["buurt", "wijk"])
def test_the_second_reader_sees_the_same(jaar: int, niveau: str, tmp_path: Path) -> None:
    map_ = schrijf(tmp_path, sets())
    tabel, _ = lees_jaar(map_, jaar)
    eigen = tabel[tabel["niveau"] == niveau].set_index("regiocode")["rivm_ggz_patienten"]
    bestanden = tuple(Ruwbestand(b.naam, b.sha256, b.pad) for b in vind(map_, BRON, jaar).bestanden)
    levering = Bewijslevering(BRON, jaar, "odata_v3_perioden", bestanden)
    blad = lees_blad(levering, CAT.kolommen_van(BRON), niveau)
    assert blad.gebiedsjaar == 2024
    assert blad.cijfers["rivm_ggz_patienten"].items() >= eigen.to_dict().items()
    opzoeker = opzoekers([levering], CAT.kolommen_van(BRON), niveau)
    assert opzoeker is not None
    for code, waarde in eigen.items():
        gevonden = opzoeker.cel("rivm_ggz_patienten", str(code))
        assert gevonden.cel == (waarde, "waargenomen")
        assert gevonden.plaats is not None
        assert gevonden.plaats.tekst == str(int(waarde))
