"""A change recomputes what depends on it and nothing else; bad input leaves what was published."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable, Sequence
from itertools import chain
from pathlib import Path
from typing import Any

import dagster as dg
import pandas as pd
import pytest
from dagster._core.definitions.assets.graph.asset_graph import AssetGraph

from assets_defs.controles import controlesleutels
from tests.werk import instance_van
from veerkracht_dagster.catalogus import catalogus
from veerkracht_dagster.definitions import build_defs
from veerkracht_dagster.herbouw.herbouwen import herbouw
from veerkracht_dagster.herbouw.resultaat import Resultaat
from veerkracht_dagster.herbouw.uitvoeren import Opdracht, Uitkomst
from veerkracht_dagster.herbouw.verouderd import neem_catalogus_waar, verouderde_partities
from veerkracht_dagster.herbouw.werkers import Werkers
from veerkracht_dagster.instantie.intern import (
    ASSET_PARTITION_RANGE_END_TAG,
    ASSET_PARTITION_RANGE_START_TAG,
)
from veerkracht_dagster.instantie.versies import laatste_ids
from veerkracht_dagster.opslag.tabellen import lees_tabel
from veerkracht_dagster.publicatie.publiceren import huidige_release
from veerkracht_dagster.werkmap import Werkmap

CAT = catalogus()
KWB_2020 = "cbs_odata_v3/84799NED/TypedDataSet.skip0.json"
KWB_2024 = "cbs_odata_v3/85984NED/TypedDataSet.skip0.json"
SCORES = "leefbaarometer_3.0/Leefbaarometer-scores buurten 2002-2024.csv"
LAATSTE = "2018-2024"  # the only edition that uses figures of 2024
UITGAVE = ("release", "uitgaveverschil")
OP_SIGNAAL = ("signaal", "gevoeligheid", *CAT.overzichten)
INDICATOREN = ("corporatiewoningen", "domeinmaten", "kwetsbare_bewoners", "overlast_onveiligheid")


# --- what is changed ------------------------------------------------------------------------------
def _half_zo_veel_lvb(werkmap: Werkmap, jaar: int) -> None:
    """Another WoonZorgwijzer delivery; a supplier sends the hash of his file along."""
    map_ = werkmap.bronnen / "levering" / "woonzorgwijzer" / str(jaar)
    bestand, manifest = map_ / "woonzorgwijzer.csv", map_ / "manifest.yml"
    oud_hash = hashlib.sha256(bestand.read_bytes()).hexdigest()
    tabel = pd.read_csv(bestand, sep=";", dtype=str, keep_default_na=False)
    getal = pd.to_numeric(tabel["lvb_personen"].str.replace(",", "."))
    tekst = (getal / 2).map("{:.1f}".format).str.replace(".", ",")
    tabel["lvb_personen"] = tekst.where(getal.notna(), "")
    tabel.to_csv(bestand, sep=";", index=False, lineterminator="\n")
    nieuw_hash = hashlib.sha256(bestand.read_bytes()).hexdigest()
    manifest.write_text(manifest.read_text().replace(oud_hash, nieuw_hash))


def _een_cel(bestand: Path, sleutel_begint: str, waarde: object) -> str:
    """Another figure in one cell of a page of Kerncijfers; returns the code of the buurt."""
    pagina = json.loads(bestand.read_bytes())
    rij = next(r for r in pagina["value"] if r["WijkenEnBuurten"].startswith("BU"))
    (sleutel,) = [k for k in rij if k.startswith(sleutel_begint)]
    assert rij[sleutel] != waarde
    rij[sleutel] = waarde
    bestand.write_text(json.dumps(pagina))
    return rij["WijkenEnBuurten"].strip()


def _te_doen(werkmap: Werkmap) -> set[tuple[str, str]]:
    """What Dagster itself marks as missing or stale."""
    graaf = build_defs(werkmap).resolve_asset_graph()
    with pytest.MonkeyPatch.context() as patch, instance_van(werkmap, patch) as instance:
        alles = sorted(graaf.materializable_asset_keys)
        return {(v.asset, v.partitie) for v in verouderde_partities(instance, graaf, alles)}


def _volgens_het_logboek(
    werkmap: Werkmap, opnieuw: Callable[..., Resultaat], **opties: Any
) -> dict[str, list[str]]:
    """What a rebuild materialised: the partitions with a later event than before, per asset."""
    voor = _laatste(werkmap)
    resultaat = opnieuw(**opties)
    na = _laatste(werkmap)
    uit: dict[str, list[str]] = {}
    for asset, partitie in sorted(paar for paar in na if na[paar] != voor.get(paar)):
        uit.setdefault(asset, []).append(partitie)
    assert {asset: sorted(p) for asset, p in resultaat.berekend.items()} == uit
    return uit


def _laatste(werkmap: Werkmap) -> dict[tuple[str, str], int]:
    graaf = build_defs(werkmap).resolve_asset_graph()
    with pytest.MonkeyPatch.context() as patch, instance_van(werkmap, patch) as instance:
        return {
            (sleutel.to_user_string(), partitie): nummer
            for sleutel in graaf.materializable_asset_keys
            for partitie, nummer in laatste_ids(instance, sleutel).items()
        }


def test_a_change_and_an_absence_go_no_further_than_they_must(kopie: Callable) -> None:
    werkmap, opnieuw = kopie()
    met_K = {n for n, laag in CAT.kaartlagen.items() if "kwetsbare_bewoners" in laag.indicatoren}
    met_V = {n for n, laag in CAT.kaartlagen.items() if "overlast_onveiligheid" in laag.indicatoren}
    andere = werkmap.uitgaven / "2014-2020" / "actueel" / "release.json"
    bewaard = andere.read_bytes()

    # --- One source: its year, the edition that uses it, and of that what K goes into. All three
    # indicators read the table; only K comes out other than it was. The other change stays.
    _half_zo_veel_lvb(werkmap, 2024)
    buurt = _een_cel(werkmap.bronnen / KWB_2024, "Bevolkingsdichtheid", 4321)
    assert _volgens_het_logboek(werkmap, opnieuw, bron="woonzorgwijzer") == {
        **{naam: ["2024"] for naam in ("woonzorgwijzer", "buurttabel")},
        **{naam: [LAATSTE] for naam in (*INDICATOREN, *OP_SIGNAAL, *met_K, *UITGAVE)},
    }

    # --- One edition: that other change, a cell that no indicator uses, and a source that is gone.
    # K comes out as it was, so its own layers are not drawn again.
    shutil.rmtree(werkmap.bronnen / "leefbaarometer_3.0")
    weg = {"verdwenen": "de uitgever trok haar terug"}
    berekend = _volgens_het_logboek(werkmap, opnieuw, editie=LAATSTE, **weg)
    assert berekend["cbs_kerncijfers"] == ["2024"]
    assert {n for n, partities in berekend.items() if partities == [LAATSTE]} == {
        *INDICATOREN, *OP_SIGNAAL, *met_V, *UITGAVE,
    }  # fmt: skip
    peiljaren = CAT.edities[LAATSTE].peiljaren
    assert set(berekend["buurttabel"]) <= {str(jaar) for jaar in peiljaren}
    # of the years between too: the crosswalk looks at what was said of them
    tot_en_met = range(min(peiljaren), max(peiljaren) + 1)
    assert set(berekend["leefbaarometer"]) <= {str(jaar) for jaar in tot_en_met}

    # The cell travelled to the table.
    tabel = lees_tabel(Path(werkmap.tabellen) / "buurttabel" / "2024.parquet")
    eigen = tabel.loc[(tabel["regiocode"] == buurt) & (tabel["basisjaar"] == 2024)]
    assert eigen["bevolkingsdichtheid"].tolist() == [4321]
    # What needs the absent source is 'geen meting' with the reason; the rest is there.
    laag = lees_tabel(Path(werkmap.tabellen) / "overlast_situatie" / f"{LAATSTE}.parquet")
    assert (laag["klasse"] == -9).all()
    assert laag["toelichting"].unique().tolist() == [f"geen meting: V_eind {LAATSTE}: ontbreekt"]
    uit = json.loads((werkmap.uitgaven / LAATSTE / "actueel" / "release.json").read_text())
    # Ownership of 2024 is not out yet, and that of 2022, suppressed where few dwellings are, has
    # figures in 41 of 46 areas with residents of this small country: under 0.9 nothing stands in.
    zonder = {n for n, telling in uit["klassen"].items() if telling["-9"] == sum(telling.values())}
    assert zonder == {*met_V, "corporatiebezit"}
    assert "leefbaarometer" not in {kaart["bron"] for kaart in uit["kaarten"]}

    # The other editions were not asked for: they stand as they were, and are marked.
    assert andere.read_bytes() == bewaard
    te_doen = _te_doen(werkmap)
    assert ("leefbaarometer", "2014") in te_doen
    assert ("release", LAATSTE) not in te_doen


def _reeks_in_de_ui(werkmap: Werkmap, asset: str, van: str, tot: str) -> None:
    """A range of partitions of one table, materialised as a backfill of the UI does."""
    tags = {ASSET_PARTITION_RANGE_START_TAG: van, ASSET_PARTITION_RANGE_END_TAG: tot}
    with pytest.MonkeyPatch.context() as patch, instance_van(werkmap, patch) as instance:
        job = build_defs(werkmap).resolve_job_def("stap_bronnen")
        keuze = [dg.AssetKey(asset)]
        assert job.execute_in_process(instance=instance, asset_selection=keuze, tags=tags).success


def test_a_backfill_in_the_ui_makes_stale_what_changed_and_nothing_else(kopie: Callable) -> None:
    werkmap, _ = kopie()
    _reeks_in_de_ui(werkmap, "woonzorgwijzer", "2014", "2026")
    assert _te_doen(werkmap) == set()
    # One year changed, and is made by itself: what stands on it is stale.
    _half_zo_veel_lvb(werkmap, 2018)
    _reeks_in_de_ui(werkmap, "woonzorgwijzer", "2018", "2018")
    door_2018 = _te_doen(werkmap)
    assert ("buurttabel", "2018") in door_2018
    # All years again, of which none changed since; then with one more that did.
    _reeks_in_de_ui(werkmap, "woonzorgwijzer", "2014", "2026")
    assert _te_doen(werkmap) == door_2018
    _half_zo_veel_lvb(werkmap, 2020)
    _reeks_in_de_ui(werkmap, "woonzorgwijzer", "2014", "2026")
    erbij = _te_doen(werkmap) - door_2018
    assert {paar for paar in erbij if paar[0] == "buurttabel"} == {("buurttabel", "2020")}


def _andere_scan(werkmap: Werkmap) -> Path:
    pad = werkmap.bronnen / "levering" / "scan" / "woonstichting-de-linde.yml"
    pad.write_text(pad.read_text().replace("streefjaar: 2040", "streefjaar: 2045"))
    return pad


def test_a_corporation_that_changes_its_scan_runs_its_own_edition_only(kopie: Callable) -> None:
    werkmap, opnieuw = kopie()
    pad = _andere_scan(werkmap)
    assert opnieuw().berekend == {key: ["2014-2020"] for key in ("scan", *UITGAVE)}
    bladzijde = werkmap.uitgaven / "2014-2020" / "actueel" / "scan" / pad.stem / "index.html"
    assert "streefjaar 2045" in bladzijde.read_text()


def test_a_threshold_of_one_edition_makes_that_edition_stale_and_no_other(
    kopie: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    werkmap, opnieuw = kopie()
    merken = _merken(werkmap)
    editie = CAT.edities[LAATSTE]
    # From 1 to 2.5 percentage points; and from two measured steps to one (`structureel`).
    ruimer = {"tK_procentpunt": 2.5, "minimum_stappen": 1}
    regels = editie.parameters.model_copy(update=ruimer)
    monkeypatch.setitem(CAT.edities, LAATSTE, editie.model_copy(update={"parameters": regels}))
    assert _waargenomen_te_doen(werkmap) == {
        (asset, LAATSTE)
        for asset in (*INDICATOREN, *OP_SIGNAAL, *CAT.kaartlagen, "scan", "release")
    }
    assert {p for partities in opnieuw().berekend.values() for p in partities} == {LAATSTE}
    # The gate recomputed the release from raw files by the new threshold; the others stand.
    assert {naam for naam, merk in _merken(werkmap).items() if merk != merken[naam]} == {LAATSTE}
    signaal = lees_tabel(Path(werkmap.tabellen) / "signaal" / f"{LAATSTE}.parquet")
    dK = lees_tabel(Path(werkmap.tabellen) / "kwetsbare_bewoners" / f"{LAATSTE}.parquet")["dK"]
    tussen = dK.abs().between(1, 2.5) & signaal["signaal_absoluut"].notna()
    assert tussen.any()
    assert _waargenomen_te_doen(werkmap) == set()
    monkeypatch.undo()
    assert {partitie for _, partitie in _waargenomen_te_doen(werkmap)} == {LAATSTE}


def test_areas_that_another_edition_asks_for_make_its_years_stale_and_no_other(
    kopie: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    werkmap, _ = kopie()
    editie = CAT.edities["2014-2022"]
    ander = editie.model_copy(update={"basisjaar": 2020})
    monkeypatch.setitem(CAT.edities, "2014-2022", ander)
    te_doen = _waargenomen_te_doen(werkmap)
    jaren = {*editie.peiljaren, *CAT.metingen_leefbaarometer}  # on whose areas scores stand
    assert {p for asset, p in te_doen if asset == "buurttabel"} == {
        str(jaar) for jaar in jaren if jaar >= CAT.eerste_peiljaar
    }
    assert {p for asset, p in te_doen if asset == "release"} == {"2014-2022"}


def _merken(werkmap: Werkmap) -> dict[str, str]:
    """The mark and the number of every release."""
    uit = {naam: huidige_release(werkmap.uitgaven, naam) for naam in CAT.edities}
    return {naam: f"{r.release_id}/{r.nummer}" for naam, r in uit.items() if r is not None}


def _waargenomen_te_doen(werkmap: Werkmap) -> set[tuple[str, str]]:
    """The same as `_te_doen`, after a look at the catalogue."""
    with pytest.MonkeyPatch.context() as patch, instance_van(werkmap, patch) as instance:
        neem_catalogus_waar(instance)
    return _te_doen(werkmap)


def test_the_same_bytes_with_another_time_are_nothing_new(kopie: Callable) -> None:
    werkmap, opnieuw = kopie()
    for pad in werkmap.bronnen.rglob("*.csv"):
        pad.touch()
    assert _volgens_het_logboek(werkmap, opnieuw) == {}


def test_a_warehouse_that_is_lost_is_filled_again(kopie: Callable) -> None:
    werkmap, opnieuw = kopie()
    (werkmap.pad / "warehouse.duckdb").unlink()
    assert opnieuw(editie="2014-2020").berekend == {"release": ["2014-2020"]}
    assert set(opnieuw().berekend["release"]) == CAT.edities.keys() - {"2014-2020"}
    assert opnieuw().berekend == {}


# --- bad input ------------------------------------------------------------------------------------
def _afdrukken(werkmap: Werkmap) -> dict[str, str]:
    """Hash of every published file, of every table and of the warehouse."""
    paden = [*werkmap.uitgaven.rglob("*"), *Path(werkmap.tabellen).rglob("*")]
    paden.append(werkmap.pad / "warehouse.duckdb")
    return {str(p): hashlib.sha256(p.read_bytes()).hexdigest() for p in paden if p.is_file()}


BEDORVEN: dict[str, tuple[str, Callable[[bytes], bytes], str]] = {
    "HTML instead of data": (
        KWB_2020, lambda ruw: b"<!DOCTYPE html><html><body>503</body></html>", KWB_2020,
    ),
    "cut off": (KWB_2020, lambda ruw: ruw[: len(ruw) // 2], KWB_2020),
    "empty": (SCORES, lambda ruw: b"", SCORES),
    "another model": (SCORES, lambda ruw: ruw.replace(b'"lbm"', b'"RLBAFW"', 1), "2.0"),
}  # fmt: skip


def test_bad_input_is_refused_and_what_was_published_stays(kopie: Callable) -> None:
    werkmap, opnieuw = kopie()
    voor = _afdrukken(werkmap)
    for geval, (pad, bederf, genoemd) in BEDORVEN.items():
        bestand = werkmap.bronnen / pad
        goed = bestand.read_bytes()
        bestand.write_bytes(bederf(goed))
        uit = opnieuw()
        assert uit.berekend == {}, geval
        for weigering in uit.geweigerd.values():
            assert genoemd in weigering.melding, geval
            assert "wat te doen" in weigering.melding, geval
        assert uit.geweigerd, geval
        assert _afdrukken(werkmap) == voor, geval
        bestand.write_bytes(goed)
    # The good files are back: nothing of the failed runs is left.
    assert opnieuw().berekend == {}
    # A release after that names every check of the tables that stand, which are those of before.
    _andere_scan(werkmap)
    assert opnieuw().berekend == {key: ["2014-2020"] for key in ("scan", *UITGAVE)}
    actueel = werkmap.uitgaven / "2014-2020" / "actueel" / "release.json"
    controles = json.loads(actueel.read_text())["controles"]
    assert len(controles) == len(controlesleutels())
    assert all(controle["goed"] for controle in controles)


# --- what would run, without running it -----------------------------------------------------------
class Plan(Werkers):
    """Notes the runs that may go side by side, and does none."""

    def __init__(self, werkmap: Werkmap, processen: int) -> None:
        super().__init__(werkmap)
        self.processen = processen
        self.keren: list[Sequence[Opdracht]] = []

    def doe(self, opdrachten: Sequence[Opdracht], *_: Any) -> list[Uitkomst]:
        self.keren.append(opdrachten)
        return [Uitkomst("geen run") for _ in opdrachten]


@pytest.fixture
def plan(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., list]:
    """The runs of a rebuild in a work folder where nothing was made yet, by those side by side."""

    def maak(processen: int = 1, **opties: Any) -> list[Sequence[Opdracht]]:
        werkmap = Werkmap.in_map(tmp_path)
        werkmap.bronnen.mkdir(exist_ok=True)
        plan = Plan(werkmap, processen)
        with instance_van(werkmap, monkeypatch) as instance:
            herbouw(werkmap, instance, werkers=plan, **opties)
        return plan.keren

    return maak


def _tabellen(opdracht: Opdracht) -> set[tuple[str, str]]:
    return {(asset, partitie) for asset in opdracht.assets for partitie in opdracht.partities}


@pytest.mark.parametrize("alles", [False, True])
def test_only_what_an_edition_needs(plan: Callable, alles: bool) -> None:
    gemaakt: dict[str, set[str]] = {}
    for opdracht in chain.from_iterable(plan(editie="2014-2020", alles=alles)):
        for asset, partitie in _tabellen(opdracht):
            gemaakt.setdefault(asset, set()).add(partitie)
    for naam in ("release", *CAT.indicatoren, *CAT.kaartlagen):
        assert gemaakt[naam] == {"2014-2020"}
    peiljaren = {str(j) for j in CAT.edities["2014-2020"].peiljaren if j >= CAT.eerste_peiljaar}
    assert gemaakt["buurttabel"] == gemaakt["woonzorgwijzer"] == peiljaren
    # the years on whose areas the Leefbaarometer stands come along, and those between, of which the
    # crosswalk reads what the publisher says that changed; 2025 does not
    laatste = max(CAT.metingen_leefbaarometer)
    assert gemaakt["gebieden"] == {str(j) for j in range(CAT.eerste_peiljaar, laatste + 1)}


@pytest.mark.parametrize("processen", [1, 2])
@pytest.mark.parametrize("editie", [None, "2014-2020"])
def test_every_run_finds_what_it_reads(plan: Callable, editie: str | None, processen: int) -> None:
    # Also the first time, when nothing is there: a run may read what runs before it made, and what
    # it makes itself. What goes on beside it in another process, it may not.
    graaf = build_defs().resolve_asset_graph()
    er: set[tuple[str, str]] = set()
    for naast_elkaar in plan(processen, editie=editie):
        for opdracht in naast_elkaar:
            eigen = _tabellen(opdracht)
            for asset, partitie in eigen:
                te_vroeg = _nodig(graaf, asset, partitie) - er - eigen
                assert not te_vroeg, f"{asset} {partitie} reads {sorted(te_vroeg)[:3]} too early"
            if processen == 1:
                er |= eigen
        er |= set().union(*map(_tabellen, naast_elkaar))
    assert ("release", editie or LAATSTE) in er


def _nodig(graaf: AssetGraph, asset: str, partitie: str) -> set[tuple[str, str]]:
    """The tables that one reads."""
    ouders = graaf.get_parents_partitions(dg.AssetKey(asset), partitie).parent_partitions
    return {
        (ouder.asset_key.to_user_string(), ouder.partition_key)
        for ouder in ouders
        if ouder.asset_key in graaf.materializable_asset_keys
    }
