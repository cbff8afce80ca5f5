"""The crosswalk of real files counted again: real drawing, real names, other coordinate systems."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.tweede.hulp import CAT, Genomen
from veerkracht_dagster.werkmap import Werkmap

pytestmark = pytest.mark.echt
# Maps of Groningen (2017, in EPSG:3857) and of five provinces (2024, in degrees), and the list of
# figures of the whole country (2020).
JAREN = (2017, 2020, 2024)


@pytest.fixture(scope="module")
def genomen(echt: Path, tmp_path_factory: pytest.TempPathFactory) -> Genomen:
    werkmap = Werkmap.in_map(tmp_path_factory.mktemp("hertellen"), echt)
    return Genomen.van(werkmap, CAT.edities["2018-2024"], JAREN)


@pytest.mark.parametrize("niveau", ["buurt", "wijk"])
def test_every_pair_is_counted_as_it_was(genomen: Genomen, tmp_path: Path, niveau: str) -> None:
    omzetting, gebieden = genomen.omzetting(niveau)
    uit = genomen.hertel(omzetting, gebieden, niveau, tmp_path)
    assert ([str(v) for v in uit.verschillen[:5]], uit.niet) == ([], [])
    assert uit.rijen == len(omzetting)
    wegen = {"zelfde_jaar", "code_en_naam"}
    assert set(omzetting["methode"]) >= (
        wegen | {"identiek", "oppervlak"} if niveau == "buurt" else wegen
    )
