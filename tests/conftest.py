"""One rebuilt work folder for all tests that need one; who changes something gets a copy.

What was found in files of other people is written by the test that reads it, in a few lines
(`unit/bronnen/test_*vormen.py`): no file of theirs is in the project. Only tests marked `echt` read
such files, from the folder with the publishers' real ones and the one beside it
(`echt/test_andermans_bestanden.py`).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from veerkracht_dagster.herbouw.resultaat import Resultaat
    from veerkracht_dagster.werkmap import Werkmap

# Helpers are imported where they are used: they bring Dagster along, which most tests do not need.


@pytest.fixture(scope="session")
def gebouwd(tmp_path_factory: pytest.TempPathFactory) -> tuple[Werkmap, Resultaat]:
    """The whole road once, on a small country; not to be changed."""
    from tests.werk import herbouw_in, schrijf_voorbeeld
    from veerkracht_dagster.werkmap import Werkmap

    werkmap = Werkmap.in_map(tmp_path_factory.mktemp("werk"))
    schrijf_voorbeeld(werkmap)
    return werkmap, herbouw_in(werkmap)


@pytest.fixture
def kopie(
    gebouwd: tuple[Werkmap, Resultaat], tmp_path: Path
) -> Callable[[], tuple[Werkmap, Callable[..., Resultaat]]]:
    """A copy of the rebuilt work folder, and how to rebuild in it."""
    from tests.werk import herbouw_in, kopieer

    def maak() -> tuple[Werkmap, Callable[..., Resultaat]]:
        werkmap = kopieer(gebouwd[0], tmp_path / "werk")
        return werkmap, partial(herbouw_in, werkmap)

    return maak
