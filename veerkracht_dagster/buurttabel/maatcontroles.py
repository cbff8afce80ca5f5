"""Checks of what sources count, beside the residents that the Kerncijfers of that year count.

Here: shares delivered for counts, where the source itself has nothing to hold them against; squares
of which a part is not there. Not here: checks within one source (`bronnen/controles.py`), of the
sums (`controles.py`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
import pandas as pd

from veerkracht_dagster.catalogus import Catalogus
from veerkracht_dagster.catalogus.models import Kolom
from veerkracht_dagster.controle import Controle
from veerkracht_dagster.sporen.afkomst import Afkomst
from veerkracht_dagster.telling import GEEN_TELLING, geen_telling

CONTROLES = {
    "tellingen_naast_inwoners": "Waar een bron personen telt zijn er meer waar er meer wonen.",
    "vierkanten_compleet": "In de vierkanten wonen ongeveer zo veel mensen als er zijn.",
}
_KERNCIJFERS = "cbs_kerncijfers"


def controleer_tellingen(
    tabel: pd.DataFrame, cat: Catalogus, afkomst: Mapping[str, Afkomst]
) -> Controle:
    """The check on the counts of other sources in the buurttabel of one peiljaar.

    On the areas of a base, where sources of all years stand side by side.

    Args:
        afkomst: where each source table is from.
    """
    gevallen, getoetst = [], 0
    feiten = dict(_verteld(tabel, cat))
    for naam, kolom, naast in _kolommen(cat):
        for (niveau, basis), rijen in tabel.groupby(["niveau", "basisjaar"], observed=True):
            x, geheel = rijen[naam].to_numpy(), rijen[naast].to_numpy()
            getoetst += int(np.count_nonzero(~np.isnan(x) & (geheel > 0)))
            if gevonden := geen_telling(x, geheel, rijen["regiocode"], cat.constanten):
                van = afkomst[kolom.bron]
                gevallen.append(
                    {
                        "bestand": ", ".join(n for d in van.levering for n, _ in d["bestanden"]),
                        "kolom_uitgever": van.kolommen.get(naam, naam),
                        "kolom": naam,
                        "niveau": niveau,
                        "basis": basis,
                        "gevonden": gevonden,
                        "verwacht": kolom.eenheid,
                    }
                )
                break
    return Controle(
        "tellingen_naast_inwoners",
        pd.DataFrame(gevallen),
        {"getoetst": getoetst, **feiten},
        GEEN_TELLING,
    )


def _verteld(tabel: pd.DataFrame, cat: Catalogus) -> Iterator[tuple[str, str]]:
    """Of dwellings it is told: what a corporation owns need not grow with what there is."""
    for naam, kolom in cat.kolommen.items():
        if kolom.soort == "aantal" and kolom.eenheid == "woningen" and kolom.bron != _KERNCIJFERS:
            for (niveau, basis), rijen in tabel.groupby(["niveau", "basisjaar"], observed=True):
                er = rijen.loc[rijen[naam].notna()]
                if len(er):
                    samen = f"{er[naam].sum():.0f}, van {er['woningen'].sum():.0f} woningen"
                    yield f"{naam} ({niveau} {basis})", f"{samen} in {len(er)} gebieden"


def _kolommen(cat: Catalogus) -> Iterator[tuple[str, Kolom, str]]:
    """The counts of sources other than the Kerncijfers, with what each grows with."""
    for naam, kolom in cat.kolommen.items():
        naast = cat.constanten.telling_naast.get(kolom.eenheid)
        eigen = kolom.bron == _KERNCIJFERS or kolom.zeldzaam
        if kolom.soort == "aantal" and naast and not eigen:
            yield naam, kolom, naast


def controleer_vierkanten(
    omzetting: pd.DataFrame, kerncijfers: pd.DataFrame, jaar: int, cat: Catalogus
) -> Controle:
    """The check on the squares by which areas of `jaar` went to a base: are there enough of them.

    Squares of few residents give no figure, so that there may be fewer; a file of which half is not
    there divides residents as if they lived in the other half.

    Args:
        omzetting: table `buurt_omzetting` from the areas of `jaar`.
        kerncijfers: of `jaar`; on other areas, or without residents, there is nothing to test.
    """
    eigen = kerncijfers.loc[kerncijfers["gebiedsjaar"] == jaar].set_index("regiocode")["inwoners"]
    weg = omzetting.loc[omzetting["methode"] == "vierkanten"]
    gevallen, feiten = [], {}
    for (niveau, basis), rijen in weg.groupby(["niveau", "basis"], observed=True):
        per_gebied = rijen.groupby("van_regio")["aantal"].sum()
        wonen = eigen.reindex(pd.Index(per_gebied.index.astype(object))).to_numpy()
        bekend = ~np.isnan(wonen)
        geteld, er = per_gebied.to_numpy()[bekend].sum(), wonen[bekend].sum()
        feiten[f"{niveau} naar {basis}"] = f"{geteld:.0f} inwoners in vierkanten, van {er:.0f}"
        scheef = not cat.constanten.minste_vierkanten * er <= geteld
        if bekend.sum() >= cat.constanten.telling_gebieden and scheef:
            gevallen.append((niveau, basis, f"{geteld:.0f} inwoners in vierkanten", f"{er:.0f}"))
    return Controle(
        "vierkanten_compleet",
        pd.DataFrame(gevallen, columns=["niveau", "basis", "gevonden", "verwacht"]),
        dict(feiten),
        f"Het bestand met vierkanten van {jaar} (cbs_vierkanten/{jaar}/) is niet heel of van een "
        "ander jaar: haal het opnieuw op bij het CBS.",
    )
