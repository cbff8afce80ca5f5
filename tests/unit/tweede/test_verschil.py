"""The difference between releases: what changed, and which input made it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import yaml

from veerkracht_dagster.audit.controleren import controleer
from veerkracht_dagster.catalogus import catalogus
from veerkracht_dagster.cli.verschil import _in_map, verschil_tussen
from veerkracht_dagster.publicatie.verschil import (
    Uitgaveverschil,
    als_markdown,
    oordeel_verschil,
    vergelijk_uitgaven,
)
from veerkracht_dagster.publicatie.wijzer import ACTUEEL
from veerkracht_dagster.tweede.gelijk import gelijk
from veerkracht_dagster.tweede.ingangen import met_ingang
from veerkracht_dagster.tweede.poort import Verklaarder, invoer_van
from veerkracht_dagster.tweede.ruilen import Invoer, Verklaring, verklaar
from veerkracht_dagster.tweede.vergelijken import verwacht
from veerkracht_dagster.werkmap import Werkmap

CAT, EDITIE = catalogus(), "2014-2020"


@pytest.fixture(scope="module")
def invoer(gebouwd) -> Invoer:
    werkmap: Werkmap = gebouwd[0]
    plek = _in_map(werkmap.uitgaven / EDITIE / ACTUEEL)
    assert plek is not None
    gevonden, opmerkingen = invoer_van(werkmap, *plek, CAT)
    assert gevonden is not None
    assert opmerkingen == []
    return gevonden


def _zonder(invoer: Invoer, bron: str, jaar: int) -> Invoer:
    leveringen = {j: dict(van) for j, van in invoer.stukken.leveringen.items()}
    del leveringen[jaar][bron]
    return replace(invoer, stukken=replace(invoer.stukken, leveringen=leveringen))


def _met(invoer: Invoer, pad: str, waarde: Any) -> Invoer:
    cat, editie = met_ingang(invoer.cat, invoer.stukken.editie, tuple(pad.split(".")), waarde)
    return replace(invoer, cat=cat, stukken=replace(invoer.stukken, editie=editie))


def _anders_verdeeld(invoer: Invoer, jaar: int) -> Invoer:
    """The first area that is made of one area gets half of it, and its neighbour the rest."""
    wegen = dict(invoer.stukken.wegen[jaar])
    een, ander = list(wegen)[:2]
    deel = wegen[een][0]._replace(gewicht=0.5, methode="oppervlak")
    wegen |= {een: [deel], ander: [*wegen[ander], deel]}
    return replace(
        invoer, stukken=replace(invoer.stukken, wegen={**invoer.stukken.wegen, jaar: wegen})
    )


def _verklaar(oud: Invoer, nieuw: Invoer, code: Mapping[str, tuple[str, str]]) -> Verklaring:
    """As at publication, with the replay of both for what was published."""
    van, naar = (
        {
            (tabel, kolom): dict(zip(x.stukken.codes, waarden, strict=True))
            for tabel, kolommen in verwacht(x.stukken.naspel(x.jaren, x.cat), x.cat)
            for kolom, waarden in kolommen.items()
        }
        for x in (oud, nieuw)
    )
    veranderd = {
        plek: {c: (van[plek][c], x) for c, x in cellen.items() if not gelijk(van[plek][c], x)}
        for plek, cellen in naar.items()
    }
    return verklaar(oud, nieuw, {p: cellen for p, cellen in veranderd.items() if cellen}, code)


@pytest.mark.parametrize(
    ("ruil", "soort", "wat"),
    [
        (lambda i: _zonder(i, "woonzorgwijzer", 2020), "bron", "woonzorgwijzer 2020"),
        (lambda i: _zonder(i, "cbs_microdata", 2020), "bron", "cbs_microdata 2020"),
        (
            lambda i: _met(i, "editie.parameters.tK_procentpunt", 2.5),
            "catalogus",
            "editie.parameters.tK_procentpunt",
        ),
        (
            lambda i: _met(i, "kaartlagen.corporatiebezit.grenzen", [5, 30, 70]),
            "catalogus",
            "kaartlagen.corporatiebezit.grenzen",
        ),
        (
            lambda i: _met(i, "omzetting.minimum_dekking", 1.0),
            "catalogus",
            "omzetting.minimum_dekking",
        ),
        (lambda i: _anders_verdeeld(i, 2014), "grenzen", "omzetting 2014 naar 2020"),
    ],
)  # fmt: skip
def test_one_changed_input_is_the_one_cause(
    invoer: Invoer, ruil: Callable[[Invoer], Invoer], soort: str, wat: str
) -> None:
    uit = _verklaar(invoer, ruil(invoer), {})
    assert [(o.soort, o.wat) for o in uit.oorzaken] == [(soort, wat)]
    assert (uit.oorzaken[0].cijfers or 0) > 0
    assert (uit.samen, uit.onverklaard) == (0, 0)


def test_of_two_changed_inputs_each_gets_its_own_figures(invoer: Invoer) -> None:
    nieuw = _met(_zonder(invoer, "leefbaarometer", 2014), "kaartlagen.corporatiebezit.grenzen",
                 [5, 30, 70])  # fmt: skip
    uit = _verklaar(invoer, nieuw, {})
    per_oorzaak = {o.wat: o for o in uit.oorzaken}
    grens = per_oorzaak["kaartlagen.corporatiebezit.grenzen"]
    assert set(grens.per_tabel) == {"corporatiebezit"}
    assert grens.klassen > 0
    assert "buurttabel 2014" in per_oorzaak["leefbaarometer 2014"].per_tabel
    assert (uit.samen, uit.onverklaard) == (0, 0)


def test_what_the_inputs_do_not_make_is_the_code(invoer: Invoer) -> None:
    code = invoer.stukken.codes[0]
    uit = verklaar(
        invoer, invoer, {("focus", "klasse"): {code: (99, 98)}}, {"indicatoren": ("a", "b")}
    )
    assert [(o.soort, o.wat, o.cijfers, o.klassen) for o in uit.oorzaken] == [
        ("code", "indicatoren", 1, 1)
    ]
    # Published otherwise by the same code: nothing explains that, and it says so.
    assert verklaar(invoer, invoer, {("focus", "klasse"): {code: (99, 98)}}, {}).onverklaard == 1


def test_of_a_release_that_cannot_be_replayed_the_code_that_differs_is_named(
    gebouwd, invoer: Invoer, tmp_path: Path
) -> None:
    """From before parts had a measure: not how many figures that made is told, but that it did."""
    werkmap: Werkmap = gebouwd[0]
    plek = _in_map(werkmap.uitgaven / EDITIE / ACTUEEL)
    assert plek is not None
    (tmp_path / "tabellen").mkdir()
    wegen = pq.read_table(plek[0] / "tabellen" / "buurt_omzetting.parquet").drop(["maat"])
    pq.write_table(wegen, tmp_path / "tabellen" / "buurt_omzetting.parquet")
    versies = {**plek[1].versies, "indicatoren": "anders"}
    uit = Verklaarder(werkmap, invoer, versies)(tmp_path, plek[1], {})
    assert [(o.soort, o.wat, o.nieuw, o.cijfers) for o in uit.oorzaken] == [
        ("code", "indicatoren", "anders", None)
    ]
    assert "niet wat delen wegen (maat)" in uit.opmerkingen[0]


def test_a_new_delivery_is_named_in_the_next_release(kopie: Callable) -> None:
    werkmap, herbouw = kopie()
    eerst = _in_map(werkmap.uitgaven / EDITIE / ACTUEEL)
    assert eerst is not None
    assert json.loads((eerst[0] / "verschil.json").read_bytes())["van"] is None
    levering = werkmap.bronnen / "levering" / "woonzorgwijzer" / "2020"
    tekst = (levering / "woonzorgwijzer.csv").read_text()
    regels = tekst.splitlines()
    plek = next(i for i, regel in enumerate(regels) if i and regel[-1:].isdigit())
    *rest, laatste = regels[plek].split(";")
    regels[plek] = ";".join([*rest, f"{float(laatste.replace(',', '.')) + 40:g}"])
    (levering / "woonzorgwijzer.csv").write_text("\n".join(regels) + "\n")
    manifest = yaml.safe_load((levering / "manifest.yml").read_text())
    inhoud = (levering / "woonzorgwijzer.csv").read_bytes()
    manifest["sha256"] = hashlib.sha256(inhoud).hexdigest()
    (levering / "manifest.yml").write_text(yaml.safe_dump(manifest, sort_keys=False))
    herbouw(editie=EDITIE)
    nu = _in_map(werkmap.uitgaven / EDITIE / ACTUEEL)
    assert nu is not None
    assert nu[1].vorige == eerst[1].release_id
    verschil = json.loads((nu[0] / "verschil.json").read_bytes())
    assert (verschil["van"], verschil["naar"]) == (eerst[1].release_id, nu[1].release_id)
    assert verschil["veranderd"] > 0
    oorzaken = verschil["verklaring"]["oorzaken"]
    assert [(o["soort"], o["wat"]) for o in oorzaken] == [("bron", "woonzorgwijzer 2020")]
    assert hashlib.sha256(inhoud).hexdigest()[:12] in oorzaken[0]["nieuw"]
    assert verschil["verklaring"]["onverklaard"] == verschil["verklaring"]["samen"] == 0
    # Between any two that are kept, the other way round too.
    terug = verschil_tussen(werkmap, (eerst[0].parent / nu[1].release_id, nu[1]),
                            (eerst[0].parent / eerst[1].release_id, eerst[1]), CAT)  # fmt: skip
    assert terug.veranderd == verschil["veranderd"]
    assert terug.vergeleken == verschil["vergeleken"]
    assert terug.bestanden == verschil["bestanden"]
    assert "tabellen/kwetsbare_bewoners.parquet" in terug.bestanden
    assert "verschil.json" not in terug.bestanden
    uitslag = controleer(werkmap, EDITIE, CAT)
    assert uitslag is not None
    assert uitslag.goed


def test_classes_moves_and_areas() -> None:
    def tabel(codes: str, waarden: list[float | None], klassen: list[int]) -> dict[str, pa.Table]:
        cijfers = {"waarde": pa.array(waarden, pa.float64()), "klasse": klassen}
        return {"focus": pa.table({"regiocode": list(codes), **cijfers})}

    uit = Uitgaveverschil(EDITIE, "a", "b")
    veranderd = vergelijk_uitgaven(
        tabel("ABCD", [1.0, 2.0, None, 4.0], [1, 2, 3, 4]),
        tabel("EDCB", [9.0, 4.5, 3.0, 2.0 + 1e-12], [1, 4, 2, 5]),
        uit,
    )
    assert (uit.gebieden_erbij, uit.gebieden_weg) == (["E"], ["A"])
    assert veranderd == {
        ("focus", "waarde"): {"C": (None, 3.0), "D": (4.0, 4.5)},
        ("focus", "klasse"): {"B": (2, 5), "C": (3, 2)},
    }
    assert uit.klassen == {"focus": {"2 > 5": 1, "3 > 2": 1}}
    assert (uit.vergeleken, uit.veranderd) == (6, 4)
    moves = {kolom.kolom: kolom.grootste[0] for kolom in uit.kolommen}
    assert moves == {"waarde": ("D", 4.0, 4.5), "klasse": ("B", 2, 5)}


def test_K_of_other_groups_is_not_compared() -> None:
    """Classes of a layer of K go from nowhere to nowhere when K is of other people than before."""

    def tabellen(geschat: str, klassen: list[int]) -> dict[str, pa.Table]:
        groepen = {"groepen": [geschat, "alle (microdata)"]}
        K = {"regiocode": ["A", "B"], "methode": ["schatting", "microdata"], **groepen}
        laag = {"regiocode": ["A", "B"], "klasse": klassen}
        return {
            "kwetsbare_bewoners": pa.table(K),
            "kwetsbaar_situatie": pa.table({**laag, **groepen}),
            "overlast_situatie": pa.table(laag),
        }

    uit = Uitgaveverschil(EDITIE, "a", "b")
    nieuw = tabellen("uitkering, ggz_zorg", [2, 2])
    vergelijk_uitgaven(tabellen("uitkering", [1, 1]), nieuw, uit)
    assert uit.groepen == {"was": "uitkering", "is": "uitkering, ggz_zorg"}
    assert uit.klassen == {"overlast_situatie": {"1 > 2": 2}}
    assert "K is van andere groepen gemaakt (uitkering, ggz_zorg, en was uitkering)" in (
        als_markdown(uit)
    )
    zelfde = Uitgaveverschil(EDITIE, "a", "b")
    vergelijk_uitgaven(tabellen("uitkering", [1, 1]), tabellen("uitkering", [2, 2]), zelfde)
    assert zelfde.groepen == {}
    assert zelfde.klassen["kwetsbaar_situatie"] == {"1 > 2": 2}


def test_without_its_difference_a_release_is_refused(gebouwd, tmp_path: Path) -> None:
    plek = _in_map(gebouwd[0].uitgaven / EDITIE / ACTUEEL)
    assert plek is not None
    map_, release = plek
    assert list(oordeel_verschil(map_, release)) == []
    assert "ontbreekt" in next(oordeel_verschil(tmp_path, release))
    ander = replace(release, vorige="0123456789ab")
    assert "niet van 0123456789ab" in next(oordeel_verschil(map_, ander))
