"""The warehouse: types, loading, older databases, and errors that help without telling secrets."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyarrow as pa
import pytest
import shapely
import sqlalchemy as sa

from veerkracht_dagster.catalogus import catalogus
from veerkracht_dagster.catalogus.tabellen import Tabelkolom
from veerkracht_dagster.opslag.warehouse import (
    WarehouseFout,
    Warehousetabel,
    laad,
    lees,
    maak_tabellen,
    naar_arrow,
    standaard_url,
    veilige_url,
    warehouse,
    warehousetabellen,
)
from veerkracht_dagster.publicatie.tabellen import publicatietabellen

KOLOMMEN = (
    Tabelkolom("editie", "tekst", "Editie"),
    Tabelkolom("regiocode", "tekst", "Code"),
    Tabelkolom("K_eind", "getal", "K", leeg_mag=True),
    Tabelkolom("klasse", "heel", "Klasse"),
    Tabelkolom("actueel", "vlag", "Vlag"),
    Tabelkolom("geometry", "geometrie", "Vlak", leeg_mag=True),
)
VLAK = shapely.box(0, 0, 1, 1)


def _tabel() -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(
        {
            "editie": ["2014-2020", "2014-2020"],
            "regiocode": ["BU00010001", "BU'; DROP TABLE x; --"],
            "K_eind": [0.1 + 0.2, None],
            "klasse": [3, -9],
            "actueel": [True, False],
        },
        geometry=[VLAK, None],
        crs="EPSG:28992",
    )


def _rijen() -> pa.Table:
    """The same as Arrow, with its geometry."""
    wkb = pa.array(shapely.to_wkb(_tabel().geometry.to_numpy()), pa.large_binary())
    return naar_arrow(_tabel(), KOLOMMEN).append_column("geometry", wkb)


def _proef(kolommen: tuple[Tabelkolom, ...] = KOLOMMEN) -> dict[str, Warehousetabel]:
    return warehousetabellen({"proef": kolommen})


@pytest.mark.parametrize("in_blokken", [False, True], ids=["arrow", "executemany"])
def test_what_goes_in_comes_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, in_blokken: bool
) -> None:
    proef = _proef()
    with warehouse(standaard_url(tmp_path)) as verbinding:
        maak_tabellen(verbinding, proef)
        if in_blokken:  # the way for a database without one of its own
            monkeypatch.setattr(verbinding.dialect, "name", "anders")
        assert laad(verbinding, proef["proef"], _rijen()) == 2
        gelezen = lees(verbinding, proef["proef"], "2014-2020")
        andere = lees(verbinding, proef["proef"], "2014-2022")
        monkeypatch.undo()
        uit = verbinding.execute(sa.select(proef["proef"].sa_tabel)).all()
    assert [tuple(rij)[:5] for rij in uit] == [
        ("2014-2020", "BU00010001", 0.1 + 0.2, 3, True),
        ("2014-2020", "BU'; DROP TABLE x; --", None, -9, False),
    ]
    assert shapely.from_wkb(bytes(uit[0].geometry)).equals(VLAK)
    assert uit[1].geometry is None
    assert gelezen.equals(_rijen())
    assert (andere.schema, len(andere)) == (gelezen.schema, 0)


def test_rows_that_are_not_committed_are_seen_by_this_connection_only(tmp_path: Path) -> None:
    proef, url = _proef(), standaard_url(tmp_path)
    with warehouse(url) as verbinding:
        maak_tabellen(verbinding, proef)
        laad(verbinding, proef["proef"], _rijen())
        assert len(lees(verbinding, proef["proef"], "2014-2020")) == 2
        verbinding.rollback()
        assert len(lees(verbinding, proef["proef"], "2014-2020")) == 0
    with warehouse(url) as verbinding:
        assert len(lees(verbinding, proef["proef"], "2014-2020")) == 0


def test_tables_that_are_there_are_left_alone(tmp_path: Path) -> None:
    with warehouse(standaard_url(tmp_path)) as verbinding:
        maak_tabellen(verbinding, _proef())
        opdrachten: list[str] = []
        sa.event.listen(
            verbinding, "before_cursor_execute", lambda *gegevens: opdrachten.append(gegevens[2])
        )
        maak_tabellen(verbinding, _proef())
    assert [opdracht.split()[0] for opdracht in opdrachten] == ["SELECT"]


def test_a_column_new_in_the_catalogue_is_added_empty(tmp_path: Path) -> None:
    oud, nieuw = _proef(KOLOMMEN[:3]), _proef()
    url = standaard_url(tmp_path)
    with warehouse(url) as verbinding:
        maak_tabellen(verbinding, oud)
        laad(verbinding, oud["proef"], _rijen().select(["editie", "regiocode", "K_eind"]))
        verbinding.commit()
    with warehouse(url) as verbinding:
        maak_tabellen(verbinding, nieuw)
        velden = nieuw["proef"].sa_tabel.c
        rijen = verbinding.execute(sa.select(velden.K_eind, velden.klasse)).all()
    assert [tuple(rij) for rij in rijen] == [(0.1 + 0.2, None), (None, None)]


def test_a_column_of_another_type_is_refused(tmp_path: Path) -> None:
    als_tekst = (KOLOMMEN[0], Tabelkolom("klasse", "tekst", "Klasse"))
    url = standaard_url(tmp_path)
    with warehouse(url) as verbinding:
        maak_tabellen(verbinding, _proef(als_tekst))
    with (
        warehouse(url) as verbinding,
        pytest.raises(WarehouseFout, match="kolom klasse is VARCHAR, de catalogus zegt heel"),
    ):
        maak_tabellen(verbinding, _proef())


@pytest.mark.parametrize(
    ("tabel", "melding"),
    [
        (pd.DataFrame({"vreemd": [1]}), r"kolommen \['vreemd'\] staan niet in de catalogus"),
        (pd.DataFrame({"klasse": ["drie"]}), "kolom klasse: verwacht heel, gevonden"),
    ],
)
def test_a_frame_that_is_not_the_catalogues_is_refused(tabel: pd.DataFrame, melding: str) -> None:
    with pytest.raises(WarehouseFout, match=melding):
        naar_arrow(tabel, KOLOMMEN)


def test_a_file_in_use_says_by_whom_and_what_to_do(tmp_path: Path) -> None:
    pad = tmp_path / "warehouse.duckdb"
    code = f"import duckdb; c = duckdb.connect({str(pad)!r}); print('open', flush=True); input()"
    with subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as ander:
        assert ander.stdout is not None
        assert ander.stdout.readline() == "open\n"
        with (
            pytest.raises(
                WarehouseFout, match=rf"is bezet: proces {ander.pid} .* Sluit dat programma"
            ),
            warehouse(standaard_url(tmp_path)),
        ):
            pytest.fail("een bezet warehouse mag niet opengaan")
        ander.communicate("\n")


def test_who_may_wait_gets_a_file_in_use_when_it_is_free(tmp_path: Path) -> None:
    pad = tmp_path / "warehouse.duckdb"
    code = (
        f"import duckdb, time; c = duckdb.connect({str(pad)!r}); print('open', flush=True); "
        "time.sleep(0.5); c.execute('create table klaar as select 1 as een')"
    )
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as ander:
        assert ander.stdout is not None
        assert ander.stdout.readline() == "open\n"
        with warehouse(standaard_url(tmp_path), wacht=30) as verbinding:
            assert verbinding.execute(sa.text("select een from klaar")).scalar_one() == 1


def test_a_file_that_is_no_database_is_named(tmp_path: Path) -> None:
    (tmp_path / "warehouse.duckdb").write_bytes(b"geen databank" * 1000)
    with (
        pytest.raises(WarehouseFout, match=r"is niet te openen: .*not a valid DuckDB"),
        warehouse(standaard_url(tmp_path)),
    ):
        pytest.fail("dit is geen databank")


@pytest.mark.parametrize(
    "url",
    [
        "onbekend://gebruiker:geheim@host/db",
        "postgresql+bestaatniet://gebruiker:geheim@host/db",
        "geheim zonder vorm",
    ],
)
def test_an_unusable_url_is_refused_without_its_password(url: str) -> None:
    with pytest.raises(WarehouseFout, match="deze url is niet te openen") as fout, warehouse(url):
        pytest.fail("deze url bestaat niet")
    assert "geheim" not in str(fout.value)
    assert fout.value.__cause__ is None


def test_a_password_is_never_shown() -> None:
    assert veilige_url("postgresql://wie:geheim@host/db") == "postgresql://wie:***@host/db"


def test_every_published_table_fits_postgresql() -> None:
    for naam, kolommen in publicatietabellen(catalogus()).items():
        namen = [kolom.naam for kolom in kolommen]
        assert len(namen) == len(set(namen)), naam
        assert len(namen) < 1600, naam
        assert max(map(len, namen)) <= 63, naam
        # PostgreSQL keeps capitals when quoted, but two names that differ in them only confuse.
        assert len({n.lower() for n in namen}) == len(namen), naam
