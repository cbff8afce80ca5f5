"""The harmonised table of a year: every source's figures on the areas of every base year.

Here: bringing the sources together on one set of areas, and the report of what was lost.
Not here: the sums (`overdracht.py`), the crosswalk (`omzetting.py`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from veerkracht_dagster.buurttabel.cijfers import Cijfers
from veerkracht_dagster.buurttabel.gebieden import NIVEAUS, niveau_van
from veerkracht_dagster.buurttabel.kruising import Kruising, maak_kruising
from veerkracht_dagster.buurttabel.overdracht import Behoud, draag_cijfers_over
from veerkracht_dagster.catalogus import Catalogus
from veerkracht_dagster.catalogus.vorm import in_tabelvorm, lege_tabel
from veerkracht_dagster.tekst import TEKST


class GebiedsjaarFout(ValueError):
    """A source stands on the areas of a year to which no crosswalk is declared."""


@dataclass(frozen=True)
class Verslag:
    """What happened to one source on one base.

    onbekend: its codes that are in no list of areas of their year. zonder_weg: areas that exist and
    that no road leads from. behoud: what was conserved of every count.
    """

    bron: str
    niveau: str
    basisjaar: int
    gebiedsjaar: int
    gebieden: int
    onbekend: tuple[str, ...]
    zonder_weg: tuple[str, ...]
    behoud: tuple[Behoud, ...]


@dataclass(frozen=True)
class Wegen:
    """The crosswalks by the year they start from, and the areas of the base years they lead to.

    omzettingen: table `buurt_omzetting` per year. basisgebieden: table `gebieden` per base year, of
    which niveau and regiocode are read.
    """

    omzettingen: Mapping[int, pd.DataFrame]
    basisgebieden: Mapping[int, pd.DataFrame]
    _codes: dict[tuple[str, int], pd.Index] = field(default_factory=dict, repr=False)
    _kruisingen: dict[tuple[int, str, str, int], Kruising] = field(default_factory=dict, repr=False)

    def codes(self, niveau: str, basisjaar: int) -> pd.Index:
        """The areas of a base."""
        if (niveau, basisjaar) not in self._codes:
            gebieden = self.basisgebieden[basisjaar]
            codes = gebieden["regiocode"].loc[gebieden["niveau"] == niveau]
            self._codes[niveau, basisjaar] = pd.Index(codes)
        return self._codes[niveau, basisjaar]

    def kruising(self, gebiedsjaar: int, van: str, niveau: str, basisjaar: int) -> Kruising:
        """The crosswalk from the areas of a year, of niveau `van`, to a base; made once, used for
        many tables."""
        sleutel = (gebiedsjaar, van, niveau, basisjaar)
        if sleutel not in self._kruisingen:
            weg = self.omzettingen[gebiedsjaar]
            weg = weg.loc[(weg["basis"] == basisjaar) & (weg["niveau"] == niveau)]
            weg = weg.loc[niveau_van(weg["van_regio"]) == van]
            self._kruisingen[sleutel] = maak_kruising(weg, self.codes(niveau, basisjaar))
        return self._kruisingen[sleutel]


def maak_buurttabel(
    bronnen: Mapping[str, pd.DataFrame],
    wegen: Wegen,
    bases: Iterable[tuple[str, int]],
    minimum_dekking: float,
    cat: Catalogus,
) -> tuple[pd.DataFrame, list[Verslag]]:
    """The table `buurttabel` of one peiljaar.

    Args:
        bronnen: source table per source, of this peiljaar.
        bases: the (niveau, base year) pairs wanted.

    Returns: one row per area of every base, and a report per source and base. A wijk has what the
    source says of wijken; of a source that gives buurten only, what its buurten are together, as
    far as a column adds up (`Kolom.telt_op`).

    Raises:
        GebiedsjaarFout: a source stands on areas from which no crosswalk leads.
    """
    bases = sorted(set(bases))
    if not bases:  # a year that no edition uses
        return lege_tabel("buurttabel"), []
    codes = [wegen.codes(*basis) for basis in bases]
    plaats = np.cumsum([0, *map(len, codes)])
    kolommen: dict[str, object] = {
        "niveau": np.repeat([niveau for niveau, _ in bases], np.diff(plaats)),
        "basisjaar": np.repeat([jaar for _, jaar in bases], np.diff(plaats)),
        "regiocode": np.concatenate(codes),
    }
    verslagen: list[Verslag] = []
    for bron in cat.gebiedsbronnen:
        uit = Cijfers.zonder(cat.kolommen_van(bron), int(plaats[-1]))
        weg = np.full(plaats[-1], "geen", dtype=object)
        leveringen = _per_niveau(bron, bronnen[bron], wegen, uit.namen)
        for (niveau, basisjaar), begin, eind in zip(bases, plaats, plaats[1:], strict=False):
            if (levering := leveringen.get(niveau)) is None:
                if niveau != "wijk" or "buurt" not in leveringen:
                    continue
                levering = leveringen["buurt"].wat_optelt(cat)
            kruising = wegen.kruising(levering.gebiedsjaar, levering.niveau, niveau, basisjaar)
            cijfers, behoud = draag_cijfers_over(
                levering.cijfers, levering.codes, kruising, cat.kolommen, minimum_dekking
            )
            uit.zet(slice(begin, eind), cijfers)
            weg[begin:eind] = kruising.wegen(kruising.van.isin(levering.codes))
            verslagen.append(_verslag(bron, niveau, basisjaar, levering, kruising, behoud))
        kolommen |= uit.kolommen(cat.kolommen)
        kolommen[f"omzetting_{bron}"] = pd.array(weg, dtype=TEKST)
    return in_tabelvorm(pd.DataFrame(kolommen), "buurttabel"), verslagen


@dataclass(frozen=True)
class _Niveaulevering:
    """One source's figures of one niveau, on the areas of a year."""

    niveau: str
    gebiedsjaar: int
    codes: pd.Index
    cijfers: Cijfers

    def wat_optelt(self, cat: Catalogus) -> _Niveaulevering:
        """What a higher area has of it: without columns that areas together do not make."""
        niet = [not cat.kolommen[naam].telt_op for naam in self.cijfers.namen]
        return replace(self, cijfers=self.cijfers.zonder_kolommen(np.array(niet)))


def _per_niveau(
    bron: str, tabel: pd.DataFrame, wegen: Wegen, kolommen: Iterable[str]
) -> dict[str, _Niveaulevering]:
    if tabel.empty:
        return {}
    cijfers, codes = Cijfers.van(tabel, kolommen), pd.Index(tabel["regiocode"])
    niveaus = tabel["niveau"].to_numpy(dtype=object)
    jaren = tabel["gebiedsjaar"].to_numpy()
    uit = {}
    for niveau in NIVEAUS:
        if (rijen := np.flatnonzero(niveaus == niveau)).size:
            gebiedsjaar = _gebiedsjaar(bron, jaren[rijen], wegen.omzettingen)
            eigen = cijfers.rijen(rijen)
            uit[niveau] = _Niveaulevering(niveau, gebiedsjaar, codes[rijen], eigen)
    return uit


def _verslag(
    bron: str,
    niveau: str,
    basisjaar: int,
    levering: _Niveaulevering,
    kruising: Kruising,
    behoud: list[Behoud],
) -> Verslag:
    onbekend = levering.codes[~levering.codes.isin(kruising.van)]
    zonder_weg = levering.codes[levering.codes.isin(kruising.van[~kruising.met_weg])]
    return Verslag(
        bron=bron,
        niveau=niveau,
        basisjaar=basisjaar,
        gebiedsjaar=levering.gebiedsjaar,
        gebieden=len(levering.codes),
        onbekend=tuple(sorted(onbekend)),
        zonder_weg=tuple(sorted(zonder_weg)),
        behoud=tuple(behoud),
    )


def _gebiedsjaar(bron: str, per_rij: np.ndarray, omzettingen: Mapping[int, pd.DataFrame]) -> int:
    jaren = np.unique(per_rij)
    if len(jaren) != 1 or int(jaren[0]) not in omzettingen:
        raise GebiedsjaarFout(
            f"{bron} staat op de gebieden van {jaren.tolist()}; verwacht is een van "
            f"{sorted(omzettingen)}: lever op de indeling van het peiljaar, of voeg het jaar toe "
            "aan metingen_leefbaarometer in catalogus/edities.yml"
        )
    return int(jaren[0])
