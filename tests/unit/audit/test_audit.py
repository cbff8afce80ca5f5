"""The audit: every published figure follows from the raw files; tampering is named."""

from __future__ import annotations

import ast
import os
import re
import shutil
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pytest

from veerkracht_dagster.audit import controleren as audit
from veerkracht_dagster.audit.controleren import Audituitslag, controleer
from veerkracht_dagster.catalogus import catalogus
from veerkracht_dagster.rekenwijze import rekenen
from veerkracht_dagster.rekenwijze.omzetten import Stuk
from veerkracht_dagster.tweede.gewichten import controleer_gewichten
from veerkracht_dagster.tweede.naspel import Naspel
from veerkracht_dagster.tweede.overzicht import OVERZICHTEN
from veerkracht_dagster.tweede.vergelijken import Telling, vergelijk
from veerkracht_dagster.werkmap import Werkmap

CAT = catalogus()
EDITIE = "2014-2020"
PAKKET = Path(rekenen.__file__).parent
STAPPEN = ("bronnen", "buurttabel", "indicatoren", "kaartlagen", "publicatie")


def _uitslag(werkmap: Werkmap, editie: str = EDITIE, cat=CAT) -> Audituitslag:
    uitslag = controleer(werkmap, editie, cat)
    assert uitslag is not None
    return uitslag


def test_a_large_crosswalk_is_counted_in_a_process_of_its_own(gebouwd, monkeypatch) -> None:
    hier = _uitslag(gebouwd[0])
    monkeypatch.setattr(audit, "_LOONT", 0)
    ernaast = _uitslag(gebouwd[0])
    assert ernaast.goed
    assert (ernaast.hertelling.rijen, ernaast.hertelling.paren) == (
        hier.hertelling.rijen,
        hier.hertelling.paren,
    )


@pytest.mark.parametrize("editie", list(CAT.edities))
def test_every_figure_of_every_edition_replays(gebouwd, editie: str) -> None:
    uitslag = _uitslag(gebouwd[0], editie)
    assert (uitslag.verschillen, uitslag.afwijkingen) == ([], [])
    assert uitslag.notities == []  # everything was read again from the raw files
    assert uitslag.telling.cellen > 1000
    # so was the crosswalk, of four gemeenten with two wijken or more, from four years or more
    assert uitslag.hertelling.paren >= 4
    assert uitslag.hertelling.rijen >= 4 * 4 * 2


def test_a_changed_byte_in_a_snapshot_is_named(kopie: Callable) -> None:
    werkmap, _ = kopie()
    kaart = next(k for k in werkmap.snapshots.kaarten() if k.bestandsnaam == "woonzorgwijzer.csv")
    pad = werkmap.snapshots.pad(kaart.sha256)
    inhoud = pad.read_bytes()
    os.chmod(pad, 0o644)
    pad.write_bytes(inhoud.replace(b";", b";1", 1))
    afwijkingen = "\n".join(
        regel for editie in CAT.edities for regel in _uitslag(werkmap, editie).afwijkingen
    )
    assert f"{kaart.sha256[:12]} (woonzorgwijzer, woonzorgwijzer.csv)" in afwijkingen


def test_a_snapshot_that_cannot_be_read_any_more_is_named_too(kopie: Callable) -> None:
    werkmap, _ = kopie()
    for kaart in werkmap.snapshots.kaarten():
        if kaart.bestandsnaam == "manifest.yml":
            pad = werkmap.snapshots.pad(kaart.sha256)
            os.chmod(pad, 0o644)
            pad.write_bytes(b"{" + pad.read_bytes())
    afwijkingen = _uitslag(werkmap).afwijkingen
    assert any("manifest.yml" in regel for regel in afwijkingen)
    assert "naspelen kan niet" in afwijkingen[-1]


@pytest.mark.parametrize(
    ("tabel", "kolom", "waar"),
    [
        ("kaartlagen", "waarde", "and laag = 'kwetsbaar_situatie'"),
        ("kaartlagen", "klasse", "and laag = 'corporatiebezit'"),
        ("kwetsbare_bewoners", "dK_relatief", ""),
        ("gevoeligheid", "rang_K", ""),
        ("buurttabel", "inwoners", "and peiljaar = 2020"),
    ],
)
def test_a_hand_edited_figure_is_named(kopie: Callable, tabel: str, kolom: str, waar: str) -> None:
    werkmap, _ = kopie()
    with duckdb.connect(str(werkmap.pad / "warehouse.duckdb")) as verbinding:
        kies = f"from veerkracht.{tabel} where editie = '{EDITIE}' {waar} and {kolom} is not null"
        code = verbinding.execute(f"select min(regiocode) {kies}").fetchone()[0]  # type: ignore[index]
        verbinding.execute(
            f"update veerkracht.{tabel} set {kolom} = {kolom} + 1 where editie = '{EDITIE}' {waar} "
            f"and regiocode = '{code}'"
        )
    verschillen = _uitslag(werkmap).verschillen
    assert [(v.kolom, v.code) for v in verschillen] == [(kolom, code)]


def test_what_is_taken_over_and_what_is_said_beside_a_class_replays(kopie: Callable) -> None:
    werkmap, _ = kopie()
    aangepast = set()
    with duckdb.connect(str(werkmap.pad / "warehouse.duckdb")) as verbinding:
        for tabel, kolom, anders, waar in (
            # What is taken over from the publisher is so to the last bit, though sums are not.
            (
                "buurttabel",
                "inwoners",
                "inwoners * (1 + 3e-16)",
                "peiljaar = 2020 and inwoners > 0",
            ),
            ("kaartlagen", "toelichting", "'geen meting'", "toelichting like 'geen meting: K_%'"),
            ("kaartlagen", "toelichting", "'let op'", "toelichting is null"),
            ("kaartlagen", "gemeentecode", "'GM9999'", "laag = 'focus'"),
            ("kaartlagen", "wijkcode", "'WK999999'", "laag = 'focus'"),
        ):
            code = verbinding.execute(
                f"update veerkracht.{tabel} set {kolom} = {anders} where rowid = ("
                f"select min(rowid) from veerkracht.{tabel} where editie = '{EDITIE}' and {waar}) "
                "returning regiocode"
            ).fetchone()[0]  # type: ignore[index]
            aangepast.add((kolom, code))
    verschillen = _uitslag(werkmap).verschillen
    assert {(v.kolom, v.code) for v in verschillen} == aangepast
    assert len(verschillen) == 5


def test_rows_in_another_order_are_a_difference_where_order_is_kept() -> None:
    naspel = Naspel(CAT.edities[EDITIE], [], {}, CAT)
    rijen = list(OVERZICHTEN["gevoeligheid_klassen"](naspel))
    rijen[2:4] = rijen[3], rijen[2]
    tabel = {kolom: [rij[kolom] for rij in rijen] for kolom in rijen[0]}

    def oordeel(*, op_volgorde: bool) -> list[tuple[object, object]]:
        gevonden = vergelijk(
            naspel, {}, {}, {"gevoeligheid_klassen": tabel}, {}, CAT, op_volgorde=op_volgorde
        )
        return [(v.code, v.herrekend) for v in gevonden]

    assert oordeel(op_volgorde=False) == []
    assert oordeel(op_volgorde=True) == [("absoluut 0.5 0.005 3", "rij 3")]


@pytest.mark.parametrize(
    ("tabel", "kolom", "waar", "plek"),
    [
        ("vergelijking", "percentiel_gemeente", "maat = 'dK'", "regiocode || ' dK'"),
        (
            "rapport",
            "waarde",
            "onderdeel = 'spreiding' and maat = 'p75'",
            "'spreiding K begin p75'",
        ),
        ("gevoeligheid_klassen", "gebieden", "klasse = 3", "'absoluut 0.5 0.005 3'"),
        ("gevoeligheid_varianten", "andere_klasse", "variant like 'zonder%'", "variant"),
    ],
)
def test_a_hand_edited_overview_is_named(
    kopie: Callable, tabel: str, kolom: str, waar: str, plek: str
) -> None:
    werkmap, _ = kopie()
    with duckdb.connect(str(werkmap.pad / "warehouse.duckdb")) as verbinding:
        gevonden = verbinding.execute(
            f"update veerkracht.{tabel} set {kolom} = {kolom} + 1 where rowid = (select min(rowid) "
            f"from veerkracht.{tabel} where editie = '{EDITIE}' and {kolom} is not null and {waar})"
            f" returning {plek}"
        ).fetchone()
    assert gevonden is not None
    verschillen = _uitslag(werkmap).verschillen
    assert [(v.tabel, v.kolom, v.code) for v in verschillen] == [(tabel, kolom, gevonden[0])]


def test_a_row_of_an_overview_too_few_and_one_too_many_are_named(kopie: Callable) -> None:
    werkmap, _ = kopie()
    with duckdb.connect(str(werkmap.pad / "warehouse.duckdb")) as verbinding:
        verbinding.execute(
            "update veerkracht.rapport set groep = 'Atlantis' where onderdeel = 'land' "
            f"and maat = 'K_daalt' and editie = '{EDITIE}'"
        )
    assert {(v.code, v.gepubliceerd) for v in _uitslag(werkmap).verschillen} == {
        ("land Nederland K_daalt", "geen rij"),
        ("land Atlantis K_daalt", "een rij"),
    }


def test_a_changed_file_of_the_release_is_named(kopie: Callable) -> None:
    werkmap, _ = kopie()
    pad = werkmap.uitgaven / EDITIE / "actueel" / "buurttabel_2020.csv"
    pad.write_text(pad.read_text() + "\n")
    assert any("buurttabel_2020.csv" in regel for regel in _uitslag(werkmap).afwijkingen)


def test_a_threshold_changed_without_a_release_is_named(gebouwd) -> None:
    editie = CAT.edities[EDITIE]
    anders = editie.model_copy(
        update={"parameters": editie.parameters.model_copy(update={"tK_procentpunt": 2.0})}
    )
    cat = CAT.model_copy(update={"edities": {**CAT.edities, EDITIE: anders}})
    uitslag = _uitslag(gebouwd[0], cat=cat)
    assert any("tK_procentpunt is nu 2.0" in regel for regel in uitslag.afwijkingen)


def test_every_changed_catalogue_entry_is_named(gebouwd) -> None:
    laag = CAT.kaartlagen["corporatiebezit"].model_copy(update={"grenzen": [5, 30, 70]})
    kolom = CAT.kolommen["inwoners"].model_copy(update={"afronding": 10.0})
    cat = CAT.model_copy(
        update={
            "kaartlagen": {**CAT.kaartlagen, "corporatiebezit": laag},
            "kolommen": {**CAT.kolommen, "inwoners": kolom},
        }
    )
    genoemd = [regel.split(" is nu")[0] for regel in _uitslag(gebouwd[0], cat=cat).afwijkingen]
    assert genoemd == [
        "catalogus: kolommen.inwoners",
        "catalogus: kaartlagen.corporatiebezit.grenzen",
    ]


def test_changed_code_without_a_release_is_named(gebouwd, monkeypatch) -> None:
    """A code version is a hash of the code, so no code changes without one."""

    echt = audit.codeversie_van_stap
    monkeypatch.setattr(
        audit, "codeversie_van_stap", lambda stap: "0" * 12 if stap == "indicatoren" else echt(stap)
    )
    (afwijking,) = _uitslag(gebouwd[0]).afwijkingen
    assert "indicatoren: versie 000000000000" in afwijking


def test_a_weight_that_does_not_follow_from_its_counts_is_named() -> None:
    def oordeel(*stukken: Stuk) -> list[tuple[str, object]]:
        wegen = {2014: {f"naar{i}": [stuk] for i, stuk in enumerate(stukken)}}
        return [(v.code, v.herrekend) for v in controleer_gewichten(wegen, Telling())]

    assert oordeel(Stuk("a", 0.25, "adressen", 10, 10), Stuk("a", 0.75, "adressen", 30, 30)) == []
    assert oordeel(Stuk("a", 0.25, "oppervlak", 10, 10), Stuk("a", 0.75, "oppervlak", 10, 10)) == [
        ("a naar0", 0.5),
        ("a naar1", 0.5),
    ]
    assert oordeel(Stuk("a", 0.25, "keten", None, None), Stuk("a", 0.5, "keten", None, None)) == [
        ("a", 1.0)
    ]


def test_a_wrong_figure_does_not_get_published(kopie: Callable, monkeypatch) -> None:
    """The gate: a fault in a stage leaves what was published as it was."""
    import assets_defs.indicatoren as stap

    werkmap, herbouw = kopie()
    goed = stap.bereken_corporatie

    def fout(tabel):
        uit = goed(tabel)
        uit.loc[uit["corporatie_eind"].first_valid_index(), "corporatie_eind"] = 1.0
        return uit

    monkeypatch.setattr(stap, "bereken_corporatie", fout)
    wijzer = os.readlink(werkmap.uitgaven / EDITIE / "actueel")
    uit = herbouw(editie=EDITIE, alles=True)
    (geweigerd,) = uit.geweigerd.values()
    assert geweigerd.paar == ("release", EDITIE)
    assert re.search(r"corporatie_eind BU.*volgt", geweigerd.melding)
    assert os.readlink(werkmap.uitgaven / EDITIE / "actueel") == wijzer


def test_the_second_computation_shares_no_code_with_the_stages() -> None:
    for pad in PAKKET.rglob("*.py"):
        if pad.name in ("audit.py", "trace.py"):  # these read what is published
            continue
        for knoop in ast.walk(ast.parse(pad.read_text())):
            if isinstance(knoop, ast.ImportFrom) and (knoop.module or "").startswith("veerkracht"):
                assert (knoop.module or "").split(".")[1] not in STAPPEN, (
                    f"{pad.name}: {knoop.module}"
                )


@pytest.mark.parametrize("naam", ["rekenen.py", "omzetten.py"])
def test_what_goes_along_with_a_bundle_needs_python_alone(naam: str) -> None:
    for knoop in ast.walk(ast.parse((PAKKET / naam).read_text())):
        if isinstance(knoop, ast.ImportFrom) and knoop.level == 0:
            assert (knoop.module or "").split(".")[0] in sys.stdlib_module_names


def test_chance_is_that_of_pandas() -> None:
    teksten = ["", "a", "1234567", "12345678", "BU03630001 20142020 0 eind"]
    hun = pd.util.hash_array(np.array(teksten, dtype=object), categorize=False) / 2.0**63 - 1.0
    assert [rekenen.toeval(tekst) for tekst in teksten] == hun.tolist()


def test_siphash_is_that_of_its_makers() -> None:
    """The last test vector but 48 of Aumasson and Bernstein's paper (appendix A)."""
    assert rekenen._siphash(bytes(range(15)), bytes(range(16))) == 0xA129CA6149BE45E5


def test_an_edition_without_areas_replays_too() -> None:
    """Real files of one gemeente give an edition of other years nothing to stand on."""
    naspel = Naspel(CAT.edities[EDITIE], [], {}, CAT)
    assert {len(cellen) for t in naspel.tabellen.values() for cellen in t.cellen.values()} == {0}
    assert naspel.tabellen["gevoeligheid"].cellen["rang_K_hoogst"] == []


def test_a_published_figure_without_a_row_is_named_with_where_it_goes() -> None:
    naspel = Naspel(CAT.edities[EDITIE], [], {}, CAT)
    tabel = {"regiocode": [], "nieuw": []}
    (eerste, *_) = vergelijk(naspel, {}, {"signaal": tabel}, {}, {}, CAT)
    assert (eerste.tabel, eerste.kolom) == ("signaal", "nieuw")
    assert "geef een cijfer een rij in indicatoren.yml" in str(eerste.herrekend)


def test_a_lost_warehouse_is_named_and_not_made(kopie: Callable) -> None:
    werkmap, _ = kopie()
    bestand = werkmap.pad / "warehouse.duckdb"
    bestand.unlink()
    afwijkingen = _uitslag(werkmap).afwijkingen
    assert len(afwijkingen) == 1
    assert "is er niet; `veerkracht rebuild` publiceert opnieuw" in afwijkingen[0]
    assert not bestand.exists()


@pytest.mark.parametrize(
    ("opdracht", "woorden"),
    [
        ("drop table veerkracht.kwetsbare_bewoners", "mist tabel kwetsbare_bewoners"),
        ("alter table veerkracht.rapport drop column uit", "mist kolom rapport.uit"),
        ("drop schema veerkracht cascade", "mist alle tabellen"),
        (None, "is niet te openen"),
    ],
)
def test_a_warehouse_that_lacks_something_or_cannot_be_read_is_named(
    gebouwd, tmp_path: Path, opdracht: str | None, woorden: str
) -> None:
    bestand = tmp_path / "warehouse.duckdb"
    shutil.copyfile(gebouwd[0].pad / "warehouse.duckdb", bestand)
    if opdracht is None:
        bestand.write_bytes(b"geen databank")
    else:
        with duckdb.connect(str(bestand)) as verbinding:
            verbinding.execute(opdracht)
    werkmap = replace(gebouwd[0], warehouse=f"duckdb:///{bestand}")
    uitslag = _uitslag(werkmap)
    assert not uitslag.goed
    (afwijking,) = uitslag.afwijkingen
    assert woorden in afwijking
    assert "veerkracht rebuild" in afwijking or "kijk of" in afwijking


def test_a_release_that_nothing_points_at_is_named_and_comes_back(kopie: Callable) -> None:
    werkmap, herbouw = kopie()
    wijzer = werkmap.uitgaven / EDITIE / "actueel"
    release = os.readlink(wijzer)
    wijzer.unlink()
    uitslag = _uitslag(werkmap)
    assert not uitslag.goed
    assert uitslag.release is None
    assert f"{EDITIE}/actueel is weg, terwijl uitgave {release}" in uitslag.afwijkingen[0]
    herbouw(editie=EDITIE)
    assert os.readlink(wijzer) == release
    (wijzer / "release.json").write_text("{")
    assert "geen leesbare releasebeschrijving" in _uitslag(werkmap).afwijkingen[0]


def test_an_edition_that_was_never_published_is_none(gebouwd, tmp_path: Path) -> None:
    assert controleer(Werkmap.in_map(tmp_path), EDITIE, CAT) is None


def test_a_release_whose_roads_are_gone_does_not_pass(kopie: Callable) -> None:
    werkmap, _ = kopie()
    pad = werkmap.uitgaven / EDITIE / "actueel" / "tabellen" / "buurt_omzetting.parquet"
    pd.read_parquet(pad).iloc[:0].to_parquet(pad, index=False)
    uitslag = _uitslag(werkmap)
    assert "is veranderd na de uitgave" in uitslag.afwijkingen[0]
    wegen = [v for v in uitslag.verschillen if v.tabel.startswith("buurt_omzetting")]
    assert len(wegen) == uitslag.hertelling.rijen
    cijfers = [v for v in uitslag.verschillen if v not in wegen]
    assert cijfers[0].herrekend == "0"
    assert cijfers[0].kolom == "regiocode"
