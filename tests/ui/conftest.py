"""A small country, rebuilt once with the real command, and the UI and a browser on it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.ui.hulp import DagsterUI, bladeraar, dagster_ui, veerkracht

expect.set_options(timeout=30_000)  # the UI loads its parts one after the other
BUURTEN = 48  # the fewest in which every special case of the sample fits


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with bladeraar() as browser:
        yield browser


@pytest.fixture(scope="session")
def werk(tmp_path_factory: pytest.TempPathFactory, browser: Browser) -> Path:
    """The work folder of a rebuilt sample; after the browser, since without it this is in vain."""
    map = tmp_path_factory.mktemp("werk")
    veerkracht(map, "voorbeeld", "maak", str(map / "bronnen"), "--buurten", str(BUURTEN))
    veerkracht(map, "rebuild", "--json")
    return map


@pytest.fixture(scope="session")
def ui(werk: Path) -> Iterator[DagsterUI]:
    with dagster_ui(werk) as ui:
        yield ui


@pytest.fixture
def pagina(browser: Browser) -> Iterator[Page]:
    """A new window, wide enough for the graph to show what is in its groups."""
    pagina = browser.new_page(viewport={"width": 2200, "height": 1000})
    pagina.set_default_timeout(30_000)
    yield pagina
    pagina.close()
