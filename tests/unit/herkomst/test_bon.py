"""A receipt goes down to the text in the publisher's file, and says the same as the release."""

from __future__ import annotations

import json

import pyarrow.parquet as pq
import pytest

from veerkracht_dagster.catalogus import catalogus
from veerkracht_dagster.herkomst.audit import editie_van, stukken_van
from veerkracht_dagster.herkomst.bon import Bonnen, OnbekendCijfer
from veerkracht_dagster.publicatie.publiceren import ACTUEEL, huidige_release

CAT = catalogus()
EDITIE = "2014-2020"


@pytest.fixture(scope="module")
def bonnen(gebouwd) -> Bonnen:
    werkmap = gebouwd[0]
    release = huidige_release(werkmap.uitgaven, EDITIE)
    assert release is not None
    map_release = werkmap.uitgaven / EDITIE / ACTUEEL
    stukken = stukken_van(werkmap, map_release, release, editie_van(release, CAT))
    return Bonnen(stukken, stukken.naspel(stukken.leveringen, CAT), werkmap.snapshots)


@pytest.mark.parametrize("laag", list(CAT.kaartlagen))
def test_the_top_is_what_is_published(gebouwd, bonnen: Bonnen, laag: str) -> None:
    pad = gebouwd[0].uitgaven / EDITIE / ACTUEEL / f"{laag}.parquet"
    for rij in pq.read_table(pad, columns=["buurtcode", "klasse", "label", "status"]).to_pylist():
        bon = bonnen.bon(rij["buurtcode"], laag)
        assert (bon.waarde, bon.feiten["label"], bon.staat) == (
            rij["klasse"],
            rij["label"],
            rij["status"],
        )


@pytest.mark.parametrize(
    ("kolom", "jaar", "kop"),
    [
        ("inwoners", 2014, "AantalInwoners_5"),  # OData v3
        ("inwoners", 2018, "T001036"),  # OData v4: the measure
        ("onv", 2020, "onv"),  # CSV
        ("wzw_lvb_personen", 2020, "lvb_personen"),  # a delivery: their name, by the manifest
    ],
)
def test_a_cell_is_followed_to_its_text(bonnen: Bonnen, kolom: str, jaar: int, kop: str) -> None:
    gevonden = 0
    for code in bonnen.naspel.codes:
        for knoop in bonnen.bon(code, kolom, jaar).alle():
            if knoop.soort != "broncel" or knoop.waarde is None:
                continue
            feiten = knoop.feiten
            assert feiten["kolom"] == kop
            assert float(feiten["ruwe_tekst"].replace(",", ".")) == knoop.waarde
            inhoud = bonnen.snapshots.pad(feiten["sha256"]).read_text("utf-8-sig")
            assert _tekst_in(inhoud, feiten, knoop.naam.split()[-1], jaar) == feiten["ruwe_tekst"]
            gevonden += 1
    assert gevonden > 20


def _tekst_in(inhoud: str, feiten: dict, code: str, jaar: int) -> str:
    """The cell by the row and column that the receipt names, read in the plainest way."""
    if feiten["bestand"].endswith(".json"):
        rij = json.loads(inhoud, parse_int=str, parse_float=str)["value"][feiten["rij"]]
        assert rij["WijkenEnBuurten"].strip() == code
        return rij["Value"] if "Measure" in rij else rij[feiten["kolom"]]
    teken = "," if "Leefbaarometer" in feiten["bestand"] else ";"
    kop, *rijen = inhoud.splitlines()
    velden = [veld.strip('"') for veld in rijen[feiten["rij"]].split(teken)]
    assert code in velden
    assert teken == ";" or str(jaar) in velden
    return velden[[veld.strip('"') for veld in kop.split(teken)].index(feiten["kolom"])]


def test_a_share_is_the_sum_of_its_parts(bonnen: Bonnen) -> None:
    """Every harmonised count is the weighted sum of the source cells under it."""
    for code in bonnen.naspel.codes:
        cel = bonnen.bon(code, "inwoners", 2014)
        delen = [(stuk.waarde, stuk.kinderen[0].waarde) for stuk in cel.kinderen]
        if cel.waarde is not None and all(x is not None for _, x in delen):
            assert sum(w * x for w, x in delen) == pytest.approx(cel.waarde, rel=1e-12)


def test_what_is_not_there_is_said(bonnen: Bonnen) -> None:
    with pytest.raises(OnbekendCijfer, match="BU99999999 is geen buurt van"):
        bonnen.bon("BU99999999", "dK")
    with pytest.raises(OnbekendCijfer, match="'xyz' is geen kaartlaag"):
        bonnen.bon(bonnen.naspel.codes[0], "xyz")
