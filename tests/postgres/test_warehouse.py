"""Publication into a real PostgreSQL: the same rows as in DuckDB, and geometry that GIS opens."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyarrow as pa
import pytest
import sqlalchemy as sa

from tests.unit.publicatie.voorbeelduitgave import KLEIN as CAT
from tests.unit.publicatie.voorbeelduitgave import maak_uitgave
from tests.werk import instance_van
from veerkracht_dagster.audit.controleren import controleer
from veerkracht_dagster.bonnen.bon import Bonnen
from veerkracht_dagster.bonnen.gepubliceerd import Gepubliceerd
from veerkracht_dagster.bonnen.naast_warehouse import anders_in_warehouse
from veerkracht_dagster.catalogus import catalogus
from veerkracht_dagster.definitions import build_defs
from veerkracht_dagster.herbouw.resultaat import Resultaat
from veerkracht_dagster.herbouw.stappen import job_van
from veerkracht_dagster.opslag.warehouse import (
    WarehouseFout,
    Warehousetabel,
    lees,
    standaard_url,
    warehouse,
    warehousetabellen,
)
from veerkracht_dagster.publicatie import rijen as in_warehouse
from veerkracht_dagster.publicatie.publiceren import AuditFout, publiceer
from veerkracht_dagster.publicatie.tabellen import publicatietabellen
from veerkracht_dagster.werkmap import WAREHOUSE, Werkmap

pytestmark = pytest.mark.postgres
SLEUTEL = "2014-2020"
TABELLEN = warehousetabellen(publicatietabellen(CAT))


def _rijen(url: str, naam: str) -> pd.DataFrame:
    with warehouse(url) as verbinding:
        tabel = lees(verbinding, TABELLEN[naam], SLEUTEL).to_pandas()
    sleutels = [k for k in ("laag", "peiljaar", "regiocode") if k in tabel]
    volgorde = sleutels or list(tabel.columns)
    return tabel.sort_values(volgorde, ignore_index=True)


def test_the_same_rows_as_in_duckdb(url: str, tmp_path: Path) -> None:
    duck = standaard_url(tmp_path)
    publiceer(tmp_path / "duck", duck, maak_uitgave(SLEUTEL, cat=CAT), CAT)
    publiceer(tmp_path / "pg", url, maak_uitgave(SLEUTEL, cat=CAT), CAT)
    for naam in TABELLEN.keys() - {"releases"}:  # that one has the time of day
        pd.testing.assert_frame_equal(_rijen(url, naam), _rijen(duck, naam), obj=naam)


def test_a_release_that_fails_its_audit_leaves_the_one_before(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    eerste = publiceer(tmp_path, url, maak_uitgave(SLEUTEL, cat=CAT), CAT)
    voor = _rijen(url, "kaartlagen")
    anders = maak_uitgave(SLEUTEL, cat=CAT)
    for laag in anders.lagen.values():
        laag["waarde"] += 1.0
    echt = in_warehouse.laad

    def kwijt(verbinding: sa.Connection, tabel: object, rijen: object) -> int:
        return echt(verbinding, tabel, rijen.slice(1))  # type: ignore[attr-defined,arg-type]

    monkeypatch.setattr(in_warehouse, "laad", kwijt)
    with pytest.raises(AuditFout, match="kaartlagen"):
        publiceer(tmp_path, url, anders, CAT)
    pd.testing.assert_frame_equal(_rijen(url, "kaartlagen"), voor)
    assert os.readlink(tmp_path / SLEUTEL / "actueel") == eerste.release_id
    monkeypatch.undo()
    tweede = publiceer(tmp_path, url, anders, CAT)
    assert tweede.vorige == eerste.release_id
    assert not _rijen(url, "kaartlagen")["waarde"].equals(voor["waarde"])


def test_layers_are_geometry_in_postgis(url: str, tmp_path: Path) -> None:
    uitgave = maak_uitgave(SLEUTEL, cat=CAT)
    publiceer(tmp_path, url, uitgave, CAT)
    vraag = sa.text("SELECT regiocode, klasse, geom FROM veerkracht.kaarten WHERE laag = 'focus'")
    motor = sa.create_engine(url)
    with motor.connect() as verbinding:
        kaart = gpd.read_postgis(vraag, verbinding, geom_col="geom")
        soorten = verbinding.execute(sa.text("SELECT srid FROM geometry_columns")).scalars().all()
    motor.dispose()
    assert set(soorten) == {28992}
    assert kaart.crs.to_epsg() == 28992
    eigen = uitgave.lagen["focus"].set_index("regiocode").geometry
    gelijk = kaart.set_index("regiocode").geometry.geom_equals(eigen, align=True)
    assert gelijk[eigen[eigen.notna()].index].all()
    assert len(kaart) == len(eigen)


def test_a_column_that_came_later_is_added_and_seen_in_the_view(url: str, tmp_path: Path) -> None:
    publiceer(tmp_path, url, maak_uitgave(SLEUTEL, cat=CAT), CAT)
    motor = sa.create_engine(url)
    with motor.begin() as verbinding:
        verbinding.execute(sa.text("DROP VIEW veerkracht.kaarten"))
        verbinding.execute(sa.text("ALTER TABLE veerkracht.kaartlagen DROP COLUMN toelichting"))
    anders = maak_uitgave(SLEUTEL, cat=CAT)
    anders.lagen["focus"]["toelichting"] = "later"
    publiceer(tmp_path, url, anders, CAT)
    with motor.connect() as verbinding:
        later = verbinding.execute(
            sa.text("SELECT DISTINCT toelichting FROM veerkracht.kaarten WHERE laag = 'focus'")
        )
        assert later.scalars().all() == ["later"]
    motor.dispose()


def _doe(url: str, *opdrachten: str) -> list[list[object]]:
    """The rows that each statement gives, if it does."""
    motor = sa.create_engine(url)
    with motor.begin() as verbinding:
        uit = [verbinding.execute(sa.text(opdracht)) for opdracht in opdrachten]
        rijen = [[tuple(rij) for rij in een] if een.returns_rows else [] for een in uit]
    motor.dispose()
    return rijen  # type: ignore[return-value]


def test_a_publication_leaves_rights_and_the_views_of_others_alone(
    url: str, tmp_path: Path
) -> None:
    publiceer(tmp_path, url, maak_uitgave(SLEUTEL, cat=CAT), CAT)
    _doe(
        url,
        "CREATE VIEW eigen AS SELECT regiocode, waarde, geom FROM veerkracht.kaarten",
        "GRANT SELECT ON veerkracht.kaarten, veerkracht.kaartlagen TO PUBLIC",
        "ALTER TABLE veerkracht.kaartlagen ADD COLUMN van_een_ander text",
    )
    anders = maak_uitgave(SLEUTEL, cat=CAT)
    anders.lagen["focus"]["waarde"] += 1.0
    publiceer(tmp_path, url, anders, CAT)
    rechten = (
        "SELECT count(*) FROM information_schema.role_table_grants WHERE grantee = 'PUBLIC' "
        "AND table_schema = 'veerkracht' AND privilege_type = 'SELECT'"
    )
    (rijen,), (aantal,) = _doe(url, "SELECT count(*) FROM eigen", rechten)
    assert rijen[0] > 0  # type: ignore[index]
    assert aantal == (2,)


def test_an_area_and_a_box_are_found_by_an_index(url: str, tmp_path: Path) -> None:
    publiceer(tmp_path, url, maak_uitgave(SLEUTEL, cat=CAT), CAT)
    een = "EXPLAIN SELECT * FROM veerkracht.kaartlagen WHERE editie = '{0}' AND laag = 'focus' "
    doos = (
        "EXPLAIN SELECT * FROM veerkracht.kaarten "
        "WHERE geom && ST_MakeEnvelope(100000, 400000, 100500, 400500, 28992)"
    )
    # So few rows that reading all of them is cheaper: forbidden here.
    plannen = _doe(
        url, "SET LOCAL enable_seqscan = off", een.format(SLEUTEL) + "AND regiocode = 'BU1'", doos
    )[1:]
    assert ["kaartlagen_sleutel" in str(plannen[0]), "gebieden_geom" in str(plannen[1])] == [
        True, True,
    ]  # fmt: skip


def test_the_database_itself_refuses_an_area_twice(url: str, tmp_path: Path) -> None:
    publiceer(tmp_path, url, maak_uitgave(SLEUTEL, cat=CAT), CAT)
    with pytest.raises(sa.exc.IntegrityError, match="kaartlagen_sleutel"):
        _doe(
            url,
            "INSERT INTO veerkracht.kaartlagen SELECT * FROM veerkracht.kaartlagen LIMIT 1",
        )


_OUDE_VIEW = (
    "CREATE VIEW veerkracht.kaarten AS SELECT kaartlagen.*, "
    "ST_GeomFromWKB(gebieden.geometry, 28992)::geometry(Geometry, 28992) AS geom "
    "FROM veerkracht.kaartlagen JOIN veerkracht.gebieden USING (editie, regiocode)"
)


def test_the_view_of_an_earlier_version_gives_way_unless_others_stand_on_it(
    url: str, tmp_path: Path
) -> None:
    publiceer(tmp_path, url, maak_uitgave(SLEUTEL, cat=CAT), CAT)
    _doe(
        url, "DROP VIEW veerkracht.kaarten", _OUDE_VIEW,
        "CREATE VIEW eigen AS SELECT geom FROM veerkracht.kaarten",
    )  # fmt: skip
    with pytest.raises(WarehouseFout, match=r"vorige versie en andere views staan erop .*kaarten"):
        publiceer(tmp_path, url, maak_uitgave(SLEUTEL, cat=CAT), CAT)
    _doe(url, "DROP VIEW eigen")
    publiceer(tmp_path, url, maak_uitgave(SLEUTEL, cat=CAT), CAT)
    ((soort,),) = _doe(url, "SELECT type FROM geometry_columns WHERE f_table_name = 'kaarten'")
    assert soort == ("MULTIPOLYGON",)


def test_a_connection_that_is_lost_leaves_the_release_before(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    eerste = publiceer(tmp_path, url, maak_uitgave(SLEUTEL, cat=CAT), CAT)
    voor = _rijen(url, "kaartlagen")
    anders = maak_uitgave(SLEUTEL, cat=CAT)
    anders.lagen["focus"]["waarde"] += 1.0
    echt = in_warehouse.laad

    def weg(verbinding: sa.Connection, doel: Warehousetabel, rijen: pa.Table) -> int:
        if doel.naam == "signaal":
            wie = verbinding.execute(sa.text("SELECT pg_backend_pid()")).scalar_one()
            _doe(url, f"SELECT pg_terminate_backend({wie})")
        return echt(verbinding, doel, rijen)

    monkeypatch.setattr(in_warehouse, "laad", weg)
    with pytest.raises(WarehouseFout, match=r"verbinding .* viel weg .* gepubliceerd was staat er"):
        publiceer(tmp_path, url, anders, CAT)
    pd.testing.assert_frame_equal(_rijen(url, "kaartlagen"), voor)
    assert os.readlink(tmp_path / SLEUTEL / "actueel") == eerste.release_id


def test_two_editions_are_published_at_once(url: str, tmp_path: Path) -> None:
    # Both on a database in which nothing was made yet.
    edities = ["2014-2020", "2014-2022"]
    with ThreadPoolExecutor() as samen:
        taken = [
            samen.submit(publiceer, tmp_path, url, maak_uitgave(naam, cat=CAT), CAT)
            for naam in edities
        ]
        assert [taak.result().editie for taak in taken] == edities
    ((*gevonden,),) = _doe(url, "SELECT DISTINCT editie FROM veerkracht.kaartlagen ORDER BY 1")
    assert gevonden == [(naam,) for naam in edities]


def test_a_wrong_password_is_told_without_telling_it(url: str) -> None:
    fout = sa.engine.make_url(url).set(password="geheim-woord")
    with (
        pytest.raises(WarehouseFout, match="is niet te openen") as gevallen,
        warehouse(fout.render_as_string(hide_password=False)),
    ):
        pass
    assert "geheim-woord" not in str(gevallen.value)


def test_the_job_publishes_into_it_and_the_audit_reads_it_there(
    url: str,
    kopie: Callable[[], tuple[Werkmap, Callable[..., Resultaat]]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv(WAREHOUSE, url)  # with its password: only from there
    ander = replace(kopie()[0], warehouse=url)
    job = build_defs(ander).resolve_job_def(job_van("publicatie"))
    with instance_van(ander, monkeypatch) as instance:
        assert job.execute_in_process(partition_key=SLEUTEL, instance=instance).success
    uitslag = controleer(ander, SLEUTEL, catalogus())
    assert uitslag is not None
    assert uitslag.goed, (uitslag.verschillen[:3], uitslag.afwijkingen)
    with warehouse(url) as verbinding, verbinding.begin():
        verbinding.execute(sa.text("UPDATE veerkracht.signaal SET stabiliteit_absoluut = 0.123"))
    bedorven = controleer(ander, SLEUTEL, catalogus())
    assert bedorven is not None
    assert {verschil.kolom for verschil in bedorven.verschillen} == {"stabiliteit_absoluut"}
    uitgave = Gepubliceerd(ander.uitgaven / SLEUTEL / "actueel", ander.snapshots, catalogus())
    code, release_id = uitgave.codes[0], uitgave.release["release_id"]
    for cijfer, anders in (("dK", 0), ("stabiliteit_absoluut", 1)):
        bon = Bonnen(uitgave).bon(code, cijfer)
        assert len(anders_in_warehouse(url, SLEUTEL, release_id, bon)) == anders
