"""The whole country from the generator, one edition, from publishers' files to release.

14,574 buurten, 8 years, nine layers and focus; without address files. Given beforehand, outside the
timing: the areas and the crosswalk (`gebieden`, `buurt_omzetting`). All else is done again in a
fresh process, from hashing the publishers' files to the swap. Compared with the targets of the
project, 90 s and 3 GiB on 2 cores, and with the same asset graph with empty bodies: what Dagster
costs by itself. What is generated and given is kept in a folder for the next time.
"""

from __future__ import annotations

import argparse
import os
import shutil
from pathlib import Path
from time import monotonic, process_time
from typing import Any

from meten import STANDAARDMAP, Meting, druk, hoofd, meet_taak, regel

EDITIE = "2014-2020"
# What the edition reads, and one more to make eight; the Leefbaarometer stands on areas of 2024.
JAREN = (2014, 2016, 2017, 2018, 2019, 2020, 2022, 2024)
EXTRA_JAAR = "2017"
GEGEVEN = ("gebieden", "buurt_omzetting")


def maak_bronnen(map_land: str, gemeenten: str, buurten: str) -> dict[str, Any]:
    """The publishers' files."""
    from veerkracht_dagster.voorbeeldland import Grootte, maak_land, schrijf_bronnen

    land = maak_land(Grootte(int(gemeenten), int(buurten)), jaren=JAREN)
    opzij = Path(map_land) / "bronnen.half"
    shutil.rmtree(opzij, ignore_errors=True)
    opzij.mkdir(parents=True)
    schrijf_bronnen(land, opzij, adressen=False)
    opzij.rename(Path(map_land) / "bronnen")
    return {}


def geef(map_land: str) -> dict[str, Any]:
    """Bring everything up to date, so that areas and crosswalk are there."""
    return _herbouw(Path(map_land) / "gegeven", Path(map_land) / "bronnen")


def doe(map_land: str) -> dict[str, Any]:
    """The measured run: a new work folder in which only areas and crosswalk are there."""
    land = Path(map_land)
    eerder, werk = land / "gegeven", land / "gemeten"
    shutil.rmtree(werk, ignore_errors=True)
    shutil.copytree(eerder / "dagster_home", werk / "dagster_home")
    for naam in GEGEVEN:
        shutil.copytree(eerder / "tabellen" / naam, werk / "tabellen" / naam)
    return _herbouw(werk, land / "bronnen", gegeven=True)


def geef_leeg(map_land: str) -> dict[str, Any]:
    """As `geef`, with empty bodies."""
    shutil.rmtree(Path(map_land) / "leeg", ignore_errors=True)
    return _leeg(map_land, gegeven=False)


def doe_leeg(map_land: str) -> dict[str, Any]:
    """As `doe`, with empty bodies."""
    return _leeg(map_land, gegeven=True)


def _leeg(map_land: str, *, gegeven: bool) -> dict[str, Any]:
    from leeg import lege_defs

    from veerkracht_dagster.herbouw import uitvoeren

    uitvoeren.stapdefs = lege_defs
    zonder_bestanden = Path(map_land) / "leeg" / "bronnen"
    zonder_bestanden.mkdir(parents=True, exist_ok=True)
    return _herbouw(Path(map_land) / "leeg", zonder_bestanden, gegeven=gegeven)


def _herbouw(werk: Path, bronnen: Path, *, gegeven: bool = False) -> dict[str, Any]:
    """A rebuild of the edition and a reading of the extra year: seconds per stage and asset."""
    begin_cpu, begin_wand = process_time(), monotonic()
    os.environ["DAGSTER_HOME"] = str(werk / "dagster_home")
    from veerkracht_dagster.herbouw import herbouwen
    from veerkracht_dagster.herbouw.herbouwen import herbouw
    from veerkracht_dagster.herbouw.uitvoeren import Uitvoerder
    from veerkracht_dagster.instantie.openen import open_instance
    from veerkracht_dagster.werkmap import Werkmap

    werkmap = Werkmap.in_map(werk, bronnen)
    with open_instance(werkmap) as instance:
        if gegeven:
            alles = herbouwen._alles
            herbouwen._alles = lambda *rest: [v for v in alles(*rest) if v.asset not in GEGEVEN]
        klok = _Klok()
        hier = Uitvoerder(werkmap, instance, klok)
        resultaat = herbouw(werkmap, instance, editie=EDITIE, alles=gegeven, hier=hier)
        klok("start van runs", "", 0)
        partities = {asset: len(partities) for asset, partities in resultaat.berekend.items()}
        _lees_jaar(werkmap, instance, partities)
        klok("bronnen", "extra jaar", 1)
    return {
        "partities": partities,
        "runs": len(resultaat.runs) + 1,
        "cpu": klok.cpu,
        "wand": klok.wand,
        "start": [process_time() - begin_cpu - sum(klok.cpu.values()),
                  monotonic() - begin_wand - sum(klok.wand.values())],
    }  # fmt: skip


def _lees_jaar(werkmap: Any, instance: Any, partities: dict[str, int]) -> None:
    """The sources of the extra year, with the project's own job."""
    from veerkracht_dagster.herbouw import uitvoeren
    from veerkracht_dagster.herbouw.stappen import job_van

    job = uitvoeren.stapdefs(werkmap).resolve_job_def(job_van("bronnen"))
    run = job.execute_in_process(
        instance=instance,
        partition_key=EXTRA_JAAR,
        run_config={"loggers": {"console": {"config": {"log_level": "ERROR"}}}},
    )
    if not run.success:
        raise SystemExit(f"reading {EXTRA_JAAR} failed")
    for sleutel in job.asset_layer.executable_asset_keys:
        partities[sleutel.to_user_string()] = partities.get(sleutel.to_user_string(), 0) + 1


class _Klok:
    """Seconds since the call before, by stage and step."""

    def __init__(self) -> None:
        self.cpu: dict[str, float] = {}
        self.wand: dict[str, float] = {}
        self._cpu, self._wand = process_time(), monotonic()

    def __call__(self, stap: str, asset: str, aantal: int) -> None:
        cpu, wand = process_time(), monotonic()
        naam = f"{stap}/{asset}" if asset and aantal else "start van runs"
        self.cpu[naam] = self.cpu.get(naam, 0.0) + cpu - self._cpu
        self.wand[naam] = self.wand.get(naam, 0.0) + wand - self._wand
        self._cpu, self._wand = cpu, wand


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--map", type=Path, default=STANDAARDMAP / "land", help="default: %(default)s"
    )
    parser.add_argument("--gemeenten", type=int, default=345, help="default: %(default)s")
    parser.add_argument("--buurten", type=int, default=14_574, help="default: %(default)s")
    parser.add_argument("--stappen", action="store_true", help="also the seconds of every step")
    opties, _ = parser.parse_known_args()
    land = opties.map.resolve() / f"{opties.gemeenten}_{opties.buurten}"
    land.mkdir(parents=True, exist_ok=True)
    print(f"{opties.buurten} buurten, {len(JAREN)} years, edition {EDITIE} ({druk()})", flush=True)
    if not (land / "bronnen").is_dir():
        meting = meet_taak(maak_bronnen, land, str(opties.gemeenten), str(opties.buurten))
        regel("publishers' files made (kept; outside the timing)", meting)
    meting = meet_taak(geef, land)
    if meting.uitkomst["partities"].get("buurt_omzetting"):
        regel("areas and crosswalk made (kept; outside the timing)", meting)
    heel = meet_taak(doe, land)
    gedaan = heel.uitkomst["partities"]
    if set(gedaan) & set(GEGEVEN) or "release" not in gedaan:
        raise SystemExit(f"not what was to be measured: {gedaan}")
    meet_taak(geef_leeg, land)
    leeg = meet_taak(doe_leeg, land)
    regel("whole country, files to release", heel, "target 90 s, 3072 MiB")
    regel("  of which Dagster (same graph, empty bodies)", leeg)
    print(
        f"{'  of which ours':<52} {heel.wand - leeg.wand:7.1f} s wall"
        f" {heel.cpu - leeg.cpu:7.1f} s cpu"
    )
    telling = [
        (len(m.uitkomst["partities"]), sum(m.uitkomst["partities"].values()), m.uitkomst["runs"])
        for m in (heel, leeg)
    ]
    print(
        "  assets, partitions and runs: {} {} {} (empty: {} {} {})".format(*telling[0], *telling[1])
    )
    _toon(heel, opties.stappen)


def _toon(heel: Meting, per_stap: bool) -> None:
    cpu, wand = heel.uitkomst["cpu"], heel.uitkomst["wand"]
    start_cpu, start_wand = heel.uitkomst["start"]
    print(f"  {'start-up and imports':<50} {start_wand:7.1f} s wall {start_cpu:7.1f} s cpu")
    groepen = cpu if per_stap else dict.fromkeys(naam.partition("/")[0] for naam in cpu)
    for groep in groepen:
        bij = [naam for naam in cpu if naam == groep or naam.startswith(f"{groep}/")]
        print(
            f"  {groep:<50} {sum(wand[n] for n in bij):7.1f} s wall "
            f"{sum(cpu[n] for n in bij):7.1f} s cpu"
        )


if __name__ == "__main__":
    hoofd(main, maak_bronnen, geef, doe, geef_leeg, doe_leeg)
