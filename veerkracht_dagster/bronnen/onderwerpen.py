"""Finds our columns among a publisher's topics: by title, unit and top group, or v4 measure id.

Here: the match. Not here: reading the publisher's list of topics (`dialecten/`). The number
behind an OData name is never looked at: it shifts between releases of one table.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches

from veerkracht_dagster.bronnen.fouten import Problemen
from veerkracht_dagster.bronnen.invoer import Bestand
from veerkracht_dagster.catalogus.models import Kolom, Uitgeverskolom
from veerkracht_dagster.catalogus.models.basis import zelfde


@dataclass(frozen=True)
class Onderwerp:
    """A topic of the publisher: `sleutel` is how its file names it.

    groep: its uppermost group. pad: all its groups, which tell topics of one title apart.
    """

    sleutel: str
    titel: str
    eenheid: str | None
    groep: str | None
    maat: str | None = None  # v4 measure id
    pad: tuple[str, ...] = ()

    @property
    def voluit(self) -> str:
        """Groups, title and unit, as StatLine writes them: the same in every version of OData."""
        delen = "/".join(" ".join(deel.split()) for deel in (*self.pad, self.titel))
        return f"{delen} ({(self.eenheid or '').strip()})"


@dataclass(frozen=True)
class Onderwerpvondst:
    """Our column -> the publisher's key, and our columns that are not in this file."""

    sleutels: dict[str, str]
    niet_gevonden: tuple[str, ...]


def zoek(
    bestand: Bestand,
    kolommen: dict[str, Kolom],
    onderwerpen: Iterable[Onderwerp],
    *,
    heel_jaar: int | None = None,
    overgeslagen: Iterable[str] | None = None,
) -> Onderwerpvondst:
    """Find each of our columns.

    Args:
        heel_jaar: the year, where these are all topics of the publisher's table of that year; else
            they are somebody's choice.
        overgeslagen: titles that the catalogue knows and does not keep.

    Raises:
        BronFout: a column matches two topics; a whole table lacks one that it must have; or one is
            not there, and a title that nobody knows is, in its group and unit.
    """
    alle = list(onderwerpen)
    problemen = Problemen(bestand.waar)
    sleutels: dict[str, str] = {}
    for naam, kolom in kolommen.items():
        passend = _passend(kolom.uitgever, alle)
        if len(passend) > 1:
            problemen.erbij(
                kolom=naam,
                gevonden=" en ".join(f"{o.sleutel} ('{o.titel}')" for o in passend),
                verwacht=f"een onderwerp {_beschrijf(kolom.uitgever)}",
                remedie="maak de kolom in kolommen.yml eenduidig (titel, eenheid, groep of v4)",
            )
        elif passend:
            sleutels[naam] = passend[0].sleutel
        elif heel_jaar is not None:
            titels = [o.titel.strip() for o in alle]
            meld_afwezig(problemen, naam, kolom, kolom.uitgever.titels[0], titels, heel_jaar)
    if overgeslagen is not None:
        kwijt = {naam: kolom for naam, kolom in kolommen.items() if naam not in sleutels}
        _meld_hernoemde(problemen, kwijt, _onbekende(alle, kolommen, overgeslagen))
    problemen.werp()
    return Onderwerpvondst(sleutels, tuple(naam for naam in kolommen if naam not in sleutels))


def meld_afwezig(
    problemen: Problemen, naam: str, kolom: Kolom, gezocht: str, er_zijn: list[str], jaar: int
) -> None:
    """Note a column that a whole table of this year must have, and that it has not by this name.

    The publisher has a topic in the table from its first release, empty if need be.
    """
    if jaar not in kolom.in_tabel:
        return
    lijkt = get_close_matches(gezocht, er_zijn, n=2)
    problemen.erbij(
        kolom=gezocht,
        gevonden=f"geen kolom {_beschrijf(kolom.uitgever)}"
        + (f"; wel {' en '.join(repr(titel) for titel in lijkt)}" if lijkt else ""),
        verwacht=f"de kolom die wij {naam} noemen, die de uitgever in de tabel van {jaar} heeft",
        remedie="heet zij nu anders, zet de nieuwe titel, de groep of het v4-nummer dan in "
        "catalogus/kolommen.yml; heeft de tabel van dat jaar haar niet, zet dat daar in in_tabel; "
        "haal anders het bestand opnieuw op",
    )


def _onbekende(
    alle: list[Onderwerp], kolommen: dict[str, Kolom], overgeslagen: Iterable[str]
) -> list[Onderwerp]:
    """Topics that are not ours, and that the catalogue does not name as skipped."""
    eigen = {zelfde(titel) for kolom in kolommen.values() for titel in kolom.uitgever.titels}
    bekend = eigen | {zelfde(titel) for titel in overgeslagen}
    return [onderwerp for onderwerp in alle if zelfde(onderwerp.titel) not in bekend]


def _meld_hernoemde(
    problemen: Problemen, kwijt: dict[str, Kolom], onbekende: list[Onderwerp]
) -> None:
    """Note every unknown topic that may be a column that is not there, under a new title."""
    for onderwerp in onbekende:
        van_haar = [naam for naam, kolom in kwijt.items() if _zelfde_plaats(onderwerp, kolom)]
        if van_haar:
            titels = " of ".join(f"'{kwijt[naam].uitgever.titels[0]}'" for naam in van_haar)
            problemen.erbij(
                kolom=onderwerp.sleutel,
                gevonden=f"een onbekend onderwerp '{onderwerp.titel.strip()}', en geen {titels}",
                verwacht=f"onderwerpen die de catalogus kent; dit kan {' of '.join(van_haar)} zijn",
                remedie="is het zo, zet de titel dan bij die kolom in catalogus/kolommen.yml; is "
                "het een ander onderwerp, noem het in catalogus/kolommen.yml onder overgeslagen",
            )


def _zelfde_plaats(onderwerp: Onderwerp, kolom: Kolom) -> bool:
    uitgever = kolom.uitgever
    return zelfde(onderwerp.groep) == zelfde(uitgever.groep) and zelfde(
        onderwerp.eenheid
    ) == zelfde(uitgever.eenheid)


def zoek_titel(onderwerpen: Iterable[Onderwerp], begin: str) -> str | None:
    """Key of the first topic whose title starts with `begin` (for the columns about the region)."""
    return next((o.sleutel for o in onderwerpen if zelfde(o.titel).startswith(zelfde(begin))), None)


def _passend(uitgever: Uitgeverskolom, alle: list[Onderwerp]) -> list[Onderwerp]:
    """By measure id; without one, by title, unit and top group."""
    op_maat = [o for o in alle if o.maat is not None and o.maat in uitgever.v4]
    if len(op_maat) == 1:
        return op_maat
    titels = {zelfde(titel) for titel in uitgever.titels}
    return [
        onderwerp
        for onderwerp in op_maat or alle
        if zelfde(onderwerp.titel) in titels
        and (uitgever.eenheid is None or zelfde(onderwerp.eenheid) == zelfde(uitgever.eenheid))
        and (uitgever.groep is None or zelfde(onderwerp.groep) == zelfde(uitgever.groep))
    ] or op_maat


def _beschrijf(uitgever: Uitgeverskolom) -> str:
    delen = [
        " of ".join(f"'{titel}'" for titel in uitgever.titels),
        uitgever.eenheid,
        uitgever.groep,
    ]
    return ", ".join(deel for deel in delen if deel)
