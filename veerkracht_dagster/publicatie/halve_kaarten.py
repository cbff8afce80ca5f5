"""Years of which the map is of a part: areas that their crosswalk could not lay on the ground.

Here: counting them, per year and gemeente, in the tables of areas. Not here: areas of the edition
itself without a polygon (`release.py`), the roads that they took (`buurttabel/wegen.py`).
"""

from __future__ import annotations

from collections.abc import Iterable

from upath import UPath

from veerkracht_dagster.opslag.tabellen import lees_tabel, zonder_waarde


def halve_kaarten(tabellen: str, jaren: Iterable[int], niveau: str) -> dict[str, dict[str, int]]:
    """Per year, number of areas without ground per gemeente that has any; {year: {code: n}}.

    A year without any map is not among them: its areas all go another road, and `veerkracht status`
    names the map that is missing.

    Args:
        tabellen: where the tables between the stages are.
        jaren: the years whose areas a release stands on.
    """
    uit = {}
    for jaar in sorted(jaren):
        pad = UPath(tabellen) / "gebieden" / f"{jaar}.parquet"
        if not pad.exists() or not zonder_waarde(pad, "geometry"):
            continue
        alle = lees_tabel(pad, ["niveau", "regiocode", "geometry"])
        eigen = alle.loc[alle["niveau"] == niveau]
        zonder = eigen.loc[eigen["geometry"].isna(), "regiocode"]
        if len(zonder) and alle["geometry"].notna().any():  # a map, if only of another niveau
            telling = ("GM" + zonder.str[2:6]).value_counts().sort_index()
            uit[str(jaar)] = {str(code): int(n) for code, n in telling.items()}
    return uit
