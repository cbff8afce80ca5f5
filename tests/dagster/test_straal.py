"""What is refused costs what stands on it and nothing else: real rebuilds, one of each kind."""

from __future__ import annotations

import json
import os
import shutil
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import dagster as dg
import pytest

import assets_defs.publicatie
from assets_defs.partities import PEILJAREN
from tests.uitgever import instellingen
from tests.werk import GROOTTE, JAREN, instance_van
from veerkracht_dagster.bronnen.ophalen.instellingen import Instellingen
from veerkracht_dagster.catalogus import catalogus
from veerkracht_dagster.definitions import build_defs
from veerkracht_dagster.herbouw.geraakt import Stamboom
from veerkracht_dagster.publicatie.publiceren import AuditFout
from veerkracht_dagster.voorbeeldland import kwb, maak_land
from veerkracht_dagster.voorbeeldland.uitgever import Aanbod, Uitgever
from veerkracht_dagster.voorbeeldland.uitgever.uitgaven import maak_tabel
from veerkracht_dagster.werkmap import Werkmap

CAT = catalogus()
KWB_2020 = "cbs_odata_v3/84799NED/TypedDataSet.skip0.json"


def _releases(werkmap: Werkmap) -> dict[str, str]:
    """Per edition the mark of the release that readers see."""
    paden = {naam: werkmap.uitgaven / naam / "actueel" / "release.json" for naam in CAT.edities}
    return {n: json.loads(p.read_text())["release_id"] for n, p in paden.items() if p.is_file()}


def _ander_cijfer(werkmap: Werkmap) -> None:
    """A figure of 2020 that every edition shows: all of them would be published anew."""
    bestand = werkmap.bronnen / KWB_2020
    pagina = json.loads(bestand.read_bytes())
    for rij in pagina["value"]:
        (sleutel,) = [k for k in rij if k.startswith("Bevolkingsdichtheid")]
        rij[sleutel] = 4321
    bestand.write_text(json.dumps(pagina))


def _standen(werkmap: Werkmap, bron: str) -> dict[str, str | None]:
    """What the UI shows of every partition."""
    with pytest.MonkeyPatch.context() as patch, instance_van(werkmap, patch) as instance:
        standen = instance.get_status_by_partition(
            dg.AssetKey(bron), PEILJAREN.get_partition_keys(), PEILJAREN
        )
    return {jaar: stand and stand.value for jaar, stand in (standen or {}).items()}


def test_a_refused_year_is_red_and_what_does_not_stand_on_it_is_published(kopie: Callable) -> None:
    werkmap, opnieuw = kopie()
    voor = _releases(werkmap)
    _ander_cijfer(werkmap)
    stuk = werkmap.bronnen / "levering/woonzorgwijzer/2022/woonzorgwijzer.csv"
    goed = stuk.read_bytes()
    stuk.write_bytes(goed[:-20])
    uit = opnieuw()
    (geweigerd,) = uit.geweigerd.values()
    assert geweigerd.paar == ("woonzorgwijzer", "2022")
    assert "verwacht: sha256" in geweigerd.melding

    stamboom = Stamboom(build_defs(werkmap).resolve_asset_graph())
    staan_erop = {e for e in CAT.edities if geweigerd.paar in stamboom.nodig_voor(("release", e))}
    assert staan_erop == {"2014-2022", "2018-2024"}
    na = _releases(werkmap)
    assert {e for e in CAT.edities if na[e] == voor[e]} == staan_erop
    assert uit.edities == {
        e: "niet bijgewerkt" if e in staan_erop else "gemaakt" for e in CAT.edities
    }
    assert uit.door_editie("2018-2024") == ["woonzorgwijzer 2022"]

    # red, and the others as they were; the run that says so is the one that is named
    standen = _standen(werkmap, "woonzorgwijzer")
    assert {jaar for jaar, stand in standen.items() if stand == "FAILED"} == {"2022"}
    assert standen["2020"] == "MATERIALIZED"
    with pytest.MonkeyPatch.context() as patch, instance_van(werkmap, patch) as instance:
        run = instance.get_run_by_id(geweigerd.run_id)
        assert run is not None
        assert run.status == dg.DagsterRunStatus.FAILURE
        (record,) = instance.fetch_observations(
            dg.AssetRecordsFilter(dg.AssetKey("release"), asset_partitions=["2018-2024"]), limit=1
        ).records
        assert "herstel woonzorgwijzer 2022" in str(record.asset_observation.description)

    # mended: what waited is made, and nothing else
    stuk.write_bytes(goed)
    uit = opnieuw()
    assert uit.gelukt
    assert set(uit.berekend["release"]) == staan_erop
    assert set(_releases(werkmap).values()).isdisjoint({voor[e] for e in staan_erop})


def test_two_years_of_a_source_that_is_read_anew(kopie: Callable) -> None:
    """All years in one run: the others of that run are made after all."""
    werkmap, opnieuw = kopie()
    for jaar in (2018, 2022):
        (werkmap.bronnen / f"cbs_pc6huisnr/{jaar}/erbij.csv").write_text("<html></html>")
    uit = opnieuw(alles=True, editie="2014-2020-wijken")
    assert set(uit.geweigerd) == {("cbs_adressen", "2018"), ("cbs_adressen", "2022")}
    assert set(uit.berekend["cbs_adressen"]) == set(PEILJAREN.get_partition_keys()[:11]) - {
        "2018",
        "2022",
    }
    standen = _standen(werkmap, "cbs_adressen")
    assert {jaar for jaar, stand in standen.items() if stand == "FAILED"} == {"2018", "2022"}
    assert uit.edities == {"2014-2020-wijken": "niet bijgewerkt"}


def test_an_audit_that_refuses_one_edition_lets_the_others_through(
    kopie: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    werkmap, opnieuw = kopie()
    voor = _releases(werkmap)
    _ander_cijfer(werkmap)
    echt = assets_defs.publicatie.publiceer

    def streng(map_: Path, warehouse: str, uitgave: Any) -> Any:
        if uitgave.sleutel == "2014-2022":
            raise AuditFout("2014-2022", ["een cijfer klopt niet"])
        return echt(map_, warehouse, uitgave)

    monkeypatch.setattr(assets_defs.publicatie, "publiceer", streng)
    uit = opnieuw()
    assert set(uit.geweigerd) == {("release", "2014-2022")}
    assert "een cijfer klopt niet" in uit.geweigerd["release", "2014-2022"].melding
    na = _releases(werkmap)
    assert {e for e in CAT.edities if na[e] == voor[e]} == {"2014-2022"}
    assert set(uit.berekend["uitgaveverschil"]) == set(CAT.edities) - {"2014-2022"}


def test_who_ends_a_rebuild_refuses_nothing(
    kopie: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    werkmap, opnieuw = kopie()

    def gestopt(*_: Any) -> None:
        os.kill(os.getpid(), signal.SIGINT)
        time.sleep(60)  # until Dagster hears it

    monkeypatch.setattr(assets_defs.publicatie, "publiceer", gestopt)
    with pytest.raises(KeyboardInterrupt):
        opnieuw(assets=["release"], alles=True)
    assert not (werkmap.pad / "geweigerd.json").exists()


# --- a publisher that does not answer -------------------------------------------------------------
@pytest.fixture
def uitgever(kopie: Callable, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """A rebuilt work folder, of which the kerncijfers of 2024 now come over HTTP."""
    werkmap, opnieuw = kopie()
    shutil.rmtree(werkmap.bronnen / "cbs_odata_v3" / "85984NED")
    monkeypatch.setattr(kwb, "NOG_NIET_UITGEBRACHT", {})
    aanbod = Aanbod()
    aanbod.zet(maak_tabel(kwb.kwb_tabel(maak_land(GROOTTE, jaren=JAREN), 2024), 2024))
    with Uitgever(aanbod) as een:
        eigen = instellingen(een)
        monkeypatch.setattr(Instellingen, "uit_omgeving", classmethod(lambda cls: eigen))
        yield een, werkmap, opnieuw


def test_what_was_fetched_before_counts_while_the_publisher_is_silent(uitgever: Any) -> None:
    een, werkmap, opnieuw = uitgever
    eerst = opnieuw()
    assert eerst.gelukt, eerst.regels()
    voor = _releases(werkmap)
    een.storing("503", keren=-1)
    uit = opnieuw()
    assert uit.berekend == {}
    assert uit.geweigerd == {}
    assert not uit.gelukt  # silence is no news, and it is told
    (zelf,) = [o for o in uit.onbereikbaar if (o.bron, o.partitie) == ("cbs_kerncijfers", "2024")]
    assert "dat blijft gelden" in zelf.gevolg
    assert "HTTP 503" in zelf.gevolg
    assert _releases(werkmap) == voor
    assert set(uit.edities.values()) == {"was al bij"}

    # made again for another reason: from what was fetched
    uit = opnieuw(assets=["cbs_kerncijfers"], alles=True)
    assert uit.geweigerd == {}
    assert "2024" in uit.berekend["cbs_kerncijfers"]


def test_years_of_which_nothing_is_known_are_refused_and_others_go_on(uitgever: Any) -> None:
    een, werkmap, opnieuw = uitgever
    een.storing("503", keren=-1)
    voor = _releases(werkmap)
    _ander_cijfer(werkmap)
    uit = opnieuw()
    assert ("cbs_kerncijfers", "2024") in uit.geweigerd
    assert "HTTP 503" in uit.geweigerd["cbs_kerncijfers", "2024"].melding
    assert ("cbs_kerncijfers", "2020") not in uit.geweigerd  # it lies in the folder
    assert "2020" in uit.berekend["cbs_kerncijfers"]
    assert set(uit.edities.values()) == {"niet bijgewerkt"}
    assert _releases(werkmap) == voor
