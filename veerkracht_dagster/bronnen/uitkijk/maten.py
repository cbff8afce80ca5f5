"""What every topic of a publisher's version holds: how many figures, and a fingerprint of them.

Here: all topics, also those that we do not keep. Not here: comparing two versions (`verschil.py`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from veerkracht_dagster.bronnen.dialecten import odata_v4, odata_v4_csv
from veerkracht_dagster.bronnen.dialecten.odata import (
    V3,
    V4,
    alle_rijen,
    veld,
    verplichte_paginas,
)
from veerkracht_dagster.bronnen.dialecten.odata_v3 import onderwerpen_van
from veerkracht_dagster.bronnen.dialecten.waarnemingen import Waarnemingen
from veerkracht_dagster.bronnen.onderwerpen import Onderwerp
from veerkracht_dagster.bronnen.vastleggen import Vastgelegd, VastgelegdDeel
from veerkracht_dagster.bronnen.vorm import Vraag
from veerkracht_dagster.catalogus.models import Catalogus


@dataclass(frozen=True)
class Uitgeversmaat:
    """A topic: what it is, how many figures it has, and one number that changes with them."""

    onderwerp: Onderwerp
    aantal: int
    afdruk: int


def maten_van(vastgelegd: Vastgelegd, cat: Catalogus) -> dict[str, Uitgeversmaat] | None:
    """The topics with figures of an OData version, by their full name; None for other forms.

    Raises:
        BronFout: a set cannot be read.
    """
    vraag = Vraag(vastgelegd.bron, vastgelegd.peiljaar, cat)
    for deel in vastgelegd.delen:
        if deel.dialect in _LEZERS:
            return _LEZERS[deel.dialect](deel, vraag)
    return None


def _v3(deel: VastgelegdDeel, vraag: Vraag) -> dict[str, Uitgeversmaat]:
    rijen = alle_rijen(verplichte_paginas(deel.bestanden, "DataProperties", V3, vraag))
    gegevens = alle_rijen(verplichte_paginas(deel.bestanden, "TypedDataSet", V3, vraag))
    dimensie = next(r["Key"] for r in rijen if str(r.get("Type", "")).startswith("Geo"))
    regios = pd.Series(veld(deel.bestanden[0], gegevens, dimensie)).str.strip()
    sleutels = pd.util.hash_array(regios.to_numpy(dtype=object))
    uit = {}
    for onderwerp in onderwerpen_van(rijen):
        cellen = [rij.get(onderwerp.sleutel) for rij in gegevens]
        if any(isinstance(cel, str) for cel in cellen):
            continue  # texts about the region: names, postcodes
        waarden = np.array(cellen, dtype=float)
        er = ~np.isnan(waarden)
        uit[onderwerp.voluit] = _maat(onderwerp, sleutels[er], waarden[er])
    return uit


def _v4(deel: VastgelegdDeel, vraag: Vraag) -> dict[str, Uitgeversmaat]:
    maten = alle_rijen(verplichte_paginas(deel.bestanden, "MeasureCodes", V4, vraag))
    groepen = alle_rijen(verplichte_paginas(deel.bestanden, "MeasureGroups", V4, vraag))
    paginas = verplichte_paginas(deel.bestanden, "Observations", V4, vraag)
    dimensie = odata_v4.regiodimensie(deel, vraag)
    delen = [odata_v4.waarnemingen_van(pagina, dimensie) for pagina in paginas]
    return _uit_waarnemingen(odata_v4.onderwerpen_van(maten, groepen), delen)


def _v4_csv(deel: VastgelegdDeel, vraag: Vraag) -> dict[str, Uitgeversmaat]:
    inhoud = odata_v4_csv.inhoud_van(deel, vraag)
    return _uit_waarnemingen(inhoud.onderwerpen, [inhoud.waarnemingen])


def _uit_waarnemingen(
    onderwerpen: Sequence[Onderwerp], delen: Sequence[Waarnemingen]
) -> dict[str, Uitgeversmaat]:
    plaats = {onderwerp.sleutel: i for i, onderwerp in enumerate(onderwerpen)}
    maat = np.concatenate([deel.maat.naar(plaats) for deel in delen])
    waarden = np.concatenate([deel.waarde for deel in delen])
    sleutels = np.concatenate([_regiosleutels(deel) for deel in delen])
    er = ~np.isnan(waarden) & (maat >= 0)
    volgorde = np.argsort(maat[er], kind="stable")
    maat, waarden, sleutels = maat[er][volgorde], waarden[er][volgorde], sleutels[er][volgorde]
    grenzen = np.searchsorted(maat, np.arange(len(onderwerpen) + 1))
    return {
        onderwerp.voluit: _maat(onderwerp, sleutels[van:tot], waarden[van:tot])
        for onderwerp, van, tot in zip(onderwerpen, grenzen[:-1], grenzen[1:], strict=True)
    }


def _regiosleutels(deel: Waarnemingen) -> np.ndarray:
    per_waarde = pd.util.hash_array(np.array([w or "" for w in deel.regio.waarden], dtype=object))
    return per_waarde[deel.regio.plaatsen]


def _maat(onderwerp: Onderwerp, sleutels: np.ndarray, waarden: np.ndarray) -> Uitgeversmaat:
    """The fingerprint does not depend on the order of the rows."""
    gemengd = sleutels * np.uint64(31) ^ pd.util.hash_array(waarden.astype("float64"))
    return Uitgeversmaat(
        onderwerp, len(waarden), int(np.bitwise_xor.reduce(gemengd, initial=np.uint64(0)))
    )


_LEZERS: dict[str, Callable[[VastgelegdDeel, Vraag], dict[str, Uitgeversmaat]]] = {
    "odata_v3": _v3,
    "odata_v4": _v4,
    "odata_v4_csv": _v4_csv,
}
