"""The truth is exact on any boundaries, and every special case is there."""

from __future__ import annotations

import re
from functools import cache
from itertools import pairwise

import numpy as np
import pytest
import shapely

from veerkracht_dagster import voorbeeldland
from veerkracht_dagster.voorbeeldland import ALLE_JAREN, JAREN, Grootte, Land, maak_land
from veerkracht_dagster.voorbeeldland.adressen import adressen
from veerkracht_dagster.voorbeeldland.leefbaarometer import leefbaarometer_scores
from veerkracht_dagster.voorbeeldland.raster import MIDDEN_RD

TELLINGEN = ["inwoners", "woningen", "corporatiewoningen", "personen_bijstand", "md_kwetsbaar"]
TK, TP, SD = 1.0, 0.01, 0.15678  # method: thresholds of change, unit of Leefbaarometer classes


def atomen(land: Land, jaar: int, code: str) -> set[int]:
    return grond(land, jaar).get(code, set())


@cache
def grond(land: Land, jaar: int) -> dict[str, set[int]]:
    """Return the atoms of every buurt of a year by its code."""
    uit: dict[str, set[int]] = {}
    codes = land.indeling(jaar).buurten["buurtcode"].tolist()
    for atoom, rij in enumerate(land.indeling(jaar).buurt_van_atoom.tolist()):
        uit.setdefault(codes[rij], set()).add(atoom)
    return uit


@pytest.mark.parametrize("kolom", [*TELLINGEN, "adressen", "oppervlakte_land"])
@pytest.mark.parametrize("basisjaar", [2014, 2019, 2024])
def test_total_is_the_same_on_boundaries_of_any_year(
    land: Land, kolom: str, basisjaar: int
) -> None:
    eigen, elders = land.waarheid(kolom, 2018).sum(), land.waarheid(kolom, 2018, basisjaar).sum()
    assert elders == pytest.approx(eigen, rel=1e-12)


def test_share_on_other_boundaries_is_ratio_of_sums(land: Land) -> None:
    deel = land.waarheid("percentage_corporatiewoningen", 2014, 2020)
    teller = land.waarheid("corporatiewoningen", 2014, 2020)
    noemer = land.waarheid("woningen", 2014, 2020)
    np.testing.assert_allclose(deel[noemer > 0], (100 * teller / noemer)[noemer > 0])
    assert deel[noemer == 0].isna().all()


def test_counts_lie_within_each_other(land: Land) -> None:
    w = {k: land.waarheid(k, 2020) for k in land.kolommen}
    delen = ["koopwoningen", "corporatiewoningen", "overige_huurwoningen"]
    som = sum(w[k] for k in [*delen, "woningen_eigendom_onbekend"])
    assert (som == w["woningen"]).all()
    groepen = [w["personen_uitkering"], w["wzw_lvb_personen"], w["wzw_ggz_personen"]]
    for groep in groepen:
        assert (groep <= w["md_kwetsbaar"]).all()
    assert (w["md_kwetsbaar"] <= sum(groepen)).all()
    assert (w["md_kwetsbaar"] <= w["inwoners"]).all()


def test_same_seed_same_country_another_seed_another(land: Land) -> None:
    zelfde, ander = maak_land(jaren=(2020,)), maak_land(zaad=1, jaren=(2020,))
    assert land.buurten(2020).equals(zelfde.buurten(2020))
    assert not land.waarheid("inwoners", 2020).equals(ander.waarheid("inwoners", 2020))
    assert zelfde.jaren == (2020,)


def test_a_year_is_the_same_whichever_others_are_made(land: Land) -> None:
    klein = maak_land(jaren=JAREN)
    for jaar in (2014, 2024):
        assert klein.buurten(jaar).equals(land.buurten(jaar))
        assert adressen(klein, jaar).equals(adressen(land, jaar))
        for kolom in ("inwoners", "personen_bijstand", "wzw_ggz_personen", "onv"):
            assert klein.waarheid(kolom, jaar).equals(land.waarheid(kolom, jaar))
    assert leefbaarometer_scores(klein).equals(leefbaarometer_scores(land))


@pytest.mark.parametrize("jaar", [2016, 2021, 2025])
def test_an_address_has_one_place_and_keeps_it(land: Land, jaar: int) -> None:
    """2025 has more of them than any year before: new streets, no other numbers."""
    nu, vorig = adressen(land, jaar), adressen(land, 2024)
    sleutel = ["PC6", "Huisnummer"]
    assert not nu.duplicated(sleutel).any()
    assert len(nu) == land.waarheid("adressen", jaar).sum()
    assert len(nu.merge(vorig, on=sleutel)) > 0.9 * min(len(nu), len(vorig))


def test_size_is_as_asked(land: Land) -> None:
    buurten = land.buurten(2024)
    assert len(buurten) == 150
    assert buurten["gemeentecode"].nunique() == 4
    assert land.buurten(2014)["gemeentecode"].nunique() == 5


@pytest.mark.parametrize("jaar", [2014, 2020, 2024])
def test_buurten_tile_the_land(land: Land, jaar: int) -> None:
    buurten = land.buurten(jaar)
    assert buurten["buurtcode"].is_unique
    assert buurten.crs.to_epsg() == 28992
    assert buurten.is_valid.all()
    heel = shapely.union_all(land.raster.vlakken)
    assert buurten.area.sum() == pytest.approx(heel.area, rel=1e-9)
    assert shapely.distance(heel.centroid, shapely.Point(MIDDEN_RD)) < 10_000


def test_period_shows_every_signal_class(land: Land) -> None:
    bewoond = land.waarheid("inwoners", 2014, 2020) >= 50
    k, v = (
        {j: land.waarheid(kolom, j, 2020)[bewoond] for j in (2014, 2020)}
        for kolom in ("percentage_kwetsbaar", "onv")
    )
    dk, dp = k[2020] - k[2014], v[2014] - v[2020]
    veel, weinig = v[2020] < -1.0 * SD, v[2020] >= -0.25 * SD
    hoog = (dk > TK) & (dp > TP)
    aantallen = {
        1: ((dk < -TK) & (dp < -TP)).sum(),
        2: ((dk < -TK) & (dp >= -TP)).sum(),
        3: (dk.abs() <= TK).sum(),
        4: (hoog & weinig).sum(),
        5: (hoog & ~weinig & ~veel).sum(),
        6: (hoog & veel).sum(),
        7: ((dk > TK) & (dp.abs() <= TP)).sum(),
        8: ((dk > TK) & (dp < -TP)).sum(),
    }
    assert min(aantallen.values()) >= 1, aantallen
    assert sum(aantallen.values()) == bewoond.sum()


@pytest.mark.parametrize("jaar", ALLE_JAREN[1:])
def test_changes_of_a_year_are_in_the_division(land: Land, jaar: int) -> None:
    vorig = jaar - 1
    for oud, nieuw in land.bijzonder["gesplitst"].get(jaar, {}).items():
        assert atomen(land, vorig, oud)
        assert not atomen(land, jaar, oud)
        for code in nieuw:
            assert atomen(land, jaar, code)
    for oud, nieuw in land.bijzonder["afgesplitst"].get(jaar, {}).items():
        samen = atomen(land, jaar, oud) | atomen(land, jaar, nieuw)
        assert samen == atomen(land, vorig, oud)
    for van, naar in land.bijzonder["verplaatst"].get(jaar, {}).items():
        weg = atomen(land, vorig, van) - atomen(land, jaar, van)
        assert len(weg) == 1
        assert weg == atomen(land, jaar, naar) - atomen(land, vorig, naar)
    for nieuw, oude in land.bijzonder["samengevoegd"].get(jaar, {}).items():
        delen = [atomen(land, vorig, oud) for oud in oude]
        assert atomen(land, jaar, nieuw) == set.union(*delen)
        assert all(delen)


def test_reused_code_lies_elsewhere(land: Land) -> None:
    gevallen = land.bijzonder["code_hergebruikt"][2020]
    assert gevallen
    for code, wat in gevallen.items():
        eerder = [j for j in ALLE_JAREN if j < 2020 and atomen(land, j, code)]
        assert eerder
        assert not atomen(land, 2020, code) & atomen(land, eerder[-1], code)
        if wat["oude_grond_heet_nu"]:
            assert atomen(land, 2020, wat["oude_grond_heet_nu"]) == atomen(land, 2019, code)


def test_indelingswijziging_says_what_changed(land: Land) -> None:
    for vorig, jaar in pairwise(ALLE_JAREN):
        for b in land.indeling(jaar).buurten.itertuples():
            nu, toen = atomen(land, jaar, b.buurtcode), atomen(land, vorig, b.buurtcode)
            assert (b.indelingswijziging == 1) == (nu == toen)
        if jaar == 2019:
            gefuseerd = land.indeling(jaar).buurten.query("gemeentecode == 'GM3101'")
            assert (gefuseerd["indelingswijziging"] == 2).sum() > 20


def test_gemeenten_and_letters(land: Land) -> None:
    b = land.bijzonder
    assert b["gemeente_gefuseerd"] == {2019: {"GM3101": ["GM0108", "GM0115"]}}
    assert (land.buurten(2020)["gemeentecode"] == b["een_buurt"]).sum() == 1
    letters = b["lettercodes"][2022]
    assert set(letters) <= set(land.buurten(2020)["wijkcode"])
    assert set(letters.values()) <= set(land.buurten(2022)["wijkcode"])
    assert list(letters) != sorted(letters)
    assert not land.buurten(2022)["wijkcode"].isin(list(letters)).any()


def test_codes_in_the_docstring_are_of_this_country(land: Land) -> None:
    genoemd = set(re.findall(r"\b(?:BU|WK|GM)[0-9]{4}[0-9A-Z]*\b", voorbeeldland.__doc__ or ""))
    kolommen = ["buurtcode", "wijkcode", "gemeentecode"]
    bestaat = {c for j in ALLE_JAREN for k in kolommen for c in land.indeling(j).buurten[k]}
    assert len(genoemd) > 20
    assert genoemd <= bestaat


@pytest.mark.parametrize("soort", ["onbewoond", "onderdrukt", "eigendom_onbekend", "water"])
def test_special_buurten_exist_every_year(land: Land, soort: str) -> None:
    for jaar in ALLE_JAREN:
        codes = land.bijzonder[soort][jaar]
        assert codes
        assert set(codes) <= set(land.buurten(jaar)["buurtcode"])


@pytest.mark.parametrize(
    ("aanroep", "melding"),
    [
        (lambda land: Grootte(gemeenten=2), "at least 4 gemeenten"),
        (lambda land: maak_land(jaren=(2013,)), r"\[2013\] are not in the sample"),
        (lambda land: maak_land(jaren=()), "not in the sample"),
        (
            lambda land: land.waarheid("inwoner", 2020),
            "'inwoner' is not known; choose from",
        ),
        (lambda land: land.waarheid("inwoners", 2027), "2027 is not in this country"),
    ],
)
def test_refusals_say_what_to_do(land: Land, aanroep: object, melding: str) -> None:
    with pytest.raises((ValueError, KeyError), match=melding):
        aanroep(land)  # type: ignore[operator]
