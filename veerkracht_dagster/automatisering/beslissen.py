"""What a tick does with what it saw: which partitions run, and what is told.

Here: a decision from versions seen, versions handled before, and what Dagster calls stale.
Not here: seeing (`bronnen/uitkijk/`), or Dagster's sensors (`sensoren.py`).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from veerkracht_dagster.bronnen.uitkijk.gezien import Gezien
from veerkracht_dagster.instantie.tags import ONTBREEKT
from veerkracht_dagster.opslag.vingerafdrukken import AFWEZIG

if TYPE_CHECKING:
    from veerkracht_dagster.herbouw.verouderd import Verouderd

Sleutel = tuple[str, int]


@dataclass(frozen=True)
class Aanvraag:
    """A partition to run, and why.

    keer: which time this version was seen: what went and came back is another time.
    """

    bron: str
    jaar: int
    versie: str
    keer: str
    tabel: str | None
    reden: str

    @property
    def run_key(self) -> str:
        """One run for every time that a version of a source and year was seen, ever."""
        return f"{self.bron}/{self.jaar}/{self.versie}/{self.keer}"


@dataclass
class Stand:
    """The cursor: per source and year the version that was asked for last, with the event in which
    it was seen; and what was told.
    """

    versies: dict[str, str] = field(default_factory=dict)
    verteld: dict[str, str] = field(default_factory=dict)

    @classmethod
    def van(cls, cursor: str | None) -> Stand:
        """From the text that Dagster keeps; nothing dealt with when there is none."""
        inhoud: dict[str, Any] = json.loads(cursor) if cursor else {}
        return cls(inhoud.get("versies", {}), inhoud.get("verteld", {}))

    def cursor(self) -> str:
        """As the text that Dagster keeps."""
        return json.dumps({"versies": self.versies, "verteld": self.verteld}, sort_keys=True)

    def nieuws(self, sleutel: str, tekst: str) -> bool:
        """Whether this was not told before; remembers that it is now."""
        oud = self.verteld.get(sleutel)
        self.verteld[sleutel] = tekst
        return oud != tekst


def om_gegevens(oordeel: Iterable[Verouderd]) -> dict[Sleutel, str]:
    """What is stale by other data or was never made, and why; new code alone is no news."""
    return {
        (v.asset, int(v.partitie)): v.reden
        for v in oordeel
        if v.nieuwe_gegevens or v.reden == ONTBREEKT
    }


def aanvragen(
    gezien: Mapping[Sleutel, Gezien],
    stand: Stand,
    verouderd: Mapping[Sleutel, str],
    waargenomen: Mapping[Sleutel, int],
) -> list[Aanvraag]:
    """The stale partitions whose version was not asked for yet since it was seen.

    What is not stale is not dealt with either: a run that is at work may still read what lay there
    before, and make it stale.

    Args:
        stand: the cursor; what is asked for now is added to it, and what is not stale leaves it.
        verouderd: partitions that Dagster calls stale or missing, and its reason.
        waargenomen: the event by which Dagster knows of that version. It stays the same until
            another version is seen, also after a restart or with a lost cursor.
    """
    uit = []
    for (bron, jaar), wat in gezien.items():
        reden, naam = verouderd.get((bron, jaar)), f"{bron}/{jaar}"
        if reden is None:
            stand.versies.pop(naam, None)  # dealt with: the cursor holds what is under way
        if reden is None or wat.versie == AFWEZIG:
            continue
        keer = str(waargenomen[bron, jaar])
        aanvraag = Aanvraag(bron, jaar, wat.versie, keer, wat.tabel, wat.reden or reden)
        eerder, stand.versies[naam] = stand.versies.get(naam), f"{wat.versie}/{keer}"
        if stand.versies[naam] != eerder:
            uit.append(aanvraag)
    return uit
