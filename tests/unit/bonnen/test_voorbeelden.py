"""Each layer shows a red, a green and a grey area when it is made, worked out to the raw text."""

from __future__ import annotations

import re

import dagster as dg
import pyarrow.parquet as pq
import pytest

from tests.unit.bonnen.test_bon import bonnen_van
from tests.werk import instance_van
from veerkracht_dagster.bonnen.voorbeelden import als_tekst, kies, uitgewerkt
from veerkracht_dagster.catalogus import catalogus

CAT = catalogus()


@pytest.mark.parametrize(
    ("laag", "klassen", "verwacht"),
    [
        # 5 is #ff0000, 8 is #91d0a1; of a class the first area
        ("signaal_absoluut", {"d": 8, "c": 5, "b": 5, "a": -9, "e": 3}, ["b", "d", "a"]),
        # 6 (#b30000) is less red than 5, more than 4 (#ffbebe)
        ("signaal_absoluut", {"a": 4, "b": 6, "c": 2}, ["b", "c"]),
        ("overlast_situatie", {"a": 1, "b": 9, "c": 5}, ["a", "b"]),
        ("signaal_absoluut", {"a": -9}, ["a"]),
        ("signaal_absoluut", {"a": 3}, ["a"]),
    ],
)
def test_which_areas(laag: str, klassen: dict[str, int], verwacht: list[str]) -> None:
    assert kies(CAT.kaartlagen[laag], klassen, CAT) == verwacht


@pytest.mark.parametrize("editie", ["2014-2020", "2014-2020-wijken"])
def test_the_ui_shows_what_trace_says(gebouwd, monkeypatch, editie: str) -> None:
    """What a layer showed when it was made is the receipt of the release, word for word."""
    werkmap = gebouwd[0]
    bonnen = bonnen_van(werkmap, editie)
    with instance_van(werkmap, monkeypatch) as instance:
        for laag in CAT.kaartlagen:
            gevonden = instance.fetch_materializations(
                dg.AssetRecordsFilter(asset_key=dg.AssetKey(laag), asset_partitions=[editie]),
                limit=1,
            )
            md = gevonden.records[0].asset_materialization.metadata["bonnen"].value
            delen = re.findall(r"#### (.*?)\n\n```text\n(.*?)\n```", md, re.S)
            niveau = CAT.edities[editie].niveau
            kolommen = [f"{niveau}code", f"{niveau}naam", "klasse", "label"]
            pad = werkmap.uitgaven / editie / "actueel" / f"{laag}.parquet"
            rijen = {rij[0]: rij[1:] for rij in zip(
                *pq.read_table(pad, columns=kolommen).to_pydict().values(), strict=True
            )}  # fmt: skip
            klassen = {klasse for _, klasse, _ in rijen.values()}
            assert len(delen) == min(2, len(klassen - {-9})) + (-9 in klassen)
            for kop, deel in delen:
                code = re.search(r"\((\w{8,10})\): ", kop)[1]
                gewoon = kop.replace("\\", "")
                assert gewoon == f"{rijen[code][0]} ({code}): {rijen[code][2]}"
                assert deel == als_tekst(bonnen.bon(code, laag))
                assert max(len(regel.rstrip()) for regel in deel.splitlines()) <= 110
            assert f"`veerkracht trace <gebied> {laag} --editie {editie}`" in md


def test_tables_elsewhere_give_the_command_alone(tmp_path) -> None:
    md = uitgewerkt("focus", {"BU00000000": {}}, "2014-2020", "s3://x/y", tmp_path)
    assert md.startswith("Geen bonnen: s3://x/y is geen map op deze machine")
