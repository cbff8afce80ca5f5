"""What a refusal touches: for every source and year what the lineage graph says, and no more."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Collection, Sequence
from pathlib import Path
from typing import Any

import pytest
from dagster._core.definitions.assets.graph.asset_graph import AssetGraph

from assets_defs.partities import PEILJAREN
from tests.werk import instance_van
from veerkracht_dagster.catalogus import catalogus
from veerkracht_dagster.definitions import build_defs
from veerkracht_dagster.herbouw.geraakt import Paar, Stamboom
from veerkracht_dagster.herbouw.herbouwen import herbouw
from veerkracht_dagster.herbouw.resultaat import Resultaat, Weigering, genoemd
from veerkracht_dagster.herbouw.uitvoeren import Mislukking, Opdracht, Uitkomst
from veerkracht_dagster.herbouw.weigerboek import nog_geweigerd, onthoud
from veerkracht_dagster.herbouw.werkers import Werkers
from veerkracht_dagster.werkmap import Werkmap

CAT = catalogus()
JAREN = PEILJAREN.get_partition_keys()


@pytest.fixture(scope="module")
def graaf() -> AssetGraph:
    return build_defs().resolve_asset_graph()


def test_downwards_is_upwards_for_every_source_and_year(graaf: AssetGraph) -> None:
    stamboom = Stamboom(graaf)
    nodig = {editie: stamboom.nodig_voor(("release", editie)) for editie in CAT.edities}
    for bron, jaar in itertools.product(CAT.bronnen, JAREN):
        geraakt = {p for asset, p in stamboom.op([(bron, jaar)]) if asset == "release"}
        assert geraakt == {e for e, van in nodig.items() if (bron, jaar) in van}, (bron, jaar)


# By hand, from the catalogue: an edition takes its figures of begin, end and two years before each;
# areas of a year stand on every year between it and a base, and the Leefbaarometer's are of 2024.
MET_DE_HAND = [
    (("woonzorgwijzer", "2015"), set()),  # no edition takes figures of 2015
    (("woonzorgwijzer", "2023"), {"2018-2024"}),
    (("cbs_kerncijfers", "2014"), {"2014-2020", "2014-2022", "2014-2020-wijken"}),
    (("cbs_kerncijfers", "2025"), set()),
    (("cbs_adressen", "2024"), set(CAT.edities)),
]


@pytest.mark.parametrize(("paar", "edities"), MET_DE_HAND)
def test_editions_that_stand_on_a_year(graaf: AssetGraph, paar: Paar, edities: set[str]) -> None:
    geraakt = Stamboom(graaf).op([paar])
    assert {p for asset, p in geraakt if asset == "release"} == edities
    assert paar not in geraakt


class Weigeraar(Werkers):
    """Does no run, and lets those fail that make a partition of `kapot`.

    zegt: whether a step says which partitions it refused.
    """

    def __init__(self, graaf: AssetGraph, kapot: Collection[Paar], *, zegt: bool = True) -> None:
        super().__init__(Werkmap.uit_omgeving())
        self.stamboom, self.kapot, self.zegt = Stamboom(graaf), kapot, zegt
        self.opdrachten: list[Opdracht] = []

    def doe(self, opdrachten: Sequence[Opdracht], *_: Any) -> list[Uitkomst]:
        self.opdrachten += opdrachten
        return [self._een(opdracht) for opdracht in opdrachten]

    def _een(self, opdracht: Opdracht) -> Uitkomst:
        fouten, over = [], set(opdracht.assets)
        for asset in opdracht.assets:
            mis = {p: f"{p} is stuk" for p in opdracht.partities if (asset, p) in self.kapot}
            if mis:
                melding = " en ".join(mis.values())
                fouten.append(Mislukking(asset, melding, mis if self.zegt else {}))
                over -= {asset, *(a for a, _ in self.stamboom.op([(asset, min(mis))]))}
        gemaakt = frozenset((a, p) for a in over for p in opdracht.partities)
        return Uitkomst("run", tuple(fouten), gemaakt if fouten else frozenset())


@pytest.fixture
def herbouw_met(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Resultaat]:
    """A rebuild in an empty work folder, its runs left to `werkers`."""

    def doe(werkers: Weigeraar, **opties: Any) -> Resultaat:
        werkmap = Werkmap.in_map(tmp_path)
        werkmap.bronnen.mkdir(exist_ok=True)
        with instance_van(werkmap, monkeypatch) as instance:
            return herbouw(werkmap, instance, werkers=werkers, **opties)

    return doe


# One of each kind: a source, two at once, a table between, a layer, a release.
STUK: list[tuple[Paar, ...]] = [
    (("woonzorgwijzer", "2023"),),
    (("cbs_kerncijfers", "2014"), ("cbs_adressen", "2026")),
    (("buurttabel", "2022"),),
    (("kwetsbaar_situatie", "2014-2022"),),
    (("release", "2018-2024"),),
]


@pytest.mark.parametrize(
    ("kapot", "zegt"),
    # A step that does not say which is tried a partition at a time: of a source and of a table.
    [*((kapot, True) for kapot in STUK), (STUK[1], False), (STUK[2], False)],
    ids=lambda waarde: genoemd(waarde)[0] if isinstance(waarde, tuple) else str(waarde),
)
def test_what_does_not_stand_on_it_is_made_and_nothing_else(
    herbouw_met: Callable[..., Resultaat], graaf: AssetGraph, kapot: tuple[Paar, ...], zegt: bool
) -> None:
    uit = herbouw_met(Weigeraar(graaf, kapot, zegt=zegt))
    alles = {
        (sleutel.to_user_string(), partitie)
        for sleutel in graaf.materializable_asset_keys
        for partitie in graaf.get(sleutel).partitions_def.get_partition_keys()
    }
    geraakt = {p for p in alles if Stamboom(graaf).nodig_voor(p) & set(kapot)}
    assert uit.gemaakt == alles - geraakt
    assert {w.paar: w.melding for w in uit.geweigerd.values()} == {
        paar: f"{paar[1]} is stuk" for paar in kapot
    }
    for editie in CAT.edities:
        op = Stamboom(graaf).nodig_voor(("release", editie)) & set(kapot)
        assert uit.door_editie(editie) == genoemd(op)
    assert not uit.gelukt


def test_nothing_is_made_twice_and_all_in_few_runs(
    herbouw_met: Callable[..., Resultaat], graaf: AssetGraph
) -> None:
    werkers = Weigeraar(graaf, [("woonzorgwijzer", "2023")])
    uit = herbouw_met(werkers)
    eigen = [o for o in werkers.opdrachten if "woonzorgwijzer" in o.assets]
    assert [o.partities for o in eigen[1:]] == [tuple(JAREN[:9]), tuple(JAREN[10:])]
    for asset, partities in uit.berekend.items():
        assert len(partities) == len(set(partities)), asset


def test_an_edition_that_does_not_use_the_year_is_made_as_if_nothing_was_wrong(
    herbouw_met: Callable[..., Resultaat], graaf: AssetGraph
) -> None:
    uit = herbouw_met(Weigeraar(graaf, [("woonzorgwijzer", "2023")]), editie="2014-2020")
    assert uit.gelukt
    assert uit.berekend["release"] == ["2014-2020"]


def test_one_source_first_reads_what_was_never_read_too(
    herbouw_met: Callable[..., Resultaat], graaf: AssetGraph
) -> None:
    uit = herbouw_met(Weigeraar(graaf, []), bron="leefbaarometer")
    assert uit.berekend["cbs_kerncijfers"] == JAREN
    assert uit.berekend["release"] == list(CAT.edities)


class Weg(Weigeraar):
    """Breaks off whenever there is more than one thing to do, and says nothing."""

    def _een(self, opdracht: Opdracht) -> Uitkomst:
        if len(opdracht.assets) * len(opdracht.partities) > 1:
            return Uitkomst("", (Mislukking("", "een werkproces is gestopt"),))
        return super()._een(opdracht)


def test_a_run_that_broke_off_is_done_again_in_parts(
    herbouw_met: Callable[..., Resultaat], graaf: AssetGraph
) -> None:
    werkers = Weg(graaf, [("woonzorgwijzer", "2023")], zegt=False)
    uit = herbouw_met(werkers, editie="2018-2024")
    assert set(uit.geweigerd) == {("woonzorgwijzer", "2023")}
    assert {"2022", "2024"} <= set(uit.berekend["woonzorgwijzer"])
    assert "release" not in uit.berekend


def test_refusals_are_told_in_words_with_what_to_mend() -> None:
    melding = "bestand x: gevonden: a; verwacht: b; wat te doen: c."
    geweigerd = [Weigering("leefbaarometer", jaar, melding, "run") for jaar in ("2018", "2020")]
    uit = Resultaat(geweigerd={w.paar: w for w in geweigerd})
    uit.staat_op = {("release", "2014-2020"): set(uit.geweigerd)}
    uit.edities = {"2014-2020": "niet bijgewerkt", "2014-2022": "gemaakt"}
    assert uit.regels() == [
        f"leefbaarometer 2018, 2020: {melding}",
        "editie 2014-2020 is niet bijgewerkt: herstel leefbaarometer 2018, 2020",
    ]


def test_what_was_refused_is_known_until_it_is_made(tmp_path: Path) -> None:
    werkmap = Werkmap.in_map(tmp_path)
    een, twee = (Weigering("cbs_adressen", jaar, "stuk", "run") for jaar in ("2018", "2020"))
    onthoud(werkmap, [een, twee], set())
    beide = {een.paar, twee.paar}
    assert set(nog_geweigerd(werkmap, beide)) == beide
    assert set(nog_geweigerd(werkmap, {een.paar})) == {een.paar}  # the other was put back
    onthoud(werkmap, [], {een.paar})
    assert nog_geweigerd(werkmap, beide) == {twee.paar: twee}
    onthoud(werkmap, [], {twee.paar})
    assert list(tmp_path.iterdir()) == []
