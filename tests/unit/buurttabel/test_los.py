"""The crosswalk in a notebook: the example of docs/buurttabel.md, and what is refused."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from tests.unit.buurttabel.hulp import kruis
from veerkracht_dagster.buurttabel import kolom, reken_om

ROOT = Path(__file__).parents[3]
NA = """
import json, sys
print(json.dumps({
    "dagster": "dagster" in sys.modules,
    "tabel": json.loads(tabel.to_json()),
    "gewicht": op_adressen["gewicht"].tolist(),
    "valkuil": [code for code in wijzigingen(omzetting)["zelfde_code"] if code],
    "omgezet": [telling.omgezet for telling in behoud],
}))
"""


def test_the_example_runs_without_dagster_and_gives_what_the_page_says() -> None:
    pagina = (ROOT / "docs" / "buurttabel.md").read_text(encoding="utf-8")
    voorbeeld = "\n".join(re.findall(r"```python\n(.*?)```", pagina, re.DOTALL))
    uit = subprocess.run(
        [sys.executable, "-c", voorbeeld + NA],
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=False,
    )
    assert uit.returncode == 0, uit.stderr
    gevonden = json.loads(uit.stdout.splitlines()[-1])
    assert not gevonden["dagster"]
    tabel = gevonden["tabel"]
    assert list(tabel["inwoners"].values()) == [100, 300, 400]
    assert tabel["laag_inkomen"]["BU00010005"] == 35
    assert tabel["bijstand"]["BU00010005"] is None
    assert tabel["bijstand__dekking"]["BU00010005"] == 0.25
    assert gevonden["gewicht"][:2] == [0.8, 0.2]
    assert gevonden["valkuil"] == ["BU00010001"]
    assert gevonden["omgezet"] == [800, 50]


CIJFERS = pd.DataFrame({"regiocode": ["A", "B"], "x": [1.0, None], "n": [10.0, 10.0]})


def test_an_empty_cell_is_missing_unless_its_state_says_otherwise() -> None:
    kolommen = {"x": kolom("aantal", afronding=1, onderdrukt_tot=4)}
    uit, _ = reken_om(CIJFERS, kruis("A P 1; B Q 1"), kolommen)
    assert uit["x__status"].tolist() == ["waargenomen", "ontbreekt"]
    onderdrukt = CIJFERS.assign(x__status=["waargenomen", "onderdrukt"])
    uit, _ = reken_om(onderdrukt, kruis("A P 1; B Q 1"), kolommen)
    assert uit.loc["Q", ["x__status", "x__ondergrens", "x__bovengrens"]].tolist() == [
        "onderdrukt", 0, 4,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("cijfers", "kolommen", "melding"),
    [
        (pd.concat([CIJFERS, CIJFERS[:1]]), {"x": kolom("aantal")}, "regiocode A staat er dubbel"),
        (CIJFERS, {"y": kolom("aantal")}, r"kolom \['y'\] ontbreekt"),
        (CIJFERS, {"x": kolom("aandeel", noemer="n")}, r"kolom \['n'\] ontbreekt"),
    ],
)
def test_what_cannot_be_moved_is_refused(cijfers, kolommen: dict, melding: str) -> None:
    with pytest.raises(ValueError, match=melding):
        reken_om(cijfers, kruis("A P 1; B Q 1"), kolommen)


def test_a_crosswalk_that_does_not_say_what_parts_weigh_is_refused() -> None:
    with pytest.raises(ValueError, match="omzetting heeft geen kolom maat; maak haar met"):
        reken_om(CIJFERS, kruis("A P 1; B Q 1").drop(columns="maat"), {"x": kolom("aantal")})
