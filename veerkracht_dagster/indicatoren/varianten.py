"""Other makings of K: each group left out, and K at its bounds. How much would change?

Here: the table `gevoeligheid_varianten`, one row per variant.
Not here: thresholds (`gevoeligheid.py`).
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from veerkracht_dagster.catalogus.models import Parameters
from veerkracht_dagster.indicatoren.gevoeligheid import gebruikte_groepen, groepsaandelen
from veerkracht_dagster.indicatoren.klassen import kwetsbaar_klasse, signaalklasse
from veerkracht_dagster.indicatoren.kwetsbaar import PROCENT, geschat_aandeel
from veerkracht_dagster.indicatoren.rangen import rangcorrelatie
from veerkracht_dagster.indicatoren.relatief import gewogen_spreiding, verandering

GEWOON = "alle groepen"


def gevoeligheid_varianten(
    K: pd.DataFrame, V: pd.DataFrame, maten: pd.DataFrame, regels: Parameters
) -> pd.DataFrame:
    """The table `gevoeligheid_varianten` of an edition: K made otherwise, against K as it is.

    Per variant: areas with K, mean K (%, weighted with residents) and its difference, Spearman's
    correlation with the rank of K, and the number of areas of another class of K and of signal.
    Areas with a head count keep it in every variant.
    """
    K, V, maten = (tabel.set_index("regiocode") for tabel in (K, V, maten))
    inwoners = K["inwoners_eind"]
    m, s = gewogen_spreiding(K["K_eind"], inwoners)
    klasse = kwetsbaar_klasse(K["K_eind"].to_numpy(), m, s)
    signaal = _signaal(K["K_begin"], K["K_eind"], V, regels)
    rijen = []
    for variant, begin, eind in _varianten(K, maten):
        m_anders, s_anders = gewogen_spreiding(eind, inwoners)
        nieuw = kwetsbaar_klasse(eind.to_numpy(), m_anders, s_anders)
        rijen.append(
            {
                "variant": variant,
                "gebieden": int(eind.notna().sum()),
                "gemiddelde_K": m_anders,
                "verschil": m_anders - m,
                "rangcorrelatie": rangcorrelatie(K["K_eind"].to_numpy(), eind.to_numpy()),
                **_naast("klasse", "andere_klasse", klasse, nieuw),
                **_naast("signaal", "ander_signaal", signaal, _signaal(begin, eind, V, regels)),
                "van": len(K),
            }
        )
    return pd.DataFrame(rijen)


def _varianten(K: pd.DataFrame, maten: pd.DataFrame) -> Iterator[tuple[str, pd.Series, pd.Series]]:
    yield GEWOON, K["K_begin"], K["K_eind"]
    groepen, geschat = gebruikte_groepen(K), K["methode"].eq("schatting")
    for groep in groepen:
        rest = [naam for naam in groepen if naam != groep]
        kanten = []
        for kant in ("begin", "eind"):
            p = groepsaandelen(maten, rest, kant)
            zonder = geschat_aandeel(p) * PROCENT if rest else pd.Series(np.nan, index=K.index)
            # Where K itself is not known, the variant is not either.
            bekend = zonder.where(K[f"K_{kant}"].notna())
            kanten.append(bekend.where(geschat, K[f"K_{kant}"]))
        yield f"zonder {groep}", kanten[0], kanten[1]
    for grens in ("ondergrens", "bovengrens"):
        yield f"K op de {grens}", K[f"K_begin_{grens}"], K[f"K_eind_{grens}"]


def _signaal(begin: pd.Series, eind: pd.Series, V: pd.DataFrame, regels: Parameters) -> np.ndarray:
    dK = verandering(eind, begin).to_numpy()
    dP, onv = V["dP"].to_numpy(), V["onv_klasse"].to_numpy()
    return signaalklasse(dK, dP, onv, regels.tK_procentpunt, regels.tP_punt)


def _naast(naam: str, anders: str, een: np.ndarray, ander: np.ndarray) -> dict[str, float]:
    """Areas that have a class in both, and those where it is not the same, if there are any."""
    beide = ~np.isnan(een) & ~np.isnan(ander)
    verschil = float((beide & (een != ander)).sum()) if beide.any() else np.nan
    return {anders: verschil, f"gemeten_{naam}": int(beide.sum())}
