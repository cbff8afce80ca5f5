"""What a rebuild would compute now and why, and what was refused before: for who tells it.

Here: the judgement of all assets at once. Not here: one asset (`verouderd.py`), doing it
(`herbouwen.py`), showing it (`cli/stand.py`, `automatisering/verouderd.py`).
"""

from __future__ import annotations

import dagster as dg

from veerkracht_dagster.herbouw.geraakt import Stamboom
from veerkracht_dagster.herbouw.resultaat import Resultaat
from veerkracht_dagster.herbouw.stappen import STAPPEN
from veerkracht_dagster.herbouw.verouderd import (
    Verouderd,
    neem_waar,
    niet_gepubliceerd,
    verouderde_partities,
)
from veerkracht_dagster.herbouw.weigerboek import nog_geweigerd
from veerkracht_dagster.instantie.hulpbronnen import Werkplaats
from veerkracht_dagster.instantie.intern import AssetGraph
from veerkracht_dagster.werkmap import Werkmap


def te_doen(
    instance: dg.DagsterInstance, graaf: AssetGraph, werkmap: Werkmap
) -> tuple[list[Verouderd], Resultaat]:
    """Partitions that a rebuild would compute, after a look at the source folder and the catalogue;
    and what was refused of them before, with what stands on it. No publisher is asked.
    """
    neem_waar(instance, Werkplaats.van(werkmap), uitgevers=False)
    assets = [
        sleutel
        for stap in STAPPEN
        for sleutel in sorted(graaf.asset_keys_for_group(stap, require_materializable=True))
    ]
    oud = verouderde_partities(instance, graaf, assets)
    alle = [*oud, *niet_gepubliceerd(werkmap, oud)]
    geweigerd = nog_geweigerd(werkmap, {v.paar for v in alle})
    return alle, Resultaat(geweigerd=geweigerd, staat_op=Stamboom(graaf).op(geweigerd))
