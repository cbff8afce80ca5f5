"""What a data engineer sees in the Dagster UI after a rebuild."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pytest
from playwright.sync_api import Page, expect

from tests.ui.hulp import (
    ROOT,
    DagsterUI,
    beeld_van,
    metadata,
    ontvouw,
    open_partitie,
    toon_kaart,
    veerkracht,
)
from veerkracht_dagster.catalogus import catalogus
from veerkracht_dagster.herbouw.stappen import STAPPEN
from veerkracht_dagster.herbouw.verouderd import neem_waar
from veerkracht_dagster.instantie.hulpbronnen import Werkplaats
from veerkracht_dagster.werkmap import Werkmap

pytestmark = pytest.mark.ui

LAAG, EDITIE = "signaal_absoluut", "2014-2020"


@pytest.fixture(scope="module")
def assets(ui: DagsterUI) -> list[dict]:
    """Every asset, as the UI knows it."""
    return ui.vraag(
        "{assetNodes {assetKey {path} groupName isMaterializable partitionKeys"
        " partitionStats {numPartitions numMaterialized numFailed}}}"
    )["assetNodes"]


def verouderd(ui: DagsterUI, assets: list[dict]) -> set[tuple[str, str]]:
    """The (asset, partition) pairs that the UI marks as unsynced."""
    paren = [(a["assetKey"]["path"], p) for a in assets for p in a["partitionKeys"]]
    assert paren
    velden = [
        f"n{i}: assetNodeOrError(assetKey: {{path: {json.dumps(pad)}}})"
        f' {{... on AssetNode {{staleStatus(partition: "{partitie}")}}}}'
        for i, (pad, partitie) in enumerate(paren)
    ]
    antwoord = ui.vraag("{" + " ".join(velden) + "}")
    return {
        ("/".join(pad), partitie)
        for i, (pad, partitie) in enumerate(paren)
        if antwoord[f"n{i}"]["staleStatus"] != "FRESH"
    }


def test_lineage_shows_the_five_groups_in_order_all_materialised(
    ui: DagsterUI, assets: list[dict], pagina: Page
):
    pagina.goto(f"{ui.adres}/asset-groups")
    links = []
    for stap in STAPPEN:
        groep = pagina.locator("svg foreignObject", has_text=stap)
        expect(groep).to_have_count(1)
        # Under the name the number of assets per status: one number is one status.
        aantal = sum(a["groupName"] == stap for a in assets)
        expect(groep).to_have_text(re.compile(rf"^{stap}\s*{aantal}$"))
        plaats = groep.bounding_box()
        assert plaats is not None
        links.append(plaats["x"])
    assert links == sorted(links)


def test_every_partition_is_materialised(assets: list[dict]):
    tabellen = [a for a in assets if a["isMaterializable"]]
    assert {a["groupName"] for a in tabellen} == set(STAPPEN)
    for asset in tabellen:
        telling = asset["partitionStats"]
        assert telling["numMaterialized"] == telling["numPartitions"] > 0, asset
        assert telling["numFailed"] == 0, asset


def test_a_rebuild_by_the_command_is_one_thing_in_the_timeline_and_among_the_runs(
    ui: DagsterUI, pagina: Page
):
    regels = ui.vraag(
        "{runsFeedOrError(limit: 20, view: ROOTS) {... on RunsFeedConnection {results {"
        "__typename id runStatus ... on Run {jobName}}}}}"
    )["runsFeedOrError"]["results"]
    runs = [regel for regel in regels if regel["__typename"] == "Run"]
    herbouw = [run["id"] for run in runs if run["jobName"] == "bijwerken"]
    assert herbouw
    van = f'{{key: "dagster/parent_run_id", value: "{herbouw[-1]}"}}'
    delen = ui.vraag(
        f"{{runsOrError(filter: {{tags: [{van}]}}) {{... on Runs {{results {{id}}}}}}}}"
    )["runsOrError"]["results"]
    assert delen
    assert not {deel["id"] for deel in delen} & {run["id"] for run in runs}  # they are one line

    pagina.goto(ui.adres)
    expect(pagina.get_by_role("link", name="bijwerken").first).to_be_visible()
    pagina.goto(f"{ui.adres}/runs/{herbouw[-1]}")
    expect(pagina.get_by_text("de delen zelf").first).to_be_visible()


def test_nothing_is_unsynced_after_a_rebuild(ui: DagsterUI, assets: list[dict]):
    assert verouderd(ui, assets) == set()


def test_layer_shows_its_map_in_the_colours_of_its_classes(ui: DagsterUI, werk: Path, pagina: Page):
    open_partitie(pagina, ui, LAAG, EDITIE)
    kaart = toon_kaart(pagina, LAAG)
    pagina.wait_for_function("img => img.complete", arg=kaart.element_handle())
    assert kaart.evaluate("img => img.naturalWidth") > 0

    kleuren = {kleur for _, kleur in beeld_van(pagina, kaart).getcolors(1 << 20)}
    telling = klassen(werk)
    for code, klasse in catalogus().kaartlagen[LAAG].klassen.items():
        if telling[str(code)]:
            assert rgb(klasse.kleur) in kleuren, klasse.label


def test_layer_shows_how_many_areas_each_class_has(ui: DagsterUI, werk: Path, pagina: Page):
    open_partitie(pagina, ui, LAAG, EDITIE)
    laag, telling = catalogus().kaartlagen[LAAG], klassen(werk)
    namen = {str(code): klasse.label for code, klasse in laag.klassen.items()}
    namen[str(catalogus().geen_meting.code)] = catalogus().geen_meting.label
    rijen = metadata(pagina, "klassen").locator("tbody tr")
    expect(rijen).to_have_count(len(namen))
    cellen = [[cel.strip() for cel in rij.split("\t")] for rij in rijen.all_inner_texts()]
    gezien = {(rij[0], rij[1]): int(rij[-1]) for rij in cellen}
    assert gezien == {(code, naam): telling[code] for code, naam in namen.items()}


def test_layer_shows_period_and_caveat_and_no_unsynced_mark(ui: DagsterUI, pagina: Page):
    open_partitie(pagina, ui, LAAG, EDITIE)
    expect(metadata(pagina, "periode")).to_contain_text("2014-2020")
    expect(metadata(pagina, "bijsluiter")).to_contain_text(catalogus().bijsluiter)
    expect(pagina.get_by_text("Unsynced")).to_have_count(0)


def test_receipts_of_a_layer_fit_in_their_dialog_and_name_the_area(
    ui: DagsterUI, werk: Path, pagina: Page
):
    pagina.set_viewport_size({"width": 1280, "height": 800})
    open_partitie(pagina, ui, LAAG, EDITIE)
    koppen = pagina.get_by_role("heading", level=4)
    ontvouw(metadata(pagina, "bonnen"), koppen.first)
    namen = {klasse.label for klasse in catalogus().kaartlagen[LAAG].klassen.values()}
    for kop in koppen.all_inner_texts():
        naam, code, label = re.fullmatch(r"(.+) \((BU\w{8})\): (.+)", kop).groups()
        assert naam != code
        assert label in {*namen, catalogus().geen_meting.label}
    for blok in pagina.locator("pre", has_text="procentpunt").all():
        binnen = "e => e.scrollWidth <= e.clientWidth && e.getBoundingClientRect().right <= 1280"
        assert blok.evaluate(binnen)


def test_a_source_shows_the_card_of_its_files(ui: DagsterUI, werk: Path, pagina: Page):
    open_partitie(pagina, ui, "leefbaarometer", "2020")
    kaarten = [
        json.loads(pad.read_text(encoding="utf-8"))
        for pad in (werk / "snapshots").rglob("*.kaart.json")
    ]
    eigen = [kaart for kaart in kaarten if kaart["bron"] == "leefbaarometer"]
    assert eigen
    for kaart in eigen:
        for veld in ("bestandsnaam", "opgehaald", "licentie", "url", "sha256"):
            expect(metadata(pagina, "kaarten")).to_contain_text(kaart[veld])
    expect(metadata(pagina, "kaarten")).to_contain_text("niet vermeld")  # of which version it is


def test_a_table_shows_what_its_columns_are_made_of(ui: DagsterUI, pagina: Page):
    pagina.goto(f"{ui.adres}/assets/corporatiewoningen?view=overview")
    kolommen = pagina.locator("tr", has=pagina.get_by_text("herkomst van kolommen", exact=True))
    ontvouw(
        kolommen.last,
        pagina.get_by_text("buurttabel.percentage_corporatiewoningen").first,
    )
    bron = pagina.get_by_text("cbs_kerncijfers: In bezit woningcorporatie")
    expect(bron.first).to_be_visible()


def test_a_plot_of_the_sensitivity_is_drawn(ui: DagsterUI, pagina: Page):
    open_partitie(pagina, ui, "gevoeligheid_klassen", EDITIE)
    plaatje = pagina.locator("img[alt='klassen per paar drempels']").first
    ontvouw(metadata(pagina, "grafiek"), plaatje)
    pagina.wait_for_function("img => img.complete", arg=plaatje.element_handle())
    assert plaatje.evaluate("img => img.naturalWidth") > 0


def test_a_column_is_found_by_the_publishers_name(pagina: Page):
    pagina.goto((ROOT / "docs" / "kolomherkomst.html").as_uri())
    pagina.fill("#zoek", "p_wcorpw")
    pagina.locator("#lijst button").click()
    expect(pagina.locator("#gekozen h2")).to_have_text(
        "levering/cbs_kerncijfers.In bezit woningcorporatie"
    )
    expect(pagina.locator("#gekozen")).to_contain_text("corporatiebezit.klasse")
    pagina.locator("#gekozen button", has_text="corporatiebezit.klasse").click()
    expect(pagina.locator("#gekozen h2")).to_have_text("corporatiebezit.klasse")
    expect(pagina.locator("#gekozen")).to_contain_text("p_wcorpw")


@pytest.fixture
def andere_levering(
    ui: DagsterUI, werk: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[tuple[str, str]]:
    """A delivery that differs from what was rebuilt, for as long as the test lasts."""
    manifest = werk / "bronnen/levering/woonzorgwijzer/2020/manifest.yml"
    was = manifest.read_text()
    manifest.write_text(was.replace("leverancier: ", "leverancier: Nieuw "))
    yield "woonzorgwijzer", "2020"
    manifest.write_text(was)
    monkeypatch.setenv("DAGSTER_HOME", str(werk / "dagster_home"))
    with dg.DagsterInstance.get() as instance:
        neem_waar(instance, Werkplaats.van(Werkmap.in_map(werk)))  # other tests find all in sync


def test_unsynced_marks_are_what_a_rebuild_would_compute(
    ui: DagsterUI, werk: Path, assets: list[dict], pagina: Page, andere_levering: tuple[str, str]
):
    te_doen = json.loads(veerkracht(werk, "status", "--json"))["te_doen"]
    assert {(v["asset"], v["partitie"]) for v in te_doen} == {andere_levering}
    assert verouderd(ui, assets) == {andere_levering}
    open_partitie(pagina, ui, *andere_levering)
    expect(pagina.get_by_text("Unsynced")).to_be_visible()


def klassen(werk: Path) -> dict[str, int]:
    """The published number of areas per class of the layer."""
    release = werk / "uitgaven" / EDITIE / "actueel/release.json"
    return json.loads(release.read_text(encoding="utf-8"))["klassen"][LAAG]


def rgb(kleur: str) -> tuple[int, ...]:
    return tuple(bytes.fromhex(kleur.removeprefix("#")))
