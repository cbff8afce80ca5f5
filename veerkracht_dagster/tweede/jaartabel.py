"""One harmonised year a second time: every source's cells on the areas of an edition.

Here: from raw sheets and crosswalk rows to cells per area, and by which road.
Not here: one cell's sum (`rekenwijze/omzetten.py`), reading (`ruw/`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from veerkracht_dagster.catalogus.models import Catalogus, Kolom
from veerkracht_dagster.rekenwijze.omzetten import (
    ONZEKER,
    Afrondregel,
    Soort,
    Stuk,
    broncel,
    deel_van_noemer,
    grenzen,
    weg,
    zet_om,
)
from veerkracht_dagster.rekenwijze.rekenen import (
    MET_WAARDE,
    ONTBREKEND,
    Cel,
    Getal,
    Omgezetcel,
)
from veerkracht_dagster.tweede.ruw import BEGIN

Wegen = Mapping[str, Sequence[Stuk]]  # area of the edition -> its parts
Broncellen = Mapping[str, Mapping[str, Cel]]  # column -> area of the source -> cell


class Kolomcellen(NamedTuple):
    """A column on the areas of the edition, in their order; bounds where it has them."""

    waarde: list[Getal]
    staat: list[str]
    dekking: list[float]
    onder: Sequence[Getal] = ()
    boven: Sequence[Getal] = ()
    deel: Sequence[Getal] = ()

    def omgezet(self, i: int) -> Omgezetcel:
        """A cell with what its share and bounds follow from."""
        grenzen = (self.onder[i], self.boven[i]) if self.onder else None
        deel = self.deel[i] if self.deel else None
        return Omgezetcel(self.waarde[i], self.staat[i], self.dekking[i], deel, grenzen)


@dataclass(frozen=True)
class Bronjaar:
    """What a source says of a year: its areas, and the cells of each column.

    niveau: of its areas; those of buurten come together in wijken, where it has no wijken.
    """

    niveau: str
    gebiedsjaar: int
    codes: frozenset[str]
    cellen: Broncellen


@dataclass
class Jaartabel:
    """The harmonised year: cells per column, and per source the road to every area.

    heel: per source, whether an area is one whole area of it: its figure is taken over.
    """

    kolommen: dict[str, Kolomcellen] = field(default_factory=dict)
    wegen: dict[str, list[str]] = field(default_factory=dict)
    heel: dict[str, list[bool]] = field(default_factory=dict)


def van_niveau(stukken: Sequence[Stuk], niveau: str) -> Sequence[Stuk]:
    """The parts that are of areas of a niveau: a wijk has parts that are buurten, and wijken."""
    return [stuk for stuk in stukken if stuk.van.startswith(BEGIN[niveau])]


def soort_van(kolom: Kolom, eigen: Mapping[str, Kolom]) -> Soort:
    """How a column moves; the column that weighs it must be of the same source."""
    weegkolom = kolom.noemer if kolom.soort in ("aantal", "aandeel") else kolom.gewicht
    return Soort(kolom.soort, weegkolom if weegkolom in eigen else None)


def regel_van(kolom: Kolom, weegkolom: Kolom | None) -> Afrondregel:
    """How a publisher rounds and suppresses a column, and rounds what weighs it."""
    return Afrondregel(
        kolom.afrondingsruimte,
        0.0 if weegkolom is None else weegkolom.afrondingsruimte,
        kolom.ondergrens,
        kolom.bovengrens,
        kolom.onderdrukt_tot,
    )


def maak_jaartabel(
    codes: Sequence[str],
    bronnen: Mapping[str, Bronjaar],
    wegen: Mapping[int, Wegen],
    cat: Catalogus,
    minimum: float,
) -> Jaartabel:
    """The year on the areas `codes`.

    Args:
        bronnen: what was delivered, by source; an absent source leaves its cells missing.
        wegen: per year of areas, the crosswalk to the areas of the edition.
    """
    uit = Jaartabel()
    for bron in cat.gebiedsbronnen:
        kolommen = {naam: kolom for naam, kolom in cat.kolommen.items() if kolom.bron == bron}
        jaar = bronnen.get(bron)
        if jaar is None:
            uit.wegen[bron], uit.heel[bron] = ["geen"] * len(codes), [True] * len(codes)
            for naam, kolom in kolommen.items():
                n = len(codes)
                leeg: list[Getal] = [None] * n
                grens = leeg if kolom.begrensd else ()
                deel = leeg if kolom.is_deel else ()
                uit.kolommen[naam] = Kolomcellen(
                    leeg, ["ontbreekt"] * n, [0.0] * n, grens, grens, deel
                )
            continue
        delen = [van_niveau(wegen[jaar.gebiedsjaar].get(code, ()), jaar.niveau) for code in codes]
        uit.wegen[bron] = [weg(stukken, jaar.codes.__contains__) for stukken in delen]
        uit.heel[bron] = [len(d) == 1 and d[0].gewicht >= 1 for d in delen]
        for naam, kolom in kolommen.items():
            soort = soort_van(kolom, kolommen)
            cellen = _kolom(delen, jaar.cellen, naam, soort, minimum)
            if kolom.begrensd:
                regel = regel_van(kolom, kolommen.get(soort.weegkolom or ""))
                paren = _grenzen(delen, jaar.cellen, naam, soort, regel)
                cellen = cellen._replace(onder=[p[0] for p in paren], boven=[p[1] for p in paren])
            if kolom.is_deel:
                per_gebied = zip(delen, cellen.staat, strict=True)
                cellen = cellen._replace(
                    deel=[_deel(d, s, jaar.cellen, naam, soort) for d, s in per_gebied]
                )
            uit.kolommen[naam] = cellen
    return uit


def _kolom(
    delen: Sequence[Sequence[Stuk]], cellen: Broncellen, naam: str, soort: Soort, minimum: float
) -> Kolomcellen:
    eigen = cellen[naam]
    noemer = cellen[soort.weegkolom] if soort.weegkolom else None
    waarden: list[Getal] = []
    staten: list[str] = []
    dekkingen: list[float] = []
    for stukken in delen:
        if len(stukken) == 1 and stukken[0][1] >= 1.0 and stukken[0][2] not in ONZEKER:
            # One whole area, which is nearly all of them: the cell is what it was.
            waarde, staat = eigen.get(stukken[0][0], ONTBREKEND)
            dekking = 1.0 if staat in MET_WAARDE else 0.0
        else:
            waarde, staat, dekking = zet_om(
                stukken,
                [eigen.get(stuk.van, ONTBREKEND) for stuk in stukken],
                None if noemer is None else [noemer.get(s.van, ONTBREKEND)[0] for s in stukken],
                soort.soort,
                minimum,
            )
        waarden.append(waarde)
        staten.append(staat)
        dekkingen.append(dekking)
    return Kolomcellen(waarden, staten, dekkingen)


def _deel(
    stukken: Sequence[Stuk], staat: str, cellen: Broncellen, naam: str, soort: Soort
) -> Getal:
    """Share of a count in its denominator, where it has a figure."""
    if staat not in MET_WAARDE:
        return None
    eigen, noemer = cellen[naam], cellen[soort.weegkolom or ""]
    return deel_van_noemer(
        stukken,
        [eigen.get(stuk.van, ONTBREKEND) for stuk in stukken],
        [noemer.get(stuk.van, ONTBREKEND)[0] for stuk in stukken],
    )


def _grenzen(
    delen: Sequence[Sequence[Stuk]], cellen: Broncellen, naam: str, soort: Soort, regel: Afrondregel
) -> list[tuple[Getal, Getal]]:
    eigen = cellen[naam]
    noemer = cellen[soort.weegkolom] if soort.weegkolom else None
    telling = soort.soort == "aantal"
    uit = []
    for stukken in delen:
        if len(stukken) == 1 and stukken[0][1] >= 1.0:
            # One whole area: the bounds of its own cell, if anything is known of it.
            cel = eigen.get(stukken[0][0], ONTBREKEND)
            gezien = cel[0] is not None and cel[1] in MET_WAARDE
            bekend = gezien or cel[1] == "onderdrukt"
            mensen = noemer.get(stukken[0][0], ONTBREKEND)[0] if noemer and telling else None
            uit.append(broncel(cel, gezien, regel, mensen) if bekend else (None, None))
        else:
            van = [eigen.get(stuk.van, ONTBREKEND) for stuk in stukken]
            noemers = (
                None if noemer is None else [noemer.get(s.van, ONTBREKEND)[0] for s in stukken]
            )
            uit.append(grenzen(stukken, van, noemers, soort.soort, regel))
    return uit
