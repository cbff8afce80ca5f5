"""What OData v3 and v4 answers share: sets in pages, chained by their next link.

Here: putting the pages of a set in order and seeing that none is missing or cut off.
Not here: what the rows mean (`odata_v3.py`, `odata_v4.py`).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlsplit

from veerkracht_dagster.bronnen.fouten import BronFout, Problemen, bronfout
from veerkracht_dagster.bronnen.invoer import Bestand, json_inhoud, ontbrekend_bestand
from veerkracht_dagster.bronnen.verslag import Gelezen
from veerkracht_dagster.bronnen.vorm import Vraag

_OPNIEUW = "haal alle pagina's van de tabel opnieuw op"
_GETOOND = 6
_TEKSTVELDEN = ("Key", "Identifier", "Title", "Unit", "Type", "Kind")


@dataclass(frozen=True)
class Variant:
    """Names of the envelope's members in a version of OData.

    kaal: whether programs save the rows of a set without it, as cbsodata does (`download_data`).
    """

    volgende: str
    context: str
    aantal: str
    kaal: bool = False


V3 = Variant("odata.nextLink", "odata.metadata", "odata.count", kaal=True)
V4 = Variant("@odata.nextLink", "@odata.context", "@odata.count")


@dataclass(frozen=True)
class Pagina:
    """One page of a set: its file and its rows. kaal: they stand there without their envelope."""

    bestand: Bestand
    begin: int
    rijen: list[dict[str, Any]]
    kaal: bool = False

    @property
    def gelezen(self) -> Gelezen:
        return Gelezen(self.bestand.naam, self.bestand.sha256, len(self.rijen))


def paginas(
    bestanden: Sequence[Bestand], verzameling: str, variant: Variant, vraag: Vraag
) -> list[Pagina]:
    """All pages of a set, in order; an empty list when there is no file of it.

    Raises:
        BronFout: see `stroom`.
    """
    return list(stroom(bestanden, verzameling, variant, vraag.tabelnummer))


def stroom(
    bestanden: Sequence[Bestand], verzameling: str, variant: Variant, tabelnummer: str | None
) -> Iterator[Pagina]:
    """The pages of a set one by one, in order: those of a large table fill the memory together.

    Raises:
        BronFout: a page is missing, cut off, double, of another set or of another table.
    """
    eigen = [b for b in bestanden if b.kort.split(".")[0] == verzameling]
    genummerd = sorted(((_begin(b), b) for b in eigen), key=lambda paar: (paar[0], paar[1].naam))
    laatste: Bestand | None = None
    verwacht: int | None = 0
    aangekondigd: object = None
    aantal = 0
    for begin, bestand in genummerd:
        if begin != verwacht:
            raise _verkeerde_volgorde(bestand, verzameling, begin, verwacht)
        inhoud, kaal = _inhoud(bestand, variant)
        _weiger_andere_tabel(bestand, inhoud.get(variant.context), verzameling, tabelnummer)
        rijen = _rijen(bestand, inhoud)
        if (gezegd := inhoud.get(variant.aantal)) is not None:
            aangekondigd = gezegd
        verwacht = _volgende(bestand, inhoud.get(variant.volgende), begin, len(rijen))
        laatste, aantal = bestand, aantal + len(rijen)
        yield Pagina(bestand, begin, rijen, kaal)
    if laatste is not None and verwacht is not None:
        raise bronfout(
            laatste.naam,
            gevonden=f"een verwijzing naar een volgende pagina ($skip={verwacht}) die er niet is",
            verwacht=f"alle pagina's van {verzameling}",
            remedie=_OPNIEUW,
        )
    if laatste is not None:
        weiger_aantal(laatste, aantal, aangekondigd, variant.aantal)


def _inhoud(bestand: Bestand, variant: Variant) -> tuple[dict[str, Any], bool]:
    """A page with its envelope, and whether it came without one."""
    inhoud = json_inhoud(bestand)
    if isinstance(inhoud, dict):
        return inhoud, False
    if variant.kaal and isinstance(inhoud, list):
        return {"value": inhoud}, True
    raise bronfout(
        bestand.naam,
        gevonden=f"JSON met bovenaan een {type(inhoud).__name__}, zonder het omhulsel van het "
        f"antwoord ({variant.context}, value)",
        verwacht="het antwoord van de dienst, onbewerkt",
        remedie="bewaar het antwoord zoals het komt, met zijn omhulsel: dat zegt of het heel is",
    )


def verplichte_paginas(
    bestanden: Sequence[Bestand], verzameling: str, variant: Variant, vraag: Vraag
) -> list[Pagina]:
    """As `paginas`, but the set must be there.

    Raises:
        BronFout: see `paginas`; or there is no file of the set.
    """
    gevonden = paginas(bestanden, verzameling, variant, vraag)
    if not gevonden:
        map_ = bestanden[0].naam.rpartition("/")[0]
        raise ontbrekend_bestand(map_, f"{verzameling}.json", _OPNIEUW)
    return gevonden


def alle_rijen(gelezen: Sequence[Pagina]) -> list[dict[str, Any]]:
    """The rows of all pages, one after another."""
    return [rij for pagina in gelezen for rij in pagina.rijen]


def weiger_aantal(bestand: Bestand, aantal: int, aangekondigd: object, waar: str) -> None:
    """Refuse a number of rows that differs from what the publisher announces.

    Raises:
        BronFout: rows are missing, or there are too many.
    """
    if str(aangekondigd).isdecimal() and aantal != int(str(aangekondigd)):
        raise bronfout(
            bestand.naam,
            gevonden=f"{aantal} rijen",
            verwacht=f"{aangekondigd} rijen volgens {waar}",
            remedie="er ontbreken pagina's of rijen; " + _OPNIEUW,
        )


def veld(
    bestand: Bestand, rijen: Sequence[dict[str, Any]], sleutel: str, bekend: Collection[str] = ()
) -> list[Any]:
    """One field of every row.

    Args:
        bekend: every field that the publisher's own list names: others may be new names.

    Raises:
        BronFout: a row does not have it.
    """
    try:
        return [rij[sleutel] for rij in rijen]
    except KeyError:
        nummer = next(i for i, rij in enumerate(rijen) if sleutel not in rij)
        raise bronfout(
            bestand.naam,
            kolom=sleutel,
            rij=nummer,
            **_zonder_veld(sleutel, [n for n in rijen[nummer] if bekend and n not in bekend]),
        ) from None


def _zonder_veld(sleutel: str, vreemd: Sequence[str]) -> dict[str, str]:
    """What an error says of a row without a field, but with others that nobody announced."""
    verwacht = f"het veld {sleutel} in elke rij"
    if not vreemd:
        return {"gevonden": "een rij zonder dit veld", "verwacht": verwacht, "remedie": _OPNIEUW}
    namen = ", ".join(vreemd[:_GETOOND]) + (", ..." if len(vreemd) > _GETOOND else "")
    return {
        "gevonden": f"een rij zonder dit veld, wel met wat DataProperties niet noemt: {namen}",
        "verwacht": verwacht,
        "remedie": "haal DataProperties en TypedDataSet op hetzelfde moment opnieuw op; heet de "
        "kolom daarin anders, zet dan haar nieuwe titel in kolommen.yml (uitgever), en blijven "
        "de twee verschillen, meld dat dan de uitgever",
    }


def getalveld(
    bestand: Bestand, rijen: Sequence[dict[str, Any]], sleutel: str, bekend: Collection[str] = ()
) -> list[float | None]:
    """One field of every row, as JSON numbers or null.

    Raises:
        BronFout: a row does not have it, or holds a text or a truth value.
    """
    waarden = veld(bestand, rijen, sleutel, bekend)
    if {type(waarde) for waarde in waarden} - {int, float, type(None)}:
        problemen = Problemen(bestand.naam)
        for nummer, waarde in enumerate(waarden):
            if type(waarde) not in (int, float, type(None)):
                problemen.erbij(
                    kolom=sleutel,
                    rij=nummer,
                    gevonden=f"{waarde!r}",
                    verwacht="een getal of null",
                    remedie="gebruik de TypedDataSet (v3) of de Observations (v4), onbewerkt",
                )
        problemen.werp()
    return waarden


def _begin(bestand: Bestand) -> int:
    gevonden = re.search(r"skip=?(\d+)", bestand.kort)
    return int(gevonden[1]) if gevonden else 0


def _rijen(bestand: Bestand, inhoud: dict[str, Any]) -> list[dict[str, Any]]:
    rijen = inhoud.get("value")
    if not isinstance(rijen, list) or not all(isinstance(rij, dict) for rij in rijen):
        raise bronfout(
            bestand.naam,
            gevonden=f"een antwoord met {', '.join(sorted(inhoud)) or 'niets'}",
            verwacht="een OData-antwoord met een lijst 'value'",
            remedie=_OPNIEUW,
        )
    _weiger_vormen(bestand, rijen)
    return rijen


def _weiger_vormen(bestand: Bestand, rijen: Sequence[dict[str, Any]]) -> None:
    """Stop where a field holds more than one value, or a name something else than a text."""
    samengesteld = {list, dict} & {type(waarde) for rij in rijen for waarde in rij.values()}
    namen = [naam for naam in _TEKSTVELDEN if rijen and naam in rijen[0]]
    problemen = Problemen(bestand.naam)
    for nummer, rij in enumerate(rijen if samengesteld or namen else ()):
        for naam, waarde in rij.items():
            if isinstance(waarde, list | dict):
                wat, verwacht = f"een {type(waarde).__name__}", "een getal, een tekst of null"
            elif naam in namen and not isinstance(waarde, str | None):
                wat, verwacht = f"{waarde!r}", "een tekst"
            else:
                continue
            problemen.erbij(
                kolom=naam, rij=nummer, gevonden=wat, verwacht=verwacht, remedie=_OPNIEUW
            )
    problemen.werp()


def begin_in(vraagdeel: str) -> int | None:
    """The row at which a next link says that its page begins; None where it has a token instead.

    Only `$skip` counts rows. What v4 puts in `$skiptoken` is its own affair: no client says what it
    looks like (first_contact.md).
    """
    sprong = parse_qs(vraagdeel).get("$skip", [""])[0]
    return int(sprong) if sprong.isdecimal() else None


def _volgende(bestand: Bestand, link: object, begin: int, aantal: int) -> int | None:
    """The position of the next page, which must follow on this page's rows."""
    if link is None:
        return None
    einde = begin + aantal
    try:
        vraagdeel = urlsplit(link).query if isinstance(link, str) else ""
    except ValueError:
        vraagdeel = ""
    if not vraagdeel or begin_in(vraagdeel) not in (None, einde):
        raise bronfout(
            bestand.naam,
            gevonden=f"{aantal} rijen en een volgende pagina {str(link)[:200]!r}",
            verwacht=f"een volgende pagina die bij {einde} begint",
            remedie="de pagina is afgekapt; " + _OPNIEUW,
        )
    return einde


def _verkeerde_volgorde(
    bestand: Bestand, verzameling: str, begin: int, verwacht: int | None
) -> BronFout:
    return bronfout(
        bestand.naam,
        gevonden=f"een pagina van {verzameling} die bij rij {begin} begint",
        verwacht="geen pagina meer"
        if verwacht is None
        else f"een pagina die bij rij {verwacht} begint",
        remedie="er ontbreekt een pagina of er is er een te veel; " + _OPNIEUW,
    )


def _weiger_andere_tabel(
    bestand: Bestand, context: object, verzameling: str, tabelnummer: str | None
) -> None:
    """The envelope says of which table and set the page is; trust that above the file's name."""
    if not isinstance(context, str):
        return
    van_set = context.rpartition("#")[2].rpartition(".")[2]
    delen = [deel.lower() for deel in urlsplit(context).path.split("/")]
    nummer = (tabelnummer or "").lower()
    if van_set != verzameling or nummer not in delen:
        raise bronfout(
            bestand.naam,
            gevonden=f"een antwoord van {context}",
            verwacht=f"{verzameling} van tabel {tabelnummer}",
            remedie="zet elk antwoord onder de naam van zijn verzameling en tabel",
        )
