"""`veerkracht trace` as it is typed: the folded tree, its forms for machines, its exit codes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from click.testing import Result
from typer.testing import CliRunner

from veerkracht_dagster.cli.app import app

EDITIE = "2014-2020"
LAAG = "signaal_absoluut"


@pytest.fixture
def trace(gebouwd, monkeypatch):
    def doe(*argumenten: str, werkmap=gebouwd[0]) -> Result:
        monkeypatch.setenv("VEERKRACHT_WERK", str(werkmap.pad))
        monkeypatch.delenv("VEERKRACHT_BRONNEN", raising=False)
        return CliRunner().invoke(app, ["trace", *argumenten])

    return doe


@pytest.fixture(scope="module")
def per_klasse(gebouwd) -> dict[int, str]:
    """An area of every class."""
    pad = gebouwd[0].uitgaven / EDITIE / "actueel" / f"{LAAG}.parquet"
    tabel = pq.read_table(pad, columns=["klasse", "buurtcode"])
    return dict(zip(tabel["klasse"].to_pylist(), tabel["buurtcode"].to_pylist(), strict=True))


@pytest.mark.parametrize("klasse", [5, 8, -9])  # red, green, grey
def test_the_tree_is_folded_to_a_readable_length(trace, per_klasse, klasse: int) -> None:
    kort, diep = (trace(per_klasse[klasse], LAAG, *vorm) for vorm in ((), ("--diep",)))
    assert (kort.exit_code, diep.exit_code) == (0, 0)
    regels = kort.stdout.splitlines()
    assert regels[1].startswith(f"{LAAG} = {klasse} ")
    assert len(regels) < 80
    assert max(map(len, regels)) < 300
    # Folded or not: the rule with its thresholds, the year, the raw text, the file and its hash.
    for tekst in ("tK 1 procentpunt, tP 0.01", "ruwe tekst '", "sha256", "onv 2020", "2014"):
        assert tekst in kort.stdout
        assert tekst in diep.stdout
    assert len(diep.stdout.splitlines()) > 1.5 * len(regels)


def test_no_measurement_says_why_at_once(trace, per_klasse) -> None:
    tweede = trace(per_klasse[-9], LAAG).stdout.splitlines()[1]
    assert "geen meting" in tweede
    assert "ontbreekt" in tweede


def test_for_machines(trace, per_klasse) -> None:
    bon = json.loads(trace(per_klasse[5], LAAG, "--json").stdout)
    assert bon["gebied"] == per_klasse[5]
    assert (bon["bon"]["regel"], bon["bon"]["waarde"]) == ("laag", 5)
    assert bon["bon"]["kinderen"][0]["met"]["tK"] == 1.0
    assert "@graph" in json.loads(trace(per_klasse[5], LAAG, "--prov").stdout)


def test_a_figure_of_the_report_and_of_a_comparison(trace, per_klasse) -> None:
    uit = trace("Nederland", "K_eind")
    assert "rapport.waarde Nederland/K_eind = " in uit.stdout
    assert "keer kwetsbare_bewoners.K_eind" in uit.stdout
    uit = trace(f"{per_klasse[5]}/K", "vergelijking.rang_land")
    assert (uit.exit_code, "rang_land" in uit.stdout) == (0, True)


def test_a_bundle(trace, per_klasse, tmp_path: Path) -> None:
    assert trace(per_klasse[5], "dP", "--bewijs", str(tmp_path / "b")).exit_code == 0
    assert (tmp_path / "b" / "herreken.py").is_file()
    weer = trace(per_klasse[5], "dP", "--bewijs", str(tmp_path / "b"))
    assert (weer.exit_code, "niet leeg" in weer.stderr) == (2, True)


def test_a_figure_that_does_not_follow_is_an_error(trace, per_klasse, kopie) -> None:
    werkmap, _ = kopie()
    pad = werkmap.uitgaven / EDITIE / "actueel" / f"{LAAG}.parquet"
    tabel = pq.read_table(pad)
    plek = tabel.column_names.index("klasse")
    pq.write_table(tabel.set_column(plek, "klasse", pa.array([1] * len(tabel))), pad)
    uit = trace(per_klasse[5], LAAG, werkmap=werkmap)
    assert uit.exit_code == 1
    assert "signaal_absoluut: gepubliceerd is 1, uit de ruwe bestanden volgt 5" in uit.stderr
    assert "WIJKT AF" in uit.stdout


@pytest.mark.parametrize(
    ("argumenten", "code", "melding"),
    [
        (("BU99999999", LAAG), 2, "is geen buurt van"),
        (
            ("BU99999999", "K_eind"),
            2,
            "BU99999999 is geen buurt van",
        ),  # a measure of the report too
        (("Mars", "K_eind"), 2, "rapport heeft geen rij"),
        (("BU99999999", LAAG, "--editie", "1900-1904"), 2, "1900-1904"),
    ],
)
def test_wrong_use(trace, argumenten, code: int, melding: str) -> None:
    uit = trace(*argumenten)
    assert (uit.exit_code, melding in uit.stderr) == (code, True)


def test_a_warehouse_that_says_otherwise_is_told_and_one_that_is_gone_too(
    trace, per_klasse, kopie
) -> None:
    werkmap, _ = kopie()
    bestand = werkmap.pad / "warehouse.duckdb"
    code = per_klasse[5]
    voor = trace(code, LAAG, "--json", werkmap=werkmap)
    assert (voor.exit_code, json.loads(voor.stdout)["warehouse_anders"]) == (0, [])
    with duckdb.connect(str(bestand)) as verbinding:
        verbinding.execute(
            f"update veerkracht.kwetsbare_bewoners set dK = 99 where regiocode = '{code}'"
        )
        verbinding.execute("update veerkracht.vergelijking set rang_land = 0")
        verbinding.execute(
            f"delete from veerkracht.kaartlagen where regiocode = '{code}' and laag = '{LAAG}'"
        )
    uit = trace(code, LAAG, werkmap=werkmap)
    assert uit.exit_code == 1
    assert f"kwetsbare_bewoners {code}: dK is in het warehouse 99.0, in de bestanden" in uit.stderr
    assert f"kaartlagen {LAAG} {code}: 0 rijen in het warehouse" in uit.stderr
    assert "`dg launch --assets release --partition 2014-2020` herstelt het" in uit.stderr
    assert "rang_land is in het warehouse 0" in trace(
        f"{code}/K", "vergelijking.rang_land", werkmap=werkmap
    ).stderr  # fmt: skip
    with duckdb.connect(str(bestand)) as verbinding:
        verbinding.execute("update veerkracht.releases set release_id = 'anders'")
    assert f"uitgave anders, de bestanden zijn van {json.loads(voor.stdout)['release']}" in trace(
        code, LAAG, werkmap=werkmap
    ).stderr  # fmt: skip
    bestand.unlink()
    weg = trace(code, LAAG, werkmap=werkmap)
    assert weg.exit_code == 0
    assert "niet met het warehouse vergeleken" in weg.stderr
    (werkmap.uitgaven / EDITIE / "actueel").unlink()
    zonder = trace(code, LAAG, werkmap=werkmap)
    assert (zonder.exit_code, "has lost its pointer" in zonder.stderr) == (3, True)


def test_a_trace_imports_no_library_that_it_can_do_without(gebouwd, per_klasse) -> None:
    """Arrow, NumPy and pandas take longer to import than a receipt to make."""
    programma = (
        "import sys; from veerkracht_dagster.cli.app import app; "
        f"app(['trace', '{per_klasse[5]}', '{LAAG}', '--json'], standalone_mode=False); "
        "print(sorted({'numpy', 'pyarrow', 'pandas', 'dagster'} & sys.modules.keys()))"
    )
    omgeving = {**os.environ, "VEERKRACHT_WERK": str(gebouwd[0].pad), "VEERKRACHT_BRONNEN": ""}
    uit = subprocess.run(
        [sys.executable, "-c", programma], env=omgeving, capture_output=True, text=True, check=True
    )
    assert json.loads(uit.stdout.rpartition("\n[")[0])["warehouse_anders"] == []
    assert uit.stdout.endswith("\n[]\n")


def test_a_file_of_the_release_that_is_broken_is_named(trace, per_klasse, kopie) -> None:
    werkmap, _ = kopie()
    pad = werkmap.uitgaven / EDITIE / "actueel" / "tabellen" / "signaal.parquet"
    tabel = pq.read_table(pad)
    for doe, melding in (
        (lambda: pq.write_table(tabel.slice(0, 0), pad), f"heeft geen rij van {per_klasse[5]}"),
        (lambda: pq.write_table(tabel.select(["regiocode"]), pad), f"{pad} heeft geen kolom "),
        (lambda: pad.write_bytes(b"PAR1 no table PAR1"), f"{pad}: "),
    ):
        doe()
        uit = trace(per_klasse[5], LAAG, werkmap=werkmap)
        assert uit.exit_code == 1
        assert melding in uit.stderr
        assert "publiceer opnieuw met `veerkracht rebuild`" in uit.stderr
