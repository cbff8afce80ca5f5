"""A published release as evidence: its edition, catalogue, deliveries and crosswalk of then.

Here: from a release folder to what a second computation reads.
Not here: that computation (`naspel.py`), what a release is (`publicatie/release.py`).
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Protocol

import pyarrow.parquet as pq
from pydantic import ValidationError

from veerkracht_dagster.catalogus import catalogus
from veerkracht_dagster.catalogus.models import EIGEN_VORM, Catalogus, Editie
from veerkracht_dagster.opslag.snapshots import Snapshots
from veerkracht_dagster.rekenwijze.omzetten import STUKKOLOMMEN
from veerkracht_dagster.tweede.stukken import (
    BewijsFout,
    Bewijsstukken,
    Tabellenwinkel,
    verzamel,
)

CATALOGUSBESTAND = "catalogus.json"


class Werkplek(Protocol):
    """What is read here of `werkmap.Werkmap`."""

    @property
    def snapshots(self) -> Snapshots: ...
    @property
    def tabellen(self) -> str: ...


class Uitgegeven(Protocol):
    """What is read here of `publicatie.release.Release`."""

    @property
    def release_id(self) -> str: ...
    @property
    def parameters(self) -> dict[str, Any]: ...
    @property
    def leveringen(self) -> dict[str, dict[str, Any]]: ...
    @property
    def versies(self) -> dict[str, Any]: ...


def editie_van(release: Uitgegeven) -> Editie:
    """The edition as it was published, with the parameters of then."""
    velden = ("titel", "begin", "eind", "niveau", "basisjaar", "gemeenten")
    inhoud = {veld: getattr(release, veld) for veld in velden}
    eigen = {naam: x for naam, x in release.parameters.items() if naam != "omzetting"}
    return Editie.model_validate({**inhoud, "parameters": eigen})


def catalogus_van(map_release: Path) -> Catalogus | None:
    """The catalogue that a release was made with; None for one from before it went along.

    Also None where it is of a shape that the catalogue no longer has: every release is followed by
    one of a later catalogue, and that must not stop for it.
    """
    pad = map_release / CATALOGUSBESTAND
    if not pad.is_file():
        return None
    try:
        return Catalogus.model_validate(_aangevuld(json.loads(pad.read_bytes())))
    except ValidationError:
        return None


def _aangevuld(inhoud: dict[str, Any]) -> dict[str, Any]:
    """With what older releases had not: constants, then in the code, and words of parameters."""
    nu = catalogus()
    if "constanten" not in inhoud:
        inhoud["constanten"] = nu.constanten.model_dump(mode="json")
        inhoud["methode"]["constanten"] = nu.methode.model_dump(mode="json")["constanten"]
    woorden = inhoud["methode"]["parameters"]
    inhoud["methode"]["parameters"] = nu.methode.model_dump(mode="json")["parameters"] | woorden
    return inhoud


def catalogus_als_json(cat: Catalogus) -> str:
    """The text of `catalogus.json`."""
    return json.dumps(cat.model_dump(mode="json"), ensure_ascii=False, indent=1) + "\n"


def stukken_van(
    werkmap: Werkplek, map_release: Path, release: Uitgegeven, editie: Editie
) -> Bewijsstukken:
    """The evidence that a release names: its crosswalk rows and its deliveries.

    Raises:
        BewijsFout: a snapshot or the crosswalk is gone, or the release is from before receipts.
    """
    pad = map_release / "tabellen" / "buurt_omzetting.parquet"
    if not release.leveringen or not pad.is_file():
        raise BewijsFout(
            f"release {release.release_id} noemt haar leveringen niet: zij is van voor de bonnen; "
            "publiceer de editie opnieuw met `veerkracht rebuild`"
        )
    rijen = pq.read_table(pad).to_pandas()
    if mist := [kolom for kolom in STUKKOLOMMEN if kolom not in rijen]:
        raise BewijsFout(
            f"release {release.release_id} zegt in {pad.name} niet wat delen wegen "
            f"({', '.join(mist)}): zij is van voor die kolom; publiceer de editie opnieuw met "
            "`veerkracht rebuild`"
        )
    omzettingen = {int(jaar): deel for jaar, deel in rijen.groupby("gebiedsjaar")}
    # A release without areas has no roads; where there are areas, those without a road differ.
    omzettingen.setdefault(editie.basisjaar, rijen.iloc[:0])
    leveringen = {
        int(jaar): {bron: d for bron, d in van.items() if bron not in EIGEN_VORM}
        for jaar, van in release.leveringen.items()
    }
    winkel = Tabellenwinkel(werkmap.tabellen)
    return verzamel(editie, omzettingen, leveringen, werkmap.snapshots, winkel.lees)
