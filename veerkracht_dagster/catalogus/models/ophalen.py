"""Ways to fetch a source, and the addresses along them, each with who saw it served.

Here: what a way of `bronnen.yml` may say, and which addresses it gives for a peiljaar, in order.
Not here: asking them (`bronnen/ophalen/`), the rest of a source (`bronnen.py`).
"""

from __future__ import annotations

from typing import Literal, NamedTuple

from pydantic import Field, model_validator

from veerkracht_dagster.catalogus.models.basis import Model

Soortweg = Literal["cbs_v4_bulk", "cbs_v4", "cbs_v3", "bestand", "feed"]
# Version 1 in the year itself, 2 in the next, 3 in the year after (sources.md 4): as many are tried
# where fewer were seen, since the publisher takes a version away when the next appears.
_VERSIES = 3


class Kandidaat(NamedTuple):
    """An address for one peiljaar. gezien: somebody saw it served; else it is one beyond that."""

    url: str
    getuige: str
    gezien: bool


class Adres(Model):
    """An address of a publisher, or a pattern of addresses, and who saw it served.

    url: `{jaar}` and `{versie}` stand for the peiljaar and the publisher's version of its file.
    jaar: the one peiljaar it is of. vanaf, tot: the first and last peiljaar it was seen for; one
    year beyond is tried too. Neither: a file with all peiljaren.
    versies: the highest version seen per peiljaar; one above it is tried first, then down.
    afgeleid: nobody was seen asking it; it follows from how the publisher names its others.
    """

    url: str
    getuige: str = Field(min_length=10)
    jaar: int | None = None
    vanaf: int | None = None
    tot: int | None = None
    versies: dict[int, int] = {}
    afgeleid: bool = False

    @model_validator(mode="after")
    def _klopt(self) -> Adres:
        if self.jaar is not None and (self.vanaf, self.tot) != (None, None):
            raise ValueError(f"{self.url}: geef `jaar`, of `vanaf` en `tot`, niet beide")
        if (self.vanaf is None) != ("{jaar}" not in self.url):
            raise ValueError(f"{self.url}: `{{jaar}}` en `vanaf` horen bij elkaar")
        if bool(self.versies) != ("{versie}" in self.url):
            raise ValueError(f"{self.url}: `{{versie}}` en `versies` horen bij elkaar")
        return self

    @property
    def alle_jaren(self) -> bool:
        """Whether one file holds every peiljaar."""
        return self.jaar is None and self.vanaf is None

    def kent(self, jaar: int) -> bool:
        """Whether it was seen for a peiljaar."""
        if self.afgeleid:
            return False
        if self.versies:
            return jaar in self.versies
        if self.jaar is not None:
            return jaar == self.jaar
        return self.vanaf is None or self.vanaf <= jaar <= (self.tot or jaar)

    def geldt(self, jaar: int) -> bool:
        """Whether it is tried for a peiljaar."""
        if self.jaar is not None:
            return jaar == self.jaar
        return (self.vanaf or jaar) <= jaar <= (jaar if self.tot is None else self.tot + 1)

    def kandidaten(self, jaar: int) -> list[Kandidaat]:
        """The addresses for a peiljaar, the newest version first."""
        if not self.geldt(jaar):
            return []
        if not self.versies:
            return [Kandidaat(self.url.format(jaar=jaar), self.getuige, self.kent(jaar))]
        gezien = self.versies.get(jaar, -1)
        return [
            Kandidaat(self.url.format(jaar=jaar, versie=v), self.getuige, v <= gezien)
            for v in range(max(gezien + 1, _VERSIES), -1, -1)
        ]


class Ophaalweg(Model):
    """A way to fetch a source: tables of a service of CBS by number, or files at an address.

    naam: what the way is called on cards and in receipts; without one, as its kind.
    basis: where a service keeps its tables; without one, at CBS. getuige: who saw the service.
    adressen: of files and feeds, in order; those seen for a peiljaar go before the others.
    map: folder in which what comes is named, so that a `vindplaats` finds it.
    einde: of a feed: how the name of the file ends.
    """

    weg: Soortweg
    naam: str = ""
    getuige: str | None = Field(default=None, min_length=10)
    basis: str | None = None
    adressen: list[Adres] = []
    map: str | None = None
    einde: str | None = None

    @model_validator(mode="after")
    def _klopt(self) -> Ophaalweg:
        met_adressen = self.weg in ("bestand", "feed")
        if met_adressen != bool(self.adressen) or met_adressen != (self.map is not None):
            raise ValueError(f"weg {self.sleutel}: alleen bestand en feed hebben adressen en map")
        if met_adressen == (self.getuige is not None):
            raise ValueError(f"weg {self.sleutel}: een getuige, bij de dienst of bij elk adres")
        if (self.weg == "feed") != (self.einde is not None):
            raise ValueError(f"weg {self.sleutel}: `einde` hoort bij een feed")
        return self

    @property
    def sleutel(self) -> str:
        """What the way is called."""
        return self.naam or self.weg

    def kandidaten(self, jaar: int) -> list[Kandidaat]:
        """Where the file of a peiljaar may be, best first; nothing when no address is known."""
        beste_eerst = sorted(
            self.adressen, key=lambda adres: (not adres.kent(jaar), -adres.versies.get(jaar, 0))
        )
        return [kandidaat for adres in beste_eerst for kandidaat in adres.kandidaten(jaar)]

    def alle_jaren(self, url: str) -> bool:
        """Whether this address is of a file with every peiljaar."""
        return any(adres.alle_jaren and adres.url == url for adres in self.adressen)
