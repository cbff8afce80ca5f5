"""Refusals: what is wrong with a publisher's file, where, and what to do.

Here: one error class, and a collector so that all problems of a file are raised at once.
Not here: the checks themselves (they live with the dialect they check).
"""

from __future__ import annotations

from dataclasses import dataclass, field

MAXIMUM_GETOOND = 5


@dataclass(frozen=True)
class Probleem:
    """One thing wrong: what was found, what was expected, what to do, and where.

    `rij` counts data rows from 0, as the column `bron_rij` does. `code` is the region, address or
    measure the row speaks of.
    """

    gevonden: str
    verwacht: str
    remedie: str
    bestand: str | None = None
    kolom: str | None = None
    rij: int | None = None
    code: str | None = None

    @property
    def plaats(self) -> str:
        """Where it is, as far as known: file, column, row, code."""
        delen = [
            self.bestand,
            f"kolom '{self.kolom}'" if self.kolom is not None else None,
            f"rij {self.rij}" if self.rij is not None else None,
            f"code {self.code}" if self.code is not None else None,
        ]
        return ", ".join(deel for deel in delen if deel)

    def __str__(self) -> str:
        plaats = f"{self.plaats}: " if self.plaats else ""
        return (
            f"{plaats}gevonden: {self.gevonden}; verwacht: {self.verwacht}; "
            f"wat te doen: {self.remedie}."
        )


class BronFout(Exception):
    """A publisher's file cannot be used. The first problem's place is at hand as attributes."""

    def __init__(self, *problemen: Probleem) -> None:
        # A file with all years is refused for every year, in the same words.
        self.problemen = tuple(dict.fromkeys(problemen))
        getoond = [str(probleem) for probleem in self.problemen[:MAXIMUM_GETOOND]]
        if len(self.problemen) > MAXIMUM_GETOOND:
            getoond.append(f"En nog {len(self.problemen) - MAXIMUM_GETOOND} problemen.")
        if any(probleem.rij is not None for probleem in self.problemen):
            getoond.append("Een rij telt vanaf 0, zonder de kop.")
        super().__init__("\n".join(getoond))

    def __reduce__(self) -> tuple[type[BronFout], tuple[Probleem, ...]]:
        """To another process: by its problems, of which the text is made."""
        return type(self), self.problemen

    @property
    def bestand(self) -> str | None:
        return self.problemen[0].bestand

    @property
    def kolom(self) -> str | None:
        return self.problemen[0].kolom

    @property
    def rij(self) -> int | None:
        return self.problemen[0].rij

    @property
    def code(self) -> str | None:
        return self.problemen[0].code

    @property
    def gevonden(self) -> str:
        return self.problemen[0].gevonden

    @property
    def verwacht(self) -> str:
        return self.problemen[0].verwacht

    @property
    def remedie(self) -> str:
        return self.problemen[0].remedie


def bronfout(
    bestand: str | None = None,
    *,
    gevonden: str,
    verwacht: str,
    remedie: str,
    kolom: str | None = None,
    rij: int | None = None,
    code: str | None = None,
) -> BronFout:
    """A `BronFout` with one problem."""
    return BronFout(Probleem(gevonden, verwacht, remedie, bestand, kolom, rij, code))


@dataclass
class Problemen:
    """Collects the problems of one file; `werp` raises them together, or does nothing."""

    bestand: str
    lijst: list[Probleem] = field(default_factory=list)

    def erbij(
        self,
        *,
        gevonden: str,
        verwacht: str,
        remedie: str,
        kolom: str | None = None,
        rij: int | None = None,
        code: str | None = None,
    ) -> None:
        """Note one problem of this file."""
        self.lijst.append(Probleem(gevonden, verwacht, remedie, self.bestand, kolom, rij, code))

    def werp(self) -> None:
        """Raise all that was noted.

        Raises:
            BronFout: there is at least one problem.
        """
        if self.lijst:
            raise BronFout(*self.lijst)
