"""Pages of a release in a browser: a table that does not fit shows it, and is printed whole."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page

from veerkracht_dagster.rapport.bladzijde import als_html, tabel

pytestmark = pytest.mark.ui

KOPPEN = ["buurt", *(f"Leefbaarometer maat {n}" for n in range(15))]
RIJEN = [["Staatsliedenbuurt-Noord", *["−0,123 groen"] * 8, *["5 635"] * 7]] * 3
_STAAND, _LIGGEND = 718, 1047  # pixels of A4 between margins of 10 mm


@pytest.fixture
def bladzijde(browser: Browser, tmp_path: Path) -> Iterator[Page]:
    pad = tmp_path / "breed.html"
    pad.write_text(als_html("breed", "\n".join(tabel(KOPPEN, RIJEN))), encoding="utf-8")
    pagina = browser.new_page(viewport={"width": 600, "height": 600})
    pagina.goto(pad.as_uri())
    yield pagina
    pagina.close()


def _randen(pagina: Page) -> tuple[int, int]:
    """How light the table is at its left and right edge, in the row of headings."""
    vak = pagina.locator("table").bounding_box()
    assert vak is not None
    beeld = Image.open(io.BytesIO(pagina.screenshot())).convert("L")
    y, x, breedte = int(vak["y"]) + 8, int(vak["x"]), int(vak["width"])
    links, rechts = beeld.getpixel((x + 4, y)), beeld.getpixel((x + breedte - 3, y))
    assert isinstance(links, int)
    assert isinstance(rechts, int)
    return links, rechts


def test_a_table_that_does_not_fit_is_dark_where_it_goes_on(bladzijde: Page) -> None:
    links, rechts = _randen(bladzijde)
    assert links > 225 > 200 > rechts
    bladzijde.locator("table").evaluate("t => t.scrollTo(9999, 0)")
    links, rechts = _randen(bladzijde)
    assert rechts > 225 > 200 > links


def test_a_table_that_fits_is_dark_nowhere(bladzijde: Page) -> None:
    bladzijde.set_viewport_size({"width": 1700, "height": 600})
    bladzijde.add_style_tag(content="body { max-width: none !important; }")
    assert min(_randen(bladzijde)) > 225


@pytest.mark.parametrize("breedte", [_STAAND, _LIGGEND])
def test_nothing_of_a_wide_table_is_lost_in_print(bladzijde: Page, breedte: int) -> None:
    bladzijde.emulate_media(media="print")
    bladzijde.set_viewport_size({"width": breedte, "height": 600})
    rechts = bladzijde.evaluate(
        "[...document.querySelectorAll('th, td')].map(c => {"
        " const r = document.createRange(); r.selectNodeContents(c);"
        " return Math.max(r.getBoundingClientRect().right, c.getBoundingClientRect().right) })"
    )
    assert max(rechts) <= breedte


@pytest.mark.parametrize("bladzijde", ["rapport/corporatiebezit.html", "scan/*/index.html"])
def test_a_page_fits_on_a_phone(werk: Path, browser: Browser, bladzijde: str) -> None:
    (pad,) = (werk / "uitgaven/2014-2020/actueel").glob(bladzijde)
    pagina = browser.new_page(viewport={"width": 360, "height": 740})
    pagina.goto(pad.as_uri())
    # Tables scroll in themselves: the page does not move sideways.
    assert pagina.evaluate("document.documentElement.scrollWidth") <= 360
    pagina.close()
