"""The life of one CBS table over real HTTP: which partitions run at each step, and nothing else.

First release, two quarters with newly filled measures, a correction, a schema change, withdrawal:
the sensors are evaluated as Dagster does, and the runs they ask for are really run.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from dataclasses import replace
from datetime import datetime
from typing import Any

import dagster as dg
import pandas as pd
import pytest

from tests.uitgever import instellingen
from tests.werk import GROOTTE, JAREN, instance_van
from veerkracht_dagster.automatisering import sensoren as module
from veerkracht_dagster.bronnen.ontvangsten import Ontvangsten
from veerkracht_dagster.bronnen.ophalen.fouten import OphaalFout
from veerkracht_dagster.bronnen.ophalen.instellingen import Instellingen
from veerkracht_dagster.catalogus import catalogus
from veerkracht_dagster.definitions import build_defs
from veerkracht_dagster.instantie.hulpbronnen import Werkplaats
from veerkracht_dagster.opslag.tabellen import lees_tabel
from veerkracht_dagster.voorbeeldland import kwb, maak_land
from veerkracht_dagster.voorbeeldland.kwb import EIGENDOM, INKOMEN
from veerkracht_dagster.voorbeeldland.uitgever import Aanbod, Uitgever
from veerkracht_dagster.voorbeeldland.uitgever.uitgaven import maak_tabel

KWB = dg.AssetKey("cbs_kerncijfers")
# The one edition that ends in 2024: what a rebuild does is the same with more of them, and slower.
VAN_2024 = sorted(naam for naam, editie in catalogus().edities.items() if 2024 in editie.peiljaren)


class Wacht:
    """The sensors of one instance: a tick is evaluated, and what it asks is run."""

    def __init__(self, werkmap, instance):
        self.instance, self.werkmap = instance, werkmap
        self.defs = build_defs(werkmap)
        self.cursors: dict[str, str | None] = {}
        self.gedraaid: set[str] = set()

    def tik(self, naam: str) -> list[dg.RunRequest]:
        uit = self.evalueer(naam)
        self.cursors[naam] = uit.cursor
        for gebeurtenis in uit.asset_events:
            self.instance.report_runless_asset_event(gebeurtenis)
        return [verzoek for verzoek in uit.run_requests or [] if self._nieuw(verzoek)]

    def evalueer(self, naam: str) -> Any:
        """As the daemon does: with the cursor that Dagster kept."""
        repository = self.defs.get_repository_def()
        context = dg.build_sensor_context(
            instance=self.instance,
            cursor=self.cursors.get(naam),
            repository_def=repository,
            sensor_name=naam,
            resources={"werkplaats": Werkplaats.van(self.werkmap)},
        )
        return repository.get_sensor_def(naam).evaluate_tick(context)

    def _nieuw(self, verzoek: dg.RunRequest) -> bool:
        """As Dagster: a run key runs once."""
        eerder = verzoek.run_key in self.gedraaid
        self.gedraaid.add(verzoek.run_key)
        return not eerder

    def draai(self, verzoek: dg.RunRequest) -> Any:
        job = self.defs.resolve_job_def("stap_bronnen" if verzoek.partition_key else "bijwerken")
        return job.execute_in_process(
            instance=self.instance,
            partition_key=verzoek.partition_key,
            asset_selection=verzoek.asset_selection,
            tags=verzoek.tags,
            run_config=verzoek.run_config,
            raise_on_error=False,
        )

    def stand(self) -> dict[tuple[str, str], int]:
        """The last materialisation of every partition of every table."""
        opslag, graaf = self.instance.event_log_storage, self.defs.resolve_asset_graph()
        soort = dg.DagsterEventType.ASSET_MATERIALIZATION
        return {
            (sleutel.to_user_string(), partitie): nummer
            for sleutel in graaf.materializable_asset_keys
            for partitie, nummer in opslag.get_latest_storage_id_by_partition(
                sleutel, soort
            ).items()
        }

    def werk_bij(self) -> dict[str, list[str]]:
        """Ticks until nothing is asked any more; what ran since, per table."""
        voor = self.stand()
        for naam in ("uitkijk_cbs", "uitkijk_bestanden", "uitkijk_leveringen", "doorwerken"):
            for verzoek in self.tik(naam):
                assert self.draai(verzoek).success, verzoek.run_key
        na = self.stand()
        uit: dict[str, list[str]] = {}
        for (asset, partitie), nummer in sorted(na.items()):
            if voor.get((asset, partitie)) != nummer:
                uit.setdefault(asset, []).append(partitie)
        return uit

    def lezers_van(self, asset: str) -> list[str]:
        """The tables that are made of an asset directly."""
        sleutels = self.defs.resolve_asset_graph().get(dg.AssetKey(asset)).child_keys
        return sorted(sleutel.to_user_string() for sleutel in sleutels)

    def tabel(self) -> pd.DataFrame:
        """The kerncijfers of 2024 as they stand."""
        return lees_tabel(self.werkmap.pad / "tabellen" / "cbs_kerncijfers" / "2024.parquet")

    def metadata(self) -> dict[str, Any]:
        """What the last event of the table of 2024 tells people."""
        records = self.instance.fetch_materializations(
            dg.AssetRecordsFilter(asset_key=KWB, asset_partitions=["2024"]), limit=1
        ).records
        return {k: w.value for k, w in records[0].asset_materialization.metadata.items()}


@pytest.fixture
def leven(kopie, monkeypatch):
    """A rebuilt work folder, of which the kerncijfers of 2024 now come over HTTP."""
    werkmap, _ = kopie()
    shutil.rmtree(werkmap.bronnen / "cbs_odata_v3" / "85984NED")
    monkeypatch.setattr(kwb, "NOG_NIET_UITGEBRACHT", {})
    vol = kwb.kwb_tabel(maak_land(GROOTTE, jaren=JAREN), 2024)
    aanbod = Aanbod()
    with Uitgever(aanbod) as uitgever:
        eigen = instellingen(uitgever)
        monkeypatch.setattr(Instellingen, "uit_omgeving", classmethod(lambda cls: eigen))
        with instance_van(werkmap, monkeypatch) as instance:
            yield vol, aanbod, uitgever, Wacht(werkmap, instance)


def _breng_uit(aanbod, tabel, maand, reden="Actualisering", leeg=()):
    """A release of the table, some of its columns still empty."""
    tabel = tabel.copy()
    tabel[list(leeg)] = float("nan")
    aanbod.zet(maak_tabel(tabel, 2024, datetime(2025, maand, 26, 2), reden=reden))


def test_het_leven_van_een_tabel(leven, monkeypatch):
    vol, aanbod, uitgever, wacht = leven

    # What is looked at again when the table of a year changes: all that reads it, and the release.
    lezers = wacht.lezers_van("buurttabel")
    opnieuw = {
        **{naam: ["2024"] for naam in ("cbs_kerncijfers", "gebieden", "buurttabel")},
        **dict.fromkeys((*lezers, "release", "uitgaveverschil"), VAN_2024),
    }

    # --- first release: tenure and income are not out yet, as in the file that it replaces
    _breng_uit(aanbod, vol, 3, leeg=[*EIGENDOM, *INKOMEN])
    assert wacht.werk_bij() == opnieuw
    assert wacht.werk_bij() == {}  # the same marks: nothing runs

    # --- a quarter later: tenure is filled, and reaches what is made of it
    _breng_uit(aanbod, vol, 6, leeg=INKOMEN)
    van_eigendom = dict.fromkeys(("corporatiebezit", "rapport", "scan"), VAN_2024)
    assert wacht.werk_bij() == opnieuw | van_eigendom
    assert wacht.metadata()["soort verandering"] == "nieuw gevulde maten"
    assert "nieuw gevulde maten: 5 (Wonen/" in wacht.metadata()["wat er nieuw is"]

    # --- and another: income, which no layer uses
    _breng_uit(aanbod, vol, 9)
    assert wacht.werk_bij() == opnieuw
    assert "nieuw gevulde maten: 1 (Inkomen/" in wacht.metadata()["wat er nieuw is"]

    # --- a correction of one figure: the runs carry publisher, table, version and reason
    voor = wacht.tabel()
    anders = vol.copy()
    anders.loc[anders.index[-1], "personen_bijstand"] = 40
    _breng_uit(aanbod, anders, 10, reden="Correctie")
    (verzoek,) = wacht.tik("uitkijk_cbs")
    assert verzoek.partition_key == "2024"
    assert {k: w for k, w in verzoek.tags.items() if k.startswith("veerkracht/")} == {
        "veerkracht/wacht": "uitkijk_cbs",
        "veerkracht/uitgever": "CBS",
        "veerkracht/tabel": "85984NED",
        "veerkracht/versie": verzoek.run_key.split("/")[2][:12],
        "veerkracht/reden": "Correctie",
    }
    assert wacht.draai(verzoek).success
    assert wacht.metadata()["soort verandering"] == "herziene waarden"
    assert wacht.tik("uitkijk_cbs") == []
    wacht.cursors["uitkijk_cbs"] = None  # a lost cursor: what is built from it is not run again
    assert wacht.tik("uitkijk_cbs") == []

    # --- both versions are there: somebody rebuilds from the one before, and from the newest again
    tabel, ontvangsten = wacht.tabel(), Ontvangsten(wacht.werkmap.snapshots)
    assert not tabel.equals(voor)
    versies = [ontvangst.versie for ontvangst in ontvangsten.alle("cbs_kerncijfers", 2024)]
    assert len(versies) == 5  # the file that was in the folder, and four fetched
    ontvangsten.kies("cbs_kerncijfers", 2024, versies[-2])
    (terug,) = wacht.tik("uitkijk_leveringen")
    assert wacht.draai(terug).success
    assert wacht.tabel().equals(voor)
    ontvangsten.kies("cbs_kerncijfers", 2024, None)
    (weer,) = wacht.tik("uitkijk_cbs")
    assert wacht.draai(weer).success
    assert wacht.tabel().equals(tabel)

    # --- a column that nobody knows: stopped, and what stood stays
    aanbod.zet(_met_nieuwe_maat(aanbod.tabellen["85984NED"]))
    voor = wacht.stand()
    (verzoek,) = wacht.tik("uitkijk_cbs")
    mislukt = wacht.draai(verzoek)
    assert not mislukt.success
    (fout,) = mislukt.filter_events(lambda g: g.is_step_failure)
    melding = str(fout.step_failure_data.error)
    assert "een nieuwe kolom 'Wonen/Tiny houses (aantal)' (v4 X999999)" in melding
    assert "kolommen.yml, of noem haar daar onder overgeslagen" in melding
    assert wacht.stand() == voor
    assert wacht.tabel().equals(tabel)

    # --- somebody decides about it: the same version now comes in
    bron = catalogus().bronnen["cbs_kerncijfers"]
    monkeypatch.setitem(
        catalogus().bronnen,
        "cbs_kerncijfers",
        bron.model_copy(update={"overgeslagen": ["Tiny houses"]}),
    )
    assert wacht.draai(verzoek).success
    # Beside what is published: the correction came in, and no release was made of it.
    assert wacht.metadata()["soort verandering"] == "schema gewijzigd, herziene waarden"

    # --- withdrawn: told, and nothing runs
    aanbod.tabellen.clear()
    aanbod.zet(maak_tabel(vol, 2024))
    aanbod.tabellen["00000NED"] = aanbod.tabellen.pop("85984NED")
    aanbod.tabellen["00000NED"].eigenschappen["Identifier"] = "00000NED"
    assert wacht.tik("uitkijk_cbs") == []
    gebeurtenis = wacht.instance.fetch_observations(dg.AssetKey(["levering", "cbs_kerncijfers"]), 1)
    waarneming = gebeurtenis.records[0].asset_observation
    assert waarneming.metadata["soort verandering"].value == "ingetrokken"
    assert waarneming.partition == "2024"

    # --- the publisher has a year that nobody entered: proposed, once, and nothing runs
    titel = "Kerncijfers wijken en buurten 2027"
    nieuw = {"Identifier": "87000NED", "Title": titel}
    eigen = aanbod.tabellen["00000NED"].eigenschappen | nieuw
    aanbod.zet(replace(aanbod.tabellen["00000NED"], nummer="87000NED", eigenschappen=eigen))
    uit = wacht.evalueer("uitkijk_cbs")
    assert not uit.run_requests
    (voorstel,) = uit.asset_events
    assert voorstel.metadata["voorstel"].value == "2027: 87000NED"
    assert "Zet in bronnen.yml onder cbs_kerncijfers" in voorstel.description
    wacht.cursors["uitkijk_cbs"] = uit.cursor
    assert wacht.evalueer("uitkijk_cbs").asset_events == []

    # --- nobody answers: the tick fails, and says so
    uitgever.storing("503", keren=-1)
    with pytest.raises(OphaalFout, match="HTTP 503"):
        wacht.tik("uitkijk_cbs")


def _met_nieuwe_maat(tabel):
    """The next version has a measure that the catalogue does not know."""
    groep = json.loads(tabel.v4["MeasureCodes"][-1])
    wonen = next(json.loads(g)["Id"] for g in tabel.v4["MeasureGroups"] if '"Wonen"' in g)
    maat = groep | {"Identifier": "X999999", "Title": "Tiny houses", "Unit": "aantal",
                    "MeasureGroupId": wonen}  # fmt: skip
    rij = json.loads(tabel.v4["Observations"][0]) | {"Measure": "X999999", "Value": 3.0}
    v4 = tabel.v4 | {
        "MeasureCodes": [*tabel.v4["MeasureCodes"], json.dumps(maat)],
        "Observations": [*tabel.v4["Observations"], json.dumps(rij)],
    }
    eigen = tabel.eigenschappen | {
        "Version": "202512010200",
        "Modified": "2025-12-01T02:00:00+01:00",
        "ObservationCount": len(v4["Observations"]),
    }
    return replace(tabel, v4=v4, eigenschappen=eigen, bulk=None)


def _vermenigvuldig(werkmap, factor):
    """The WoonZorgwijzer of 2020, as it was but for a factor in one column, with its hash."""
    map_ = werkmap.bronnen / "levering" / "woonzorgwijzer" / "2020"
    bestand, manifest = map_ / "woonzorgwijzer.csv", map_ / "manifest.yml"
    bewaard = bestand.read_bytes()
    tabel = pd.read_csv(bestand, sep=";", dtype=str, keep_default_na=False)
    tabel["lvb_personen"] = tabel["lvb_personen"].map(
        lambda tekst: tekst and f"{float(tekst.replace(',', '.')) * factor:.1f}".replace(".", ",")
    )
    tabel.to_csv(bestand, sep=";", index=False, lineterminator="\n")
    oud, nieuw = (hashlib.sha256(b).hexdigest() for b in (bewaard, bestand.read_bytes()))
    manifest.write_text(manifest.read_text().replace(oud, nieuw))


def test_een_levering_die_terugkomt_wordt_weer_gelezen(kopie, monkeypatch):
    """C, A, C: the third has the bytes of the first, and is another delivery than the second."""
    werkmap, _ = kopie()
    map_ = werkmap.bronnen / "levering" / "woonzorgwijzer" / "2020"
    a, c = werkmap.pad / "a", werkmap.pad / "c"
    shutil.copytree(map_, a)
    _vermenigvuldig(werkmap, 0.5)
    shutil.copytree(map_, c)
    monkeypatch.setattr(Instellingen, "uit_omgeving", classmethod(lambda cls: Instellingen()))
    gelezen = []
    with instance_van(werkmap, monkeypatch) as instance:
        wacht = Wacht(werkmap, instance)
        for levering in (c, a, c, c):
            shutil.rmtree(map_)
            shutil.copytree(levering, map_)
            for verzoek in wacht.tik("uitkijk_leveringen"):
                assert verzoek.partition_key == "2020"
                assert wacht.draai(verzoek).success
                gelezen.append(levering.name)
    assert gelezen == ["c", "a", "c"]


def test_zonder_ophalen_vraagt_een_tik_niets(kopie, monkeypatch):
    werkmap, _ = kopie()
    monkeypatch.setattr(Instellingen, "uit_omgeving", classmethod(lambda cls: Instellingen()))
    with instance_van(werkmap, monkeypatch) as instance:
        wacht = Wacht(werkmap, instance)
        for naam in ("uitkijk_cbs", "uitkijk_bestanden"):
            assert "VEERKRACHT_OPHALEN=ja" in wacht.evalueer(naam).skip_message
        assert wacht.tik("uitkijk_leveringen") == []  # all of it is built
    assert module.TABELBRONNEN == ["cbs_kerncijfers", "rivm_regiobeeld"]
