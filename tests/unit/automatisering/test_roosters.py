"""Schedules: when they run and what they ask for; the yearly reminder, and the check of ages."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import dagster as dg
import pytest
from dagster._utils.schedules import schedule_execution_time_iterator

import assets_defs.bronnen
from assets_defs.partities import JAREN
from tests.uitgever import aanbod, instellingen, ophaler
from veerkracht_dagster.automatisering import taken
from veerkracht_dagster.bronnen.ophalen.innemen import Innemer
from veerkracht_dagster.bronnen.ophalen.instellingen import Instellingen
from veerkracht_dagster.catalogus import catalogus
from veerkracht_dagster.definitions import build_defs
from veerkracht_dagster.instantie.hulpbronnen import Werkplaats
from veerkracht_dagster.voorbeeldland.uitgever import Uitgever
from veerkracht_dagster.werkmap import Werkmap

NU = datetime(2026, 11, 25, 12, tzinfo=UTC)


class Vandaag(date):
    """A day that does not move."""

    @classmethod
    def today(cls) -> date:
        return NU.date()


@pytest.fixture
def werkmap(tmp_path: Path) -> Werkmap:
    (tmp_path / "bronnen").mkdir()
    return Werkmap.in_map(tmp_path)


@pytest.mark.parametrize(
    ("naam", "keren"),
    [
        ("dagelijks", ["2026-11-26 06:15", "2026-11-27 06:15"]),
        ("wekelijks_zonder_merk", ["2026-11-30 06:30", "2026-12-07 06:30"]),  # Mondays
        ("wekelijks_peiljaren", ["2026-11-30 06:45", "2026-12-07 06:45"]),
        ("jaarlijks", ["2026-12-01 08:00", "2027-12-01 08:00"]),
    ],
)
def test_wanneer(werkmap: Werkmap, naam: str, keren: list[str]) -> None:
    rooster = build_defs(werkmap).get_repository_def().get_schedule_def(naam)
    volgende = schedule_execution_time_iterator(
        NU.timestamp(), str(rooster.cron_schedule), rooster.execution_timezone
    )
    amsterdam = ZoneInfo("Europe/Amsterdam")
    gevonden = [
        tijd.astimezone(amsterdam).strftime("%Y-%m-%d %H:%M")
        for tijd in itertools.islice(volgende, 2)
    ]
    assert gevonden == keren


@pytest.mark.parametrize("aan", [True, False])
def test_wat_vanzelf_loopt(werkmap: Werkmap, monkeypatch: pytest.MonkeyPatch, aan: bool) -> None:
    """Nothing asks a publisher unless somebody switched fetching on."""
    monkeypatch.setattr(Instellingen, "uit_omgeving", classmethod(lambda cls: cls(aan=aan)))
    repository = build_defs(werkmap).get_repository_def()
    standen = [rooster.default_status.value for rooster in repository.schedule_defs]
    sensoren = {sensor.name: sensor.default_status.value for sensor in repository.sensor_defs}
    for kijkt_naar_runs in ("rest", "opruimen", "verouderd"):
        assert sensoren.pop(kijkt_naar_runs) == "RUNNING"
    standen += sensoren.values()
    assert standen == ["RUNNING" if aan else "STOPPED"] * 8


def test_wekelijks_worden_bestanden_zonder_merk_opnieuw_gehaald(
    werkmap: Werkmap, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    uit = aanbod(tmp_path / "uitgever", (2017, 2020))
    zonder = next(url for url in uit.bestanden if "pc6huisnr20170801" in url)
    uit.bestanden[zonder] = replace(uit.bestanden[zonder], zonder_merk=True)
    with Uitgever(uit) as uitgever:
        eigen = instellingen(uitgever)
        monkeypatch.setattr(Instellingen, "uit_omgeving", classmethod(lambda cls: eigen))
        with ophaler(uitgever, werkmap.pad) as haler:
            for bron, jaar in (("cbs_adressen", 2017), ("cbs_buurtgrenzen", 2017)):
                assert haler.haal_op(bron, jaar) is not None
    (verzoek,) = _verzoeken(werkmap, "wekelijks_zonder_merk")
    assert (verzoek.partition_key, verzoek.asset_selection) == (
        "2017",
        [dg.AssetKey("cbs_adressen")],
    )
    assert verzoek.run_key.endswith("/2026-W48")  # once a week, also when nothing changed
    assert verzoek.tags["veerkracht/reden"] == "wekelijkse controle"


def test_wekelijks_zonder_zulke_bestanden_wordt_niets_gevraagd(werkmap: Werkmap) -> None:
    assert _verzoeken(werkmap, "wekelijks_zonder_merk") == []


def _verzoeken(werkmap: Werkmap, naam: str) -> list[dg.RunRequest]:
    repository = build_defs(werkmap).get_repository_def()
    with dg.DagsterInstance.ephemeral() as instance:
        context = dg.build_schedule_context(
            instance=instance,
            scheduled_execution_time=NU,
            repository_def=repository,
            resources={"werkplaats": Werkplaats.van(werkmap)},
        )
        return list(repository.get_schedule_def(naam).evaluate_tick(context).run_requests or [])


def _zet(werkmap: Werkmap, *jaren: int) -> None:
    """Something that counts as the kerncijfers of these years."""
    for jaar in jaren:
        pad = werkmap.bronnen / "cbs_kwb_excel" / f"kwb-{jaar}.xlsx"
        pad.parent.mkdir(exist_ok=True)
        pad.write_bytes(b"x")


def test_de_herinnering_noemt_wat_verwacht_was_en_niet_kwam(
    werkmap: Werkmap, monkeypatch: pytest.MonkeyPatch
) -> None:
    _zet(werkmap, 2023, 2024)
    gemist = taken.gemist(Innemer(werkmap), catalogus(), JAREN, date(2026, 11, 25))
    # Kerncijfers come in August of the year itself; a gap is missed as much as the newest year.
    assert gemist["cbs_kerncijfers"] == [*range(2014, 2023), 2025, 2026]
    assert gemist["cbs_adressen"] == list(range(2016, 2027))  # there are none before
    # Once in two years, in May two years later: 2024 is the newest that should be there.
    assert gemist["leefbaarometer"] == [2014, 2016, 2018, 2020, 2022, 2024]
    assert "woonzorgwijzer" not in gemist  # no calendar: nobody says when it comes
    with dg.DagsterInstance.ephemeral() as instance:
        job = build_defs(werkmap).resolve_job_def("herinnering")
        assert job.execute_in_process(instance=instance).success
        sleutel = dg.AssetKey(["levering", "cbs_kerncijfers"])
        (record,) = instance.fetch_observations(sleutel, 1).records
        assert record.asset_observation is not None
        assert "en hier niet: 2014, 2015" in str(record.asset_observation.description)


@pytest.mark.parametrize(
    ("jaren", "goed", "nieuwste", "oud", "mist"),
    [
        ((2024, 2026), True, 2026, 0, "niets"),
        ((2023, 2024), False, 2024, 2, "2025, 2026"),
    ],
)
def test_hoe_oud_het_peiljaar_van_een_bron_is(
    werkmap: Werkmap, monkeypatch: pytest.MonkeyPatch,
    jaren: tuple[int, ...], goed: bool, nieuwste: int, oud: int, mist: str,
) -> None:  # fmt: skip
    """Not when something ran: what year its figures are of."""
    monkeypatch.setattr(assets_defs.bronnen, "date", Vandaag)
    _zet(werkmap, *jaren)
    with dg.DagsterInstance.ephemeral() as instance:
        uit = build_defs(werkmap).resolve_job_def("peiljaren").execute_in_process(instance=instance)
    assert uit.success  # a warning, not a failure
    per_bron = {e.asset_key.path[-1]: e for e in uit.get_asset_check_evaluations()}
    assert set(per_bron) == set(catalogus().bronnen)
    oordeel = per_bron["cbs_kerncijfers"]
    assert (oordeel.passed, oordeel.severity) == (goed, dg.AssetCheckSeverity.WARN)
    assert {naam: waarde.value for naam, waarde in oordeel.metadata.items()} == {
        "nieuwste peiljaar": nieuwste,
        "jaren oud": oud,
        "verwacht en niet gekomen": mist,
    }
