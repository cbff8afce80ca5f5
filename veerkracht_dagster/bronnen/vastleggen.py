"""Keeps the files of a delivery as snapshots, so that reading starts from bytes that stay.

Here: from a found delivery to a recorded one, with its version. Not here: the store itself
(`opslag/snapshots.py`) or the reading (`lezen.py`).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from veerkracht_dagster.bronnen.invoer import Bestand, json_inhoud, json_van
from veerkracht_dagster.bronnen.ontvangsten import Ontvangst, Ontvangsten, ontvangst_van
from veerkracht_dagster.bronnen.vindplaatsen import Levering, Leveringsdeel
from veerkracht_dagster.catalogus.laden import catalogus
from veerkracht_dagster.catalogus.models import Catalogus
from veerkracht_dagster.opslag.snapshots import Snapshotkaart, Snapshots
from veerkracht_dagster.opslag.vingerafdrukken import Vingerafdrukken, versie_van


@dataclass(frozen=True)
class VastgelegdDeel:
    """Snapshots of one place in one dialect. `versie` is the publisher's own, if a file says it."""

    dialect: str
    bestanden: tuple[Bestand, ...]
    versie: str | None = None


@dataclass(frozen=True)
class Vastgelegd:
    """A delivery whose files are in the snapshot store; `versie` is its data version."""

    bron: str
    peiljaar: int
    delen: tuple[VastgelegdDeel, ...]
    reden: str | None
    versie: str
    kaarten: tuple[Snapshotkaart, ...] = ()
    ontvangst: Ontvangst | None = None

    @property
    def beschrijving(self) -> list[dict[str, Any]]:
        """Per part its dialect and the (name, sha256) of its files, for what is made of them."""
        return [
            {"dialect": deel.dialect, "bestanden": [[b.naam, b.sha256] for b in deel.bestanden]}
            for deel in self.delen
        ]


def leg_vast(
    levering: Levering,
    snapshots: Snapshots,
    vingerafdrukken: Vingerafdrukken,
    *,
    ontvangst: Ontvangst | None = None,
    cat: Catalogus | None = None,
) -> Vastgelegd:
    """Keep every file of `levering`, and return what `lezen.lees` needs.

    Args:
        ontvangst: the receipt it comes from; without one it gets a receipt of its own.

    Raises:
        BronFout: a file with the publisher's version cannot be read.
        ValueError: a file changed while it was being kept.
    """
    beschrijving = (cat or catalogus()).bronnen[levering.bron]
    delen, kaarten, paren = [], [], []
    for deel in levering.delen:
        eigen = ontvangst.uitgeversversie if ontvangst else None
        versie = eigen or uitgeversversie(deel.bestanden)
        bestanden = []
        for bestand in deel.bestanden:
            kaart = snapshots.bewaar(
                bestand.pad,
                bron=levering.bron,
                url=beschrijving.url,
                uitgever=beschrijving.uitgever,
                licentie=beschrijving.licentie,
                versie=versie,
                sha256=bestand.sha256 or vingerafdrukken.sha256(bestand.pad),
            )
            kaarten.append(kaart)
            paren.append((bestand.naam, kaart.sha256))
            bestanden.append(Bestand(bestand.naam, snapshots.pad(kaart.sha256), kaart.sha256))
        delen.append(VastgelegdDeel(deel.dialect, tuple(bestanden), versie))
    vingerafdrukken.schrijf()
    if paren and ontvangst is None:
        versies = [deel.versie for deel in delen if deel.versie]
        ontvangst = ontvangst_van(
            levering.bron,
            levering.peiljaar,
            paren,
            uitgeversversie=", ".join(dict.fromkeys(versies)) or None,
        )
        Ontvangsten(snapshots).bewaar(ontvangst)
    return Vastgelegd(
        levering.bron,
        levering.peiljaar,
        tuple(delen),
        levering.reden,
        versie_van(paren),
        tuple(kaarten),
        ontvangst,
    )


def ter_plaatse(levering: Levering, vingerafdrukken: Vingerafdrukken) -> Vastgelegd:
    """The same, without a store: read where the files lie (for looking, not for a release)."""
    delen = tuple(_deel_ter_plaatse(deel, vingerafdrukken) for deel in levering.delen)
    paren = [(b.naam, b.sha256) for deel in delen for b in deel.bestanden]
    return Vastgelegd(levering.bron, levering.peiljaar, delen, levering.reden, versie_van(paren))


def uitgeversversie(bestanden: tuple[Bestand, ...]) -> str | None:
    """Version or date of change, as OData's TableInfos (v3) or Properties (v4) say it."""
    for bestand in bestanden:
        naam = Path(bestand.naam).name
        if naam.startswith("TableInfos."):
            inhoud = json_inhoud(bestand)
            rijen = inhoud.get("value") if isinstance(inhoud, dict) else inhoud
            eerste = rijen[0] if isinstance(rijen, list) and rijen else None
            return _tekst(eerste.get("Modified")) if isinstance(eerste, dict) else None
        if naam.startswith("Properties."):
            inhoud = json_van(bestand)
            return _tekst(inhoud.get("Version") or inhoud.get("Modified"))
    return None


def _tekst(waarde: object) -> str | None:
    return None if waarde is None else str(waarde)


def _deel_ter_plaatse(deel: Leveringsdeel, vingers: Vingerafdrukken) -> VastgelegdDeel:
    bestanden = tuple(replace(b, sha256=b.sha256 or vingers.sha256(b.pad)) for b in deel.bestanden)
    return VastgelegdDeel(deel.dialect, bestanden, uitgeversversie(bestanden))
