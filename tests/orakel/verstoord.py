"""The oracle on altered sources: alter, rebuild what the layers are made of, compare.

Here: one set of cases in one work folder. Not here: the cases (`verstoringen.py`).
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from tests.orakel.vergelijken import uitgaven, verschillen
from tests.orakel.verstoringen import VERSTORINGEN
from veerkracht_dagster.herbouw.resultaat import Resultaat
from veerkracht_dagster.werkmap import Werkmap

EDITIE = "2014-2020"
WIJKEN = "2014-2020-wijken"
# How many cells the cases must change at least, else next to nothing would have been compared.
_VERANDERT = {EDITIE: 100, WIJKEN: 20}
# Only what the layers are made of; no release, report or scan.
NODIG = [
    "cbs_adressen", "cbs_buurtgrenzen", "cbs_kerncijfers", "cbs_microdata", "cbs_vierkanten",
    "corporatie_bik", "leefbaarometer", "rivm_regiobeeld", "woonzorgwijzer",
    "gebieden", "buurt_omzetting", "buurttabel",
    "kwetsbare_bewoners", "overlast_onveiligheid", "corporatiewoningen", "signaal", "rapport",
    "signaal_absoluut", "signaal_relatief", "kwetsbaar_situatie", "kwetsbaar_ontwikkeling",
    "kwetsbaar_ontwikkeling_relatief", "overlast_situatie", "overlast_ontwikkeling",
    "overlast_ontwikkeling_relatief", "corporatiebezit", "focus",
]  # fmt: skip


def eis_gelijk(
    welke: str, werkmap: Werkmap, herbouw_hier: Callable[..., Resultaat], editie: str = EDITIE
) -> int:
    """Alter the sources of a rebuilt work folder and compare after a rebuild: the cells compared.

    Raises:
        AssertionError: with differences; also where the product refused the sources, or where the
            cases changed next to nothing, since then nothing would have been compared.
    """
    tabellen, uitgave = Path(werkmap.tabellen), uitgaven(werkmap.pad)[editie]
    for verstoring in VERSTORINGEN[welke]:
        verstoring(werkmap.bronnen)
    moet_anders, _ = verschillen(werkmap.bronnen, tabellen, uitgave, editie)
    resultaat = herbouw_hier(editie=editie, assets=NODIG)
    na, cellen = verschillen(werkmap.bronnen, tabellen, uitgave, editie)
    assert not resultaat.geweigerd, resultaat.geweigerd
    assert not na, na[:20]
    assert len(moet_anders) > _VERANDERT[editie], moet_anders
    return cellen
