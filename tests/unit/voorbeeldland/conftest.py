"""The default country and its files, made once."""

from __future__ import annotations

from pathlib import Path

import pytest

from veerkracht_dagster.voorbeeldland import ALLE_JAREN, Land, maak_land, schrijf_bronnen


@pytest.fixture(scope="session")
def land() -> Land:
    return maak_land(jaren=ALLE_JAREN)


@pytest.fixture(scope="session")
def bronnen(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All sources of the years that together show every form."""
    map = tmp_path_factory.mktemp("voorbeeld")
    schrijf_bronnen(maak_land(jaren=(2014, 2018, 2019, 2020, 2022, 2024)), map)
    return map
