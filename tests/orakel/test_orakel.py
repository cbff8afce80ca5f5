"""The layers of a rebuild against the oracle: 0 differences, and one that is put there is found."""

from __future__ import annotations

import shutil
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.orakel.vergelijken import EDITIES, verschillen
from veerkracht_dagster.catalogus import catalogus


def test_the_oracle_knows_every_edition_of_the_catalogue() -> None:
    onze = {
        naam: (editie.begin, editie.eind, editie.basisjaar, editie.niveau)
        for naam, editie in catalogus().edities.items()
    }
    assert onze == {naam: (e.begin, e.eind, e.basis, e.niveau) for naam, e in EDITIES.items()}


@pytest.mark.parametrize("naam", list(EDITIES))
def test_no_differences(naam: str, gebouwd) -> None:
    werkmap = gebouwd[0]
    anders, cellen = verschillen(werkmap.bronnen, Path(werkmap.tabellen), naam)
    assert anders == []
    # ten layers with class and value, two flags, of every area
    lagen = Path(werkmap.tabellen) / "focus" / f"{naam}.parquet"
    assert cellen == 22 * pq.read_metadata(lagen).num_rows > 0


def test_a_difference_is_found(gebouwd, tmp_path: Path) -> None:
    werkmap = gebouwd[0]
    kopie = tmp_path / "tabellen"
    shutil.copytree(werkmap.tabellen, kopie)
    pad = kopie / "overlast_ontwikkeling" / "2014-2020.parquet"
    tabel = pq.read_table(pad)
    klassen = tabel["klasse"].to_pylist()
    rij = next(n for n, klasse in enumerate(klassen) if klasse != -9)
    klassen[rij] = klassen[rij] % 5 + 1
    plaats = tabel.column_names.index("klasse")
    pq.write_table(tabel.set_column(plaats, "klasse", pa.array(klassen, pa.int64())), pad)
    anders, _ = verschillen(werkmap.bronnen, kopie, "2014-2020")
    assert len(anders) == 1
    assert tabel["regiocode"][rij].as_py() in anders[0]
