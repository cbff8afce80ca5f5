"""Column lineage cannot lie: it is what the receipts of the whole sample really visit.

Both follow from the figure table; a row that is wrong is refused, or its receipts are not what the
stages published.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import pyarrow.parquet as pq
import pytest
from pydantic import ValidationError

from veerkracht_dagster.bonnen.bon import Bonnen
from veerkracht_dagster.bonnen.bon_overzicht import _kort, bon_van_overzicht
from veerkracht_dagster.bonnen.gepubliceerd import GeenBewijs, Gepubliceerd
from veerkracht_dagster.bonnen.knoop import Knoop
from veerkracht_dagster.bonnen.onbekend import OnbekendCijfer
from veerkracht_dagster.catalogus import catalogus, tabellen
from veerkracht_dagster.catalogus.cijfers import (
    GEEN_GROEP,
    aandeel_van,
    formule_van,
    gekozen_groepen,
    invoer_van,
)
from veerkracht_dagster.catalogus.models import Catalogus, Indicator
from veerkracht_dagster.catalogus.tabellen import tabellen_van
from veerkracht_dagster.rekenwijze.regels import REKENREGELS
from veerkracht_dagster.rekenwijze.regeltabel import REGELS, UIT_BUURTTABEL
from veerkracht_dagster.tweede.naspel import Naspel

CAT = catalogus()
Kolomnaam = tuple[str, str]
Bezocht = dict[Kolomnaam, set[Kolomnaam]]
# Texts that several tables have under one name: no receipt is asked of them.
ZONDER_BON = {"jaren_begin", "jaren_eind", "informatief"}
# Of an overview: the cells of its key, words, and what a corporation's own file says.
GEEN_CIJFER = {
    "rapport": {"titel", "eenheid", "formule", "uit", "openbaar", "anders"},
    "scan": {"naam", "regionaam", "domein", "rol", "titel", "eenheid", "kleur", "streefjaar",
             "woningen_corporatie", "veel_bezit", "koers", "status", "verwacht"},
}  # fmt: skip
# The rows of one kind visit the same columns: of each kind so many are followed.
_SOORT = {
    "rapport": ("onderdeel", "maat"), "vergelijking": ("maat",),
    "scan": ("niveau", "maat"), "gevoeligheid_varianten": ("variant",),
    "gevoeligheid_klassen": ("vorm",),
}  # fmt: skip


@pytest.fixture(scope="module")
def uitgaven(gebouwd) -> dict[str, Gepubliceerd]:
    werkmap = gebouwd[0]
    return {
        editie: Gepubliceerd(werkmap.uitgaven / editie / "actueel", werkmap.snapshots, CAT)
        for editie in CAT.edities
    }


@pytest.fixture(scope="module")
def bezocht(uitgaven: dict[str, Gepubliceerd]) -> Bezocht:
    """Per column with a receipt, the columns that receipts of the sample visit right under it."""
    uit: Bezocht = defaultdict(set)
    for uitgave in uitgaven.values():
        bonnen: Bonnen = Bonnen(uitgave)
        gezien: dict[int, Knoop] = {}
        for bon in _bonnen(bonnen):
            _loop(bonnen, bon, uit, gezien)
    return uit


def _bonnen(bonnen: Bonnen) -> Iterator[Knoop]:
    for code in bonnen.uitgave.codes[::5]:
        for indicator in CAT.indicatoren.values():
            for naam in _met_bon(indicator):
                yield bonnen.cijfer(naam, code)
        for laag in CAT.kaartlagen:
            yield bonnen.bon(code, laag)
    for tabel, overzicht in CAT.overzichten.items():
        soorten: dict[tuple[Any, ...], dict[str, Any]] = {}
        for rij in bonnen.uitgave.rijen_van(tabel):
            if rij.get("status") != "weggelaten":
                for kolom in _cijfers(tabel):
                    soort = (kolom, *(rij[k] for k in _SOORT[tabel]))
                    if soort not in soorten or soorten[soort][kolom] is None:
                        soorten[soort] = rij
        for (kolom, *_), rij in soorten.items():
            naam = "/".join(_kort(rij[k]) for k in overzicht.sleutel)
            if kolom != "begin" or CAT.maten[rij["maat"]].begin:
                yield bon_van_overzicht(bonnen, tabel, naam, kolom)


def _met_bon(indicator: Indicator) -> list[str]:
    return [naam for naam in indicator.rijen if naam not in ZONDER_BON]


def _cijfers(tabel: str) -> list[str]:
    overzicht = CAT.overzichten[tabel]
    niet = {*overzicht.sleutel, *GEEN_CIJFER.get(tabel, ())}
    return [kolom for kolom in overzicht.kolommen if kolom not in niet]


def _kolom(knoop: Knoop) -> Kolomnaam | None:
    if knoop.staat_in is None:
        return None
    tabel, kolom, sleutel = knoop.staat_in
    return sleutel.get("laag", tabel), kolom


def _loop(bonnen: Bonnen, knoop: Knoop, uit: Bezocht, gezien: dict[int, Knoop]) -> None:
    if id(knoop) in gezien:
        return
    gezien[id(knoop)] = knoop  # kept: of a step that is gone another may have the number
    if (eigen := _kolom(knoop)) is not None and eigen[0] != "buurttabel":
        uit[eigen] |= set(_eronder(bonnen, knoop))
    for kind in knoop.kinderen:
        _loop(bonnen, kind, uit, gezien)


def _eronder(bonnen: Bonnen, knoop: Knoop) -> Iterator[Kolomnaam]:
    """The nearest columns below a step: of its own area, or of many at once."""
    for kind in knoop.kinderen:
        if (kolom := _kolom(kind)) is not None:
            yield kolom
            continue
        yield from ((bonnen.tabel_van(k), k) for k in kind.met.get("kolommen", ()))
        yield from _eronder(bonnen, kind)


@pytest.mark.parametrize("tabel", list(CAT.indicatoren))
def test_the_lineage_of_a_figure_is_what_its_receipts_visit(bezocht: Bezocht, tabel: str) -> None:
    for naam in _met_bon(CAT.indicatoren[tabel]):
        genoemd = set(_uit(tabel, naam))
        if CAT.indicatoren[tabel].rijen[naam].regel == "K":
            assert genoemd >= GETELD | NIET_NODIG
            genoemd -= GETELD - bezocht[tabel, naam]
        if tabel == "kwetsbare_bewoners":
            genoemd -= NIET_NODIG - bezocht[tabel, naam]
        rij = CAT.indicatoren[tabel].rijen[naam]
        if rij.regel == "bijdrage":
            aandelen = {van for van in genoemd if van[0] == "domeinmaten"}
            valt_in = ("domeinmaten", f"aandeel_{rij.groep}_eind") in INVALLERS
            genoemd -= (aandelen if valt_in else INVALLERS) - bezocht[tabel, naam]
        if (rij.regel == "bijdrage" and rij.groep in ZONDER_EDITIE) or genoemd == {GEEN_GROEP}:
            assert bezocht[tabel, naam] == set(), naam
        else:
            assert bezocht[tabel, naam] == genoemd, naam


@pytest.mark.parametrize("tabel", list(CAT.overzichten))
def test_the_lineage_of_an_overview_is_what_its_receipts_visit(
    bezocht: Bezocht, tabel: str
) -> None:
    for kolom in _cijfers(tabel):
        genoemd = set(_uit(tabel, kolom))
        if tabel == "gevoeligheid_varianten":
            aan_het_begin = {(van, k.removesuffix("eind") + "begin") for van, k in INVALLERS}
            genoemd -= (INVALLERS | aan_het_begin) - bezocht[tabel, kolom]
        assert bezocht[tabel, kolom] == genoemd, kolom


def test_no_edition_of_the_sample_is_made_of_a_stand_in(uitgaven: dict[str, Gepubliceerd]) -> None:
    """If one is, its receipts visit it, and it is left out of `ZONDER_EDITIE`."""
    for uitgave in uitgaven.values():
        pad = uitgave.map / "tabellen" / "kwetsbare_bewoners.parquet"
        gebruikt = set(", ".join(pq.read_table(pad)["groepen"].to_pylist()).split(", "))
        assert not gebruikt & ZONDER_EDITIE


@pytest.mark.parametrize("laag", list(CAT.kaartlagen))
def test_the_lineage_of_a_layer_is_what_its_receipts_visit(bezocht: Bezocht, laag: str) -> None:
    """A receipt of a layer is of its row: class and value, and what is told beside them."""
    kolommen = ["klasse", "waarde", *(k for k in CAT.kaartlagen[laag].extra if k in NAAST)]
    assert bezocht[laag, "klasse"] == {van for kolom in kolommen for van in _uit(laag, kolom)}


# Of microdata the tests' small country has one year: K is estimated, as both ends must be alike.
GETELD = {("buurttabel", k) for k in (CAT.microdata.teller, CAT.microdata.noemer)}
# A group that stands in for another comes beside a third only where that one is there and the other
# is not: in the sample not beside every one.
INVALLERS = {
    ("domeinmaten", aandeel_van(CAT, groep, "eind"))
    for editie in CAT.edities.values()
    for groep in editie.parameters.kwetsbaar_vervangers.values()
}
# What stands in for a group that no edition of the sample lacks.
ZONDER_EDITIE = {
    groep
    for editie in CAT.edities.values()
    for groep in editie.parameters.kwetsbaar_vervangers.values()
}
NIET_NODIG = {
    ("buurttabel", kolom) for groep in ZONDER_EDITIE for kolom in CAT.groepen[groep].kolommen
} - {
    ("buurttabel", kolom)
    for naam, groep in CAT.groepen.items()
    if naam not in ZONDER_EDITIE
    for kolom in groep.kolommen
}
NAAST = ("structureel", "stabiliteit")


@pytest.mark.parametrize("laag", list(CAT.kaartlagen))
def test_what_a_layer_takes_along_is_the_figure_that_its_lineage_names(
    uitgaven: dict[str, Gepubliceerd], laag: str
) -> None:
    for uitgave in uitgaven.values():
        eigen = pq.read_table(uitgave.map / f"{laag}.parquet").drop_columns("geometry").to_pylist()
        sleutel = f"{uitgave.editie.niveau}code"
        for kolom in CAT.kaartlagen[laag].extra:
            ((tabel, naam),) = _uit(laag, kolom)
            for rij in eigen:
                cijfer = uitgave.cel(tabel, naam, rij[sleutel])
                # A layer has no text where the figure's table has an empty one.
                assert rij[kolom] == (None if cijfer == "" else cijfer), (kolom, rij[sleutel])


def _uit(tabel: str, kolom: str) -> tuple[Kolomnaam, ...]:
    return next(k.uit for k in tabellen()[tabel].kolommen if k.naam == kolom)


def test_another_group_is_in_the_lineage_of_all_that_is_made_of_K() -> None:
    inhoud = CAT.model_dump(mode="json")
    inhoud["edities"]["2014-2020"]["parameters"]["kwetsbaar_groepen"].append("laag_inkomen")
    anders = Catalogus.model_validate(inhoud)
    (kolom,) = CAT.groepen["laag_inkomen"].kolommen
    assert ("buurttabel", kolom) in invoer_van(anders, "kwetsbare_bewoners", "K_eind")
    assert ("buurttabel", kolom) not in invoer_van(CAT, "kwetsbare_bewoners", "K_eind")
    aandeel = ("domeinmaten", "aandeel_laag_inkomen_eind")
    for tabel, naam in (
        ("gevoeligheid", "bijdrage_lvb"), ("gevoeligheid", "bijdrage_laag_inkomen"),
        ("gevoeligheid_varianten", "gemiddelde_K"),
    ):  # fmt: skip
        kolommen = {k.naam: k.uit for k in tabellen_van(anders)[tabel].kolommen}
        assert aandeel in kolommen[naam], naam


def test_a_group_adds_to_K_beside_its_own_stand_in_never() -> None:
    for editie in CAT.edities.values():
        for groep, invaller in editie.parameters.kwetsbaar_vervangers.items():
            for een, ander in ((groep, invaller), (invaller, groep)):
                uit = invoer_van(CAT, "gevoeligheid", f"bijdrage_{een}")
                assert ("domeinmaten", aandeel_van(CAT, een, "eind")) in uit
                assert ("domeinmaten", aandeel_van(CAT, ander, "eind")) not in uit


def test_a_new_figure_is_one_row(uitgaven: dict[str, Gepubliceerd]) -> None:
    """It is replayed and has lineage and formula; a release of before it says what to do."""
    tabel, uitgave = "overlast_onveiligheid", uitgaven["2014-2020"]
    inhoud = CAT.model_dump(mode="json")
    inhoud["indicatoren"][tabel]["kolommen"]["dV"] = {
        "titel": "x", "eenheid": "score", "regel": "verschil", "invoer": ["V_eind", "V_begin"]
    }  # fmt: skip
    anders = Catalogus.model_validate(inhoud)
    assert invoer_van(anders, tabel, "dV") == ((tabel, "V_eind"), (tabel, "V_begin"))
    assert formule_van(anders, anders.indicatoren[tabel].kolommen["dV"]) == "V_eind - V_begin"
    naspel = Naspel(CAT.edities["2014-2020"], [], {}, anders)
    assert naspel.tabellen[tabel].cellen["dV"] == []
    uitgave.cat = anders
    with pytest.raises(GeenBewijs, match="heeft geen kolom dV; publiceer opnieuw"):
        Bonnen(uitgave).cijfer("dV", uitgave.codes[0])
    uitgave.cat = CAT


def test_every_rule_of_the_table_is_a_function() -> None:
    genoemd = {regel.reken for regel in REGELS.values() if regel.reken is not None}
    # K is the one rule with two functions: an area is counted in microdata, or estimated.
    assert genoemd == REKENREGELS.keys() - {"K_microdata"}


# --- a row that is wrong --------------------------------------------------------------------------
TREKKINGEN = 30
Wijziging = tuple[str, str, str, Any]  # table, figure, field, value


def _wijzigingen() -> Iterator[Wijziging]:
    """Every way to say one thing of a row of the figure table otherwise."""
    cijfers = [k for indicator in CAT.indicatoren.values() for k in indicator.kolommen]
    for tabel, indicator in CAT.indicatoren.items():
        for naam in _met_bon(indicator):
            rij = indicator.rijen[naam]
            regel = REGELS[rij.regel]
            namen = CAT.kolommen if regel.aanvoer in UIT_BUURTTABEL else cijfers
            for i, oud in enumerate(rij.invoer):
                for ander in namen:
                    if ander != oud and not _evengoed(naam, i):
                        invoer = [*rij.invoer[:i], ander, *rij.invoer[i + 1 :]]
                        yield tabel, naam, "invoer", invoer
            yield from ((tabel, naam, "regel", r) for r in REGELS if r != rij.regel)
            for sleutel, mogelijk in regel.met.items():
                for x in mogelijk:
                    if x != rij.met[sleutel]:
                        yield tabel, naam, "met", {**rij.met, sleutel: x}
            if rij.kant is not None:
                yield tabel, naam, "kant", "begin" if rij.kant == "eind" else "eind"
            if rij.groep is not None:
                yield from ((tabel, naam, "groep", g) for g in CAT.groepen if g != rij.groep)
            yield tabel, naam, "formule", "K_eind * 2"


def _evengoed(naam: str, plaats: int) -> bool:
    """Whether another input makes no other figure, and says nothing that is not so.

    A group that no edition has adds nothing, whatever to; and the threshold at which a class flips
    by K is its change: of what else makes the class it matters whether it is there.
    """
    niet_gekozen = {f"bijdrage_{g}" for g in CAT.groepen if g not in gekozen_groepen(CAT)}
    return naam in niet_gekozen or (naam.startswith("omslag_tK_") and plaats > 0)


def _getrokken() -> list[Wijziging]:
    """Thirty, of every field some. A score has no bounds: its best rank is its rank."""
    per_veld = defaultdict(list)
    for wijziging in _wijzigingen():
        if wijziging[1:3] not in (("rang_P", "met"), ("rang_P_hoogst", "met")):
            per_veld[wijziging[2]].append(wijziging)
    loting = random.Random(12)
    uit: list[Wijziging] = []
    while len(uit) < TREKKINGEN:
        uit += [loting.choice(per_veld[veld]) for veld in ("invoer", "invoer", *per_veld)]
    return uit[:TREKKINGEN]


@pytest.mark.parametrize(
    "wijziging", _getrokken(), ids=lambda w: f"{w[1]}.{w[2]}"
)  # fmt: skip
def test_a_wrong_row_is_refused_or_its_receipts_are_not_what_is_published(
    uitgaven: dict[str, Gepubliceerd], wijziging: Wijziging
) -> None:
    anders = _met(wijziging)
    if isinstance(anders, str):
        # Of a figure that is a layer too, the layer may be what no longer fits.
        wat = (
            f"{wijziging[0]}.{wijziging[1]}", "formule", f"kaartlagen.yml: {wijziging[1]}.",
            f": {wijziging[1]} is gemaakt van ",  # a table that the layer does not have
        )  # fmt: skip
        assert any(woord in anders for woord in wat), anders
    else:
        assert any(_wijkt_af(uitgave, anders, wijziging[1]) for uitgave in uitgaven.values())


def _met(wijziging: Wijziging) -> Catalogus | str:
    """The catalogue with another row, or why that is refused."""
    tabel, naam, veld, waarde = wijziging
    inhoud = CAT.model_dump(mode="json")
    deel = "kolommen" if naam in CAT.indicatoren[tabel].kolommen else "kenmerken"
    inhoud["indicatoren"][tabel][deel][naam][veld] = waarde
    try:
        return Catalogus.model_validate(inhoud)
    except ValidationError as fout:
        return str(fout)


def _wijkt_af(uitgave: Gepubliceerd, anders: Catalogus, naam: str) -> bool:
    """Whether a receipt by another figure table is not what is published, or cannot be made."""
    uitgave.cat = anders
    try:
        bonnen = Bonnen(uitgave)
        return any(bonnen.cijfer(naam, code).afwijking for code in uitgave.codes)
    except (OnbekendCijfer, RecursionError):
        return True
    finally:
        uitgave.cat = CAT
