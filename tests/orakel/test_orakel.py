"""The layers of a rebuild against the oracle: 0 differences, and one that is put there is found."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.orakel.rapport import NIET_GEREKEND
from tests.orakel.regels import OnbekendVoorOrakel, lees_regels
from tests.orakel.rekenen import Orakel
from tests.orakel.vergelijken import uitgaven, verschillen
from veerkracht_dagster.catalogus import catalogus


@pytest.mark.parametrize("naam", list(catalogus().edities))
def test_no_differences(naam: str, gebouwd) -> None:
    werkmap = gebouwd[0]
    uitgave = uitgaven(werkmap.pad)[naam]
    anders, cellen = verschillen(werkmap.bronnen, Path(werkmap.tabellen), uitgave, naam)
    assert anders == []
    # of every area ten layers with class, value and toelichting, the twenty columns that layers
    # have beside, and the caveat of K
    lagen = Path(werkmap.tabellen) / "focus" / f"{naam}.parquet"
    rijen = pq.read_table(uitgave / "tabellen" / "rapport.parquet", columns=["maat"])["maat"]
    # of every row of the report the figure, the areas measured, and of how many
    naast = 3 * sum(maat != NIET_GEREKEND for maat in rijen.to_pylist())
    assert cellen == 51 * pq.read_metadata(lagen).num_rows + naast > naast > 0


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
    uitgave = uitgaven(werkmap.pad)["2014-2020"]
    anders, _ = verschillen(werkmap.bronnen, kopie, uitgave, "2014-2020")
    assert len(anders) == 1
    assert tabel["regiocode"][rij].as_py() in anders[0]


ONBEKEND = [  # where in the catalogue, what stands there, what the oracle says
    ("kaartlagen/focus/waarde", "won_eind", "kaartlaag focus: waarde 'won_eind'"),
    ("kaartlagen/focus/klasse_uit", "bik_klasse", "kaartlaag focus: klasse_uit 'bik_klasse'"),
    ("groepen/lvb/teller", ["personen_wmo"], "groep lvb 'personen_wmo'"),
    ("omzetting/wegen", ["adressen", "identiek"], "wegen"),
]


@pytest.mark.parametrize(("pad", "waarde", "zegt"), ONBEKEND)
def test_what_the_oracle_does_not_know_is_refused(
    gebouwd, tmp_path: Path, pad: str, waarde: object, zegt: str
) -> None:
    werkmap = gebouwd[0]
    cat = json.loads((uitgaven(werkmap.pad)["2014-2020"] / "catalogus.json").read_text())
    *boven, laatste = pad.split("/")
    plek = cat
    for deel in boven:
        plek = plek[deel]
    plek[laatste] = waarde
    (tmp_path / "catalogus.json").write_text(json.dumps(cat))
    with pytest.raises(OnbekendVoorOrakel, match=f"{zegt}.*het kent|{zegt}.*het orakel kent"):
        Orakel(werkmap.bronnen, lees_regels(tmp_path, "2014-2020"))


def test_the_thresholds_are_those_of_the_release(gebouwd, tmp_path: Path) -> None:
    """Another threshold in the catalogue beside the release: the oracle finds other classes."""
    werkmap = gebouwd[0]
    uitgave = uitgaven(werkmap.pad)["2014-2020"]
    cat = json.loads((uitgave / "catalogus.json").read_text())
    cat["edities"]["2014-2020"]["parameters"]["tK_procentpunt"] = 2.5
    (tmp_path / "catalogus.json").write_text(json.dumps(cat))
    anders, _ = verschillen(werkmap.bronnen, Path(werkmap.tabellen), tmp_path, "2014-2020")
    assert {regel.split()[0] for regel in anders} >= {"signaal_absoluut", "kwetsbaar_ontwikkeling"}
