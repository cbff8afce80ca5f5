"""The publishers' real files, each read once."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from veerkracht_dagster.bronnen.lezen import lees
from veerkracht_dagster.bronnen.vastleggen import leg_vast
from veerkracht_dagster.bronnen.vindplaatsen import Vingerafdrukken, vind
from veerkracht_dagster.catalogus.laden import catalogus
from veerkracht_dagster.opslag.snapshots import Snapshots


@pytest.fixture(scope="session")
def echt():
    """Folder with the real files. Without it these tests fail: a test that skips tells nothing."""
    map_ = os.environ.get("VEERKRACHT_ECHT")
    assert map_, "zet VEERKRACHT_ECHT op de map met echte bestanden (make echt doet dat)"
    assert Path(map_).is_dir(), f"VEERKRACHT_ECHT wijst naar {map_}, en dat is geen map"
    return Path(map_)


@pytest.fixture(scope="session")
def lees_echt(echt, tmp_path_factory):
    werk = tmp_path_factory.mktemp("echt")
    snapshots, vingers = Snapshots(werk / "snapshots"), Vingerafdrukken(werk / "vingers.json")
    bewaard = {}

    def lees_een(bron, jaar):
        if (bron, jaar) not in bewaard:
            vastgelegd = leg_vast(vind(echt, bron, jaar), snapshots, vingers)
            bewaard[bron, jaar] = lees(vastgelegd, catalogus())
        return bewaard[bron, jaar]

    lees_een.snapshots = snapshots
    return lees_een
