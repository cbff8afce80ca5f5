"""The pictures of the README, taken from the real UI: `python -m tests.ui.beelden WERKMAP DOEL`.

Here: what is in each picture. Not here: tests. WERKMAP is a rebuilt work folder, such as
`.veerkracht/werk/voorbeeld`; DOEL is `docs/beelden`; VEERKRACHT_CHROMIUM names the browser.
"""

from __future__ import annotations

import io
import sys
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page

from tests.ui.hulp import DagsterUI, beeld_van, bladeraar, dagster_ui, open_partitie, toon_kaart

LAAG, EDITIE = "signaal_absoluut", "2014-2020"
_RAND = 24
_KLEUREN = 128  # enough for flat colours, and a third of the bytes


def stappen(pagina: Page, ui: DagsterUI) -> Image.Image:
    """The five groups, each with its number of assets."""
    pagina.goto(f"{ui.adres}/asset-groups")
    pagina.locator("[aria-label='unfold_more']").nth(4).wait_for()
    return _graaf(pagina)


def herkomst(pagina: Page, ui: DagsterUI) -> Image.Image:
    """All that one layer is made of."""
    vraag = "view=lineage&lineageScope=upstream&lineageDepth=9"
    pagina.goto(f"{ui.adres}/assets/{LAAG}?{vraag}")
    pagina.locator("svg foreignObject", has_text="leefbaarometer").first.wait_for()
    return _graaf(pagina)


def laag(pagina: Page, ui: DagsterUI) -> Image.Image:
    """The picture of a layer, as it is in the UI."""
    open_partitie(pagina, ui, LAAG, EDITIE)
    return beeld_van(pagina, toon_kaart(pagina, LAAG))


def _graaf(pagina: Page) -> Image.Image:
    """The nodes of the graph with a margin, once they are drawn and know their state."""
    pagina.wait_for_timeout(
        4000
    )  # states arrive after the nodes, and nothing says when they are all
    graaf = pagina.locator("svg:has(foreignObject)").first.bounding_box()
    dozen = [vak.bounding_box() for vak in pagina.locator("svg foreignObject").all()]
    assert graaf is not None
    links = min(doos["x"] for doos in dozen if doos) - _RAND
    boven = max(min(doos["y"] for doos in dozen if doos) - _RAND, graaf["y"])
    rechts = max(doos["x"] + doos["width"] for doos in dozen if doos) + _RAND
    onder = max(doos["y"] + doos["height"] for doos in dozen if doos) + _RAND
    heel = Image.open(io.BytesIO(pagina.screenshot()))
    return heel.crop((int(links), int(boven), int(rechts), int(min(onder, heel.height))))


def maak(werk: Path, doel: Path) -> None:
    """Write every picture into a folder."""
    doel.mkdir(parents=True, exist_ok=True)
    with dagster_ui(werk) as ui, bladeraar() as browser:
        pagina = browser.new_page(viewport={"width": 2200, "height": 1900})
        pagina.add_init_script("localStorage.setItem('large-screen-nav-open', 'false')")
        for neem in (stappen, herkomst, laag):
            pad = doel / f"{LAAG if neem is laag else neem.__name__}.png"
            beeld = neem(pagina, ui).convert("RGB").quantize(_KLEUREN)
            beeld.save(pad, optimize=True)
            print(f"{pad}: {beeld.width} x {beeld.height}, {pad.stat().st_size} bytes")


if __name__ == "__main__":
    maak(Path(sys.argv[1]).absolute(), Path(sys.argv[2]))
