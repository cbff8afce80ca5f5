"""Reads a recorded delivery into the typed table of its source and year.

Here: the table of dialects, putting the parts of a delivery together, and the report.
Not here: any format (`dialecten/`), or keeping the table (the assets do).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence

import pandas as pd

from veerkracht_dagster.bronnen.dialecten import (
    kwb_excel,
    leefbaarometer,
    leefbaarometer_geojson,
    levering,
    odata_v3,
    odata_v3_perioden,
    odata_v4,
    odata_v4_csv,
    pc6hnr,
    statline,
    statweb,
    vk100,
    wijkbuurtkaart,
)
from veerkracht_dagster.bronnen.fouten import bronfout
from veerkracht_dagster.bronnen.vastleggen import Vastgelegd, VastgelegdDeel
from veerkracht_dagster.bronnen.verslag import Leesverslag
from veerkracht_dagster.bronnen.vorm import Lezing, Vraag, leeg
from veerkracht_dagster.catalogus.models import Catalogus
from veerkracht_dagster.celstatus import status_van

Dialect = Callable[[VastgelegdDeel, Vraag], Lezing]
DIALECTEN: dict[str, Dialect] = {
    "odata_v3": odata_v3.lees,
    "odata_v3_perioden": odata_v3_perioden.lees,
    "odata_v4": odata_v4.lees,
    "odata_v4_csv": odata_v4_csv.lees,
    "statline_csv": statline.lees,
    "statline_csv_r": statline.lees_r,
    "kwb_excel": kwb_excel.lees,
    "statweb_csv": statweb.lees,
    "pc6hnr": pc6hnr.lees,
    "vk100": vk100.lees,
    "wijkbuurtkaart": wijkbuurtkaart.lees,
    "leefbaarometer_csv": leefbaarometer.lees_csv,
    "leefbaarometer_geojson": leefbaarometer_geojson.lees,
    "levering": levering.lees,
}


def lees(vastgelegd: Vastgelegd, cat: Catalogus) -> tuple[pd.DataFrame, Leesverslag]:
    """The table `tabellen()[bron]` of a source and year: its columns, order and types.

    Text is `str` (of addresses, nine million rows, a category of `str`), whole numbers `int64`,
    figures `float64`; a table with geometry is a GeoDataFrame in EPSG:28992. An absent delivery
    gives the table without rows and the reason. The report says of which files it has rows.

    Raises:
        BronFout: a file cannot be used; says which, where, what was expected and what to do.
    """
    vraag = Vraag(vastgelegd.bron, vastgelegd.peiljaar, cat)
    lezingen = [DIALECTEN[deel.dialect](deel, vraag) for deel in vastgelegd.delen]
    frame, gebruikt = _voeg_samen(lezingen, vraag)
    niet_gevonden = _niet_gevonden(gebruikt, vraag)
    _weiger_zonder_vaste(gebruikt, niet_gevonden, vraag)
    reden = vastgelegd.reden
    if reden is None and frame.empty:
        namen = ", ".join(b.naam for deel in vastgelegd.delen for b in deel.bestanden)
        reden = f"geen rij van {vastgelegd.peiljaar} in {namen}"
    versies = dict.fromkeys(deel.versie for deel in vastgelegd.delen if deel.versie)
    return frame, Leesverslag(
        bron=vastgelegd.bron,
        peiljaar=vastgelegd.peiljaar,
        reden=reden,
        bestanden=tuple(b for lezing in lezingen for b in lezing.bestanden),
        gebruikt=tuple(b.sha256 for lezing in gebruikt for b in lezing.bestanden),
        uitgeversversie=", ".join(versies) or None,
        kolommen={k: v for lezing in gebruikt for k, v in lezing.kolommen.items()},
        niet_gevonden=niet_gevonden,
        standen=_standen(frame, vraag),
        opmerkingen=tuple(o for lezing in lezingen for o in lezing.opmerkingen),
    )


def _voeg_samen(lezingen: Sequence[Lezing], vraag: Vraag) -> tuple[pd.DataFrame, list[Lezing]]:
    """Per level the first part that has it: parts of two places are not mixed within a level."""
    frames: list[pd.DataFrame] = []
    gebruikt: list[Lezing] = []
    aanwezig: set[str] = set()
    for lezing in lezingen:
        frame = lezing.frame
        if "niveau" in frame:
            frame = frame[~frame["niveau"].isin(aanwezig)]
            aanwezig |= set(frame["niveau"])
        if len(frame):
            frames.append(frame)
            gebruikt.append(lezing)
    if not frames:
        return leeg(vraag.tabel), gebruikt
    if len(frames) == 1:
        return frames[0].reset_index(drop=True), gebruikt
    return pd.concat(frames, ignore_index=True), gebruikt


def _niet_gevonden(gebruikt: Sequence[Lezing], vraag: Vraag) -> tuple[str, ...]:
    """Our columns that none of the parts had; none when there was nothing to look in."""
    gevonden = {naam for lezing in gebruikt for naam in lezing.kolommen}
    return tuple(naam for naam in vraag.kolommen if gebruikt and naam not in gevonden)


def _weiger_zonder_vaste(
    gebruikt: Sequence[Lezing], niet_gevonden: Sequence[str], vraag: Vraag
) -> None:
    """Stop where a column is not there that the publisher has in every release of every year.

    Other columns may come later: those of the Kerncijfers are filled in the course of two years.
    """
    for naam in niet_gevonden:
        kolom = vraag.kolommen[naam]
        if kolom.altijd:
            raise bronfout(
                ", ".join(b.naam for lezing in gebruikt for b in lezing.bestanden),
                kolom=kolom.uitgever.titels[0],
                gevonden="geen kolom met die titel, die groep en die eenheid",
                verwacht=f"de kolom die wij {naam} noemen, die er in elke uitgave is",
                remedie="heet zij nu anders, zet de nieuwe titel of het v4-nummer dan in "
                "catalogus/kolommen.yml; haal anders het bestand opnieuw op",
            )


def _standen(frame: pd.DataFrame, vraag: Vraag) -> dict[str, dict[str, int]]:
    """Per column of figures how many cells are in each state."""
    return {naam: dict(Counter(frame[status_van(naam)].tolist())) for naam in vraag.kolommen}
