"""When no way gave what can be used: what each one said, and what helps.

Here: the words, from the failures of all ways; and whether a year is refused or not there at all.
Not here: trying the ways (`wegen.py`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from veerkracht_dagster.bronnen.fouten import BronFout, Probleem
from veerkracht_dagster.bronnen.ontvangsten import Mislukt
from veerkracht_dagster.bronnen.ophalen.diensten import Dienststap
from veerkracht_dagster.bronnen.ophalen.fouten import Afwezig, OphaalFout, zonder_toegang
from veerkracht_dagster.bronnen.uitkijk.kalender import verwacht
from veerkracht_dagster.catalogus.models import Bron

_VERSIE = re.compile(r"_v\d+(?=\.\w+$)")
# Over which problems of reading a way are told whole: of a file that came and is refused.
_GELEZEN = 3


@dataclass
class Mislukkingen:
    """The steps to a source and year that failed, in the order in which they were tried."""

    stappen: list[tuple[Dienststap, Afwezig | BronFout]] = field(default_factory=list)

    def erbij(self, stap: Dienststap, fout: Afwezig | BronFout) -> None:
        """A step failed."""
        self.stappen.append((stap, fout))

    @property
    def kort(self) -> tuple[Mislukt, ...]:
        """One line per step; tries beyond what anybody saw are left out when nothing was there."""
        return tuple(
            Mislukt(stap.weg.sleutel, stap.adres.url, _reden(fout))
            for stap, fout in self.stappen
            if stap.adres.gezien or not isinstance(fout, Afwezig)
        )

    @property
    def alleen_afwezig(self) -> bool:
        """Whether every answer was that it is not there."""
        return all(isinstance(fout, Afwezig) for _, fout in self.stappen)

    def waarom_afwezig(self, bron: Bron, jaar: int, vandaag: date, eerste: int) -> str | None:
        """Why the year is not there, in words; None when it must be: then it is refused.

        It need not be where nobody saw an address of it, or where by the calendar it is not out.
        A file that came and is refused is never passed over.

        Args:
            eerste: the first peiljaar, from which a calendar with more years between them counts.
        """
        gekomen = any(not isinstance(fout, Afwezig | OphaalFout) for _, fout in self.stappen)
        if not any(stap.adres.gezien for stap, _ in self.stappen) and self.alleen_afwezig:
            return "er is geen adres van bekend" + (
                f", en waar het zou kunnen staan is het niet ({self._geprobeerd()})"
                if self.stappen
                else ""
            )
        verschenen = bron.kalender is None or verwacht(bron.kalender, [jaar], vandaag, eerste)
        if not verschenen and not gekomen:
            return f"bij de uitgever is het volgens de kalender (nog) niet ({self._geprobeerd()})"
        return None

    def fout(self, naam: str, bron: Bron, jaar: int) -> BronFout:
        """The refusal: each way with its address and its reason, and what helps."""
        gelezen = [f for _, f in self.stappen if not isinstance(f, Afwezig | OphaalFout)]
        regels = "".join(f"\n  - {regel}" for regel in self._regels())
        hoofd = Probleem(
            gevonden=f"langs geen enkele weg iets dat te gebruiken is:{regels}",
            verwacht="ten minste een weg die de gegevens geeft",
            remedie=self._remedie(naam, bron, jaar),
            bestand=f"{bron.titel} {jaar}",
        )
        verder = [p for fout in gelezen for p in fout.problemen][:_GELEZEN]
        return OphaalFout(hoofd, *verder)

    def _geprobeerd(self) -> str:
        return "geprobeerd: " + "; ".join(self._regels())

    def _regels(self) -> list[str]:
        """Each way once per address and reason; versions of one file together."""
        samen: dict[tuple[str, str, str], list[str]] = {}
        for stap, fout in self.stappen:
            url, reden = zonder_toegang(stap.adres.url), _reden(fout)
            vorm = _VERSIE.sub("_v*", url)
            samen.setdefault((stap.weg.sleutel, vorm, reden), []).append(url)
        return [
            f"{weg}: {urls[0] if len(urls) == 1 else _versies(vorm, urls)}: {reden}"
            for (weg, vorm, reden), urls in samen.items()
        ]

    def _remedie(self, naam: str, bron: Bron, jaar: int) -> str:
        """What the ways ask for themselves, and what always helps: the file by hand."""
        eigen = [f.remedie for _, f in self.stappen if isinstance(f, OphaalFout)]
        plaatsen = [p.patroon for p in bron.vindplaatsen if not p.aanvullend]
        waar = plaatsen[0].format(jaar=jaar, tabel=bron.tabellen.get(jaar, ""))
        return "; ".join(
            [
                *dict.fromkeys(eigen),
                f"haal het zelf op ({bron.url}) en zet het in de bronnenmap als {waar}",
                f"`veerkracht bronnen keur --bron {naam} --jaar {jaar}` toont wat elk adres nu "
                "antwoordt; is er een nieuw adres, zet het dan in bronnen.yml",
            ]
        )


def _reden(fout: Afwezig | BronFout) -> str:
    if isinstance(fout, Afwezig | OphaalFout):
        return " ".join(fout.gevonden.split())
    waar = f"{fout.problemen[0].plaats}: " if fout.problemen[0].plaats else ""
    return " ".join(f"gekomen, maar te weigeren: {waar}{fout.gevonden}".split())[:300]


def _versies(vorm: str, urls: Sequence[str]) -> str:
    versies = [gevonden[0][1:] for url in urls if (gevonden := _VERSIE.search(url))]
    return f"{vorm} ({', '.join(versies)})"
