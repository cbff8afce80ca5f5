"""What one looks for every day in the Dagster UI, and in how many clicks from the home page."""

from __future__ import annotations

import re
import time

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.ui.hulp import DagsterUI
from veerkracht_dagster.automatisering.verouderd import VEROUDERD
from veerkracht_dagster.catalogus import catalogus

pytestmark = pytest.mark.ui

_WACHT_SECONDEN = 240  # a sensor looks every minute, and its run waits in the queue


class Klikken:
    """A visit that starts at the home page and counts its clicks."""

    def __init__(self, pagina: Page, ui: DagsterUI) -> None:
        self.pagina, self.aantal = pagina, 0
        pagina.set_viewport_size({"width": 1500, "height": 900})
        pagina.goto(ui.adres)

    def klik(self, plek: Locator) -> None:
        plek.click()
        self.aantal += 1


@pytest.fixture(scope="module")
def verteld(ui: DagsterUI) -> None:
    """The sensor has told what is stale."""
    vraag = (
        f'{{runsOrError(filter: {{pipelineName: "{VEROUDERD}", statuses: [SUCCESS]}}, limit: 1)'
        " {... on Runs {results {runId}}}}"
    )
    tot = time.monotonic() + _WACHT_SECONDEN
    while not ui.vraag(vraag)["runsOrError"]["results"]:
        assert time.monotonic() < tot, "the sensor told nothing"
        time.sleep(1)


@pytest.mark.usefixtures("verteld")
def test_what_is_stale_is_one_click_from_the_home_page(ui: DagsterUI, pagina: Page) -> None:
    bezoek = Klikken(pagina, ui)
    balken = "xpath=ancestor::div[.//span[contains(@class, 'chunk-popover-target')]][1]"
    rij = pagina.locator(f"a[href$='/jobs/{VEROUDERD}']").first.locator(balken)
    rij.locator(".chunk-popover-target").last.hover()
    bezoek.klik(pagina.locator(".bp5-popover a[href*='/runs/']").first)
    expect(pagina.get_by_text("Er is niets verouderd.").first).to_be_visible()
    assert bezoek.aantal == 1


@pytest.mark.usefixtures("verteld")
def test_what_is_stale_has_a_page_in_the_catalog(ui: DagsterUI, pagina: Page) -> None:
    bezoek = Klikken(pagina, ui)
    bezoek.klik(pagina.get_by_role("link", name="Catalog"))
    regel = pagina.locator(f"a[href*='/assets/{VEROUDERD}']").first
    pagina.mouse.move(750, 700)
    while not regel.is_visible():  # the list draws what is in sight
        pagina.mouse.wheel(0, 400)
        pagina.wait_for_timeout(200)
    bezoek.klik(regel)
    expect(pagina.get_by_text("Er is niets verouderd.").first).to_be_visible()
    assert bezoek.aantal == 2


def test_the_gate_is_a_check_of_the_release_with_a_figure_per_edition(
    ui: DagsterUI, pagina: Page
) -> None:
    pagina.goto(f"{ui.adres}/assets/release?view=checks&checkDetail=poort")
    for editie in catalogus().edities:
        rij = pagina.locator("tr", has=pagina.get_by_text(editie, exact=True)).last
        expect(rij).to_contain_text(re.compile(r"\b\d{4,}\b"))  # cells computed a second time


def test_a_check_says_what_it_counted_per_edition_and_adds_nothing_up(
    ui: DagsterUI, pagina: Page
) -> None:
    pagina.goto(f"{ui.adres}/assets/signaal_absoluut?view=checks&checkDetail=een_klasse")
    for editie in catalogus().edities:
        expect(pagina.get_by_text(editie, exact=True).last).to_be_visible()


def test_a_year_without_data_is_told_apart(ui: DagsterUI, pagina: Page) -> None:
    pagina.goto(f"{ui.adres}/assets/woonzorgwijzer?view=checks&checkDetail=jaren_met_gegevens")
    expect(pagina.get_by_text("Failed", exact=True).first).to_be_visible()
    rij = pagina.locator("tr", has=pagina.get_by_text("2015", exact=True)).last
    expect(rij).to_contain_text("geen bestand van WoonZorgwijzer 2015 gevonden")


def test_the_catalog_shows_descriptions_without_signs_of_markdown(ui: DagsterUI) -> None:
    assets = ui.vraag("{assetNodes {description}}")["assetNodes"]
    assert [a["description"] for a in assets if re.search(r"\*\*|`", a["description"] or "")] == []
