"""How a report begins: which release, what K and V are, the map, the areas by name."""

from __future__ import annotations

from datetime import date

import pytest

from tests.unit.publicatie.voorbeelduitgave import AANTAL, CAT, maak_laag
from veerkracht_dagster.rapport.aanloop import SIGNAAL, kaart_en_gebieden, stempel_van, uitleg

EDITIE = CAT.edities["2014-2020"]


def test_the_stamp_has_release_date_and_sources_with_their_years() -> None:
    leveringen = {
        2014: {"cbs_kerncijfers": [{}]}, 2020: {"cbs_kerncijfers": [{}], "woonzorgwijzer": []},
    }  # fmt: skip
    (regel, leeg) = stempel_van("abc123", leveringen, date(2026, 11, 29)).regels(CAT)
    titel = CAT.bronnen["cbs_kerncijfers"].titel
    assert regel == f"Uitgave abc123, gemaakt op 29-11-2026. Bronnen: {titel} (2014, 2020)."
    assert leeg == ""


def test_k_and_v_are_told_in_words_and_k_of_this_edition() -> None:
    tekst = "\n".join(uitleg(EDITIE, CAT))
    for naam in EDITIE.parameters.kwetsbaar_groepen:
        assert CAT.groepen[naam].bewoners in tekst
    assert "hoger is beter" in tekst
    assert "van een wijk" in "\n".join(uitleg(CAT.edities["2014-2020-wijken"], CAT))


def test_every_area_with_little_resilience_is_there_by_name() -> None:
    laag = maak_laag(SIGNAAL)
    regels = kaart_en_gebieden(laag, EDITIE, CAT)
    zwak = laag.loc[laag["klasse"].isin(CAT.constanten.zwakke_klassen)]
    tabel = [regel for regel in regels if regel.startswith("| Gemeente ")]
    assert len(tabel) == len(zwak) > 0
    for naam, code in zip(zwak["regionaam"], zwak["regiocode"], strict=True):
        assert any(naam in regel and code in regel for regel in tabel)
    gemeten = int((laag["klasse"] != CAT.geen_meting.code).sum())
    assert f"{len(zwak)} buurten ({gemeten} van {AANTAL} buurten gemeten)." in regels
    assert regels[0].endswith("(kaart.png)")


@pytest.mark.parametrize(("klasse", "woord"), [(3, "Geen"), (-9, "Geen meting")])
def test_none_is_told_apart_from_nothing_measured(klasse: int, woord: str) -> None:
    laag = maak_laag(SIGNAAL).assign(klasse=klasse)
    aantal = 0 if klasse == -9 else AANTAL
    regels = kaart_en_gebieden(laag, EDITIE, CAT)
    assert f"{woord} ({aantal} van {AANTAL} buurten gemeten)." in regels
