"""A change recomputes what depends on it and nothing else; bad input leaves what was published."""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path

import pandas as pd
import pytest

from veerkracht_dagster.catalogus import catalogus
from veerkracht_dagster.herbouw.herbouwen import HerbouwMislukt
from veerkracht_dagster.opslag.tabellen import lees_tabel
from veerkracht_dagster.werkmap import Werkmap

CAT = catalogus()


def _manifest_bijwerken(map_: Path) -> None:
    """A supplier who sends another file sends its hash along."""
    manifest = map_ / "manifest.yml"
    regels = manifest.read_text().splitlines()
    bestand = next(r.split(": ")[1] for r in regels if r.startswith("bestand:"))
    hash_ = hashlib.sha256((map_ / bestand).read_bytes()).hexdigest()
    nieuw = [f"sha256: {hash_}" if r.startswith("sha256:") else r for r in regels]
    manifest.write_text("\n".join(nieuw) + "\n")


def _afdrukken(werkmap: Werkmap) -> dict[str, str]:
    """Hash of every published file and of the warehouse."""
    paden = [p for p in werkmap.uitgaven.rglob("*") if p.is_file()]
    paden.append(werkmap.pad / "warehouse.duckdb")
    return {str(p): hashlib.sha256(p.read_bytes()).hexdigest() for p in paden}


def test_one_changed_delivery_runs_its_year_and_the_edities_that_use_it(kopie):
    werkmap, opnieuw = kopie()
    map_ = werkmap.bronnen / "levering" / "woonzorgwijzer" / "2018"
    tabel = pd.read_csv(map_ / "woonzorgwijzer.csv", sep=";", dtype=str, keep_default_na=False)
    gevuld = tabel.index[tabel["lvb_personen"] != ""]
    for rij in gevuld:
        oud = float(tabel.loc[rij, "lvb_personen"].replace(",", "."))
        tabel.loc[rij, "lvb_personen"] = f"{oud * 1.5:.1f}".replace(".", ",")
    tabel.to_csv(map_ / "woonzorgwijzer.csv", sep=";", index=False, lineterminator="\n")
    _manifest_bijwerken(map_)

    berekend = opnieuw().berekend

    assert berekend.pop("woonzorgwijzer") == ["2018"]
    assert berekend.pop("buurttabel") == ["2018"]
    # 2018 is within the fall-back of every edition that begins or ends in 2018-2020.
    gebruikt = [naam for naam, editie in CAT.edities.items() if 2018 in editie.peiljaren]
    for indicator, definitie in CAT.indicatoren.items():
        if definitie.invoer:  # made of the buurttabel
            assert sorted(berekend.pop(indicator)) == sorted(gebruikt)
    # Only the edition that begins in 2018 has another K; V and the stock are as they were.
    for naam in ("signaal", "gevoeligheid", *CAT.overzichten):
        assert berekend.pop(naam) == ["2018-2024"]
    assert sorted(berekend.pop("release")) == sorted(gebruikt)
    met_K = {n for n, laag in CAT.kaartlagen.items() if "kwetsbare_bewoners" in laag.indicatoren}
    assert berekend == {naam: ["2018-2024"] for naam in met_K}


def test_the_same_bytes_with_another_time_are_nothing_new(kopie):
    werkmap, opnieuw = kopie()
    for pad in werkmap.bronnen.rglob("*.csv"):
        pad.touch()
    assert opnieuw().berekend == {}


def test_only_what_an_edition_needs(kopie):
    _, opnieuw = kopie()
    berekend = opnieuw(editie="2014-2020", alles=True).berekend
    assert berekend["release"] == berekend["focus"] == ["2014-2020"]
    nodig = [j for j in CAT.edities["2014-2020"].peiljaren if j >= CAT.eerste_peiljaar]
    assert berekend["buurttabel"] == [str(j) for j in nodig]


def test_an_absent_source_makes_what_needs_it_geen_meting_with_the_reason(kopie):
    werkmap, opnieuw = kopie()
    shutil.rmtree(werkmap.bronnen / "leefbaarometer_3.0")
    opnieuw()
    laag = lees_tabel(Path(werkmap.tabellen) / "overlast_situatie" / "2014-2020.parquet")
    assert (laag["klasse"] == -9).all()
    assert laag["toelichting"].unique().tolist() == ["geen meting: V_eind 2014-2020: ontbreekt"]
    uit = json.loads((werkmap.uitgaven / "2014-2020" / "actueel" / "release.json").read_text())
    assert sum(uit["klassen"]["kwetsbaar_situatie"].values()) > uit["klassen"][
        "kwetsbaar_situatie"
    ].get("-9", 0)


BEDORVEN = {
    "HTML instead of data": (
        "cbs_odata_v3/84799NED/TypedDataSet.skip0.json",
        lambda ruw: b"<!DOCTYPE html><html><body>503</body></html>",
        "TypedDataSet.skip0.json",
    ),
    "cut off": (
        "cbs_odata_v3/84799NED/TypedDataSet.skip0.json",
        lambda ruw: ruw[: len(ruw) // 2],
        "TypedDataSet.skip0.json",
    ),
    "empty": (
        "leefbaarometer_3.0/Leefbaarometer-scores buurten 2002-2024.csv",
        lambda ruw: b"",
        "Leefbaarometer-scores buurten",
    ),
    "another model": (
        "leefbaarometer_3.0/Leefbaarometer-scores buurten 2002-2024.csv",
        lambda ruw: ruw.replace(b'"lbm"', b'"RLBAFW"', 1),
        "2.0",
    ),
}


@pytest.mark.parametrize("geval", BEDORVEN)
def test_bad_input_is_refused_and_what_was_published_stays(kopie, geval):
    pad, bederf, genoemd = BEDORVEN[geval]
    werkmap, opnieuw = kopie()
    voor = _afdrukken(werkmap)
    bestand = werkmap.bronnen / pad
    bestand.write_bytes(bederf(bestand.read_bytes()))
    with pytest.raises(HerbouwMislukt, match="wat te doen") as fout:
        opnieuw()
    assert genoemd in str(fout.value)
    assert _afdrukken(werkmap) == voor
