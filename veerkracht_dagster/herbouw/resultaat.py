"""What a rebuild did, what was refused, and what was not made because of that.

Here: the record, and telling it in words that the command and the jobs share.
Not here: doing it (`herbouwen.py`), tables on a screen (`cli/herbouw.py`).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from veerkracht_dagster.herbouw.geraakt import Paar
from veerkracht_dagster.herbouw.uitvoeren import Opdracht, Uitkomst
from veerkracht_dagster.herbouw.verouderd import RELEASE, Onbereikbaar

NIEUW, BIJ, NIET_BIJGEWERKT, NIET_GEPUBLICEERD = (
    "gemaakt", "was al bij", "niet bijgewerkt", "niet gepubliceerd",
)  # fmt: skip


@dataclass(frozen=True)
class Weigering:
    """A partition that could not be made, why, and the run that says so."""

    asset: str
    partitie: str
    melding: str
    run_id: str

    @property
    def paar(self) -> Paar:
        return self.asset, self.partitie


@dataclass
class Resultaat:
    """What a rebuild did: partitions computed per asset, the runs that did it, what was refused.

    delen: per run its id, stage, reason, and how many partitions it made. staat_op: per partition
    that is left as it is, also one that is not stale, the refused ones that it stands on. edities:
    how each stands now.
    """

    berekend: dict[str, list[str]] = field(default_factory=dict)
    delen: list[tuple[str, str, str, int]] = field(default_factory=list)
    geweigerd: dict[Paar, Weigering] = field(default_factory=dict)
    staat_op: dict[Paar, set[Paar]] = field(default_factory=dict)
    onbereikbaar: list[Onbereikbaar] = field(default_factory=list)
    edities: dict[str, str] = field(default_factory=dict)

    def noteer(self, opdracht: Opdracht, uitkomst: Uitkomst) -> None:
        """Add what a run made; what it refused is for who knows what follows from that."""
        paren = [(asset, p) for asset in opdracht.assets for p in opdracht.partities]
        gemaakt = [paar for paar in paren if not uitkomst.fouten or paar in uitkomst.gemaakt]
        for asset, partitie in gemaakt:
            self.berekend.setdefault(asset, []).append(partitie)
        if uitkomst.run_id:
            self.delen.append((uitkomst.run_id, opdracht.stap, opdracht.reden, len(gemaakt)))

    @property
    def runs(self) -> list[str]:
        """The ids of its runs, in order."""
        return [run_id for run_id, *_ in self.delen]

    @property
    def aantal(self) -> int:
        return sum(len(partities) for partities in self.berekend.values())

    @property
    def gemaakt(self) -> set[Paar]:
        """Every partition that was made."""
        return {(asset, p) for asset, partities in self.berekend.items() for p in partities}

    @property
    def gelukt(self) -> bool:
        """Whether all that was asked is there, and every publisher that was asked answered."""
        return not self.geweigerd and not self.onbereikbaar

    def door_editie(self, editie: str) -> list[str]:
        """The refused partitions that an edition's release stands on, or is, as names in order."""
        paar = RELEASE, editie
        return genoemd(self.staat_op.get(paar, set()) | ({paar} & self.geweigerd.keys()))

    def meldingen(self) -> list[tuple[str, str]]:
        """Every refusal: which partitions, and the whole message; the same words once."""
        return _samen((w.asset, w.partitie, w.melding) for w in self.geweigerd.values())

    def onbereikte_meldingen(self) -> list[str]:
        """Every publisher that did not answer: which years, and what counts instead."""
        per = _samen((een.bron, een.partitie, een.gevolg) for een in self.onbereikbaar)
        return [f"{wie}: {melding}" for wie, melding in per]

    def regels(self) -> list[str]:
        """All that did not go as asked, as lines of text; none when all did."""
        uit = [f"{wie}: {melding}" for wie, melding in self.meldingen()]
        for editie, stand in self.edities.items():
            if door := self.door_editie(editie):
                uit.append(f"editie {editie} is {stand}: herstel {', '.join(door)}")
        return uit + self.onbereikte_meldingen()


def _samen(regels: Iterable[tuple[str, str, str]]) -> list[tuple[str, str]]:
    """(asset, partition, message): partitions of an asset with the same message in one."""
    per_melding: dict[tuple[str, str], set[Paar]] = {}
    for asset, partitie, melding in regels:
        per_melding.setdefault((asset, melding), set()).add((asset, partitie))
    return [(", ".join(genoemd(paren)), melding) for (_, melding), paren in per_melding.items()]


def genoemd(paren: Iterable[Paar]) -> list[str]:
    """Partitions as one says them: of an asset its partitions together."""
    per_asset: dict[str, list[str]] = {}
    for asset, partitie in sorted(paren):
        per_asset.setdefault(asset, []).append(partitie)
    return [f"{asset} {', '.join(partities)}" for asset, partities in per_asset.items()]
