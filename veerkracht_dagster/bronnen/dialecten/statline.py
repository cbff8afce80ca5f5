"""Kerncijfers as StatLine CSV: as exported (`;`, 'Group/Title (unit)'), and as R rewrote it.

Here: the headers of both, in any order and with any separator, decimal comma, the marks of no
number. Not here: the old StatWeb export, which has no region codes (`bronnen.yml` says so).
"""

from __future__ import annotations

import re

import numpy as np
import pandas as pd

from veerkracht_dagster.bronnen.fouten import bronfout
from veerkracht_dagster.bronnen.getallen import Notatie, getallen_van
from veerkracht_dagster.bronnen.invoer import Bestand, Rijen, kopregel_van, rijen_van
from veerkracht_dagster.bronnen.jaren import jaarkolommen, weiger_ander_jaar
from veerkracht_dagster.bronnen.onderwerpen import Onderwerp, Onderwerpvondst, zoek
from veerkracht_dagster.bronnen.regio import (
    niveaus_van_soort,
    tekst,
    weiger_codes,
    zonder_kenmerk,
)
from veerkracht_dagster.bronnen.scheiding import (
    SCHEIDINGEN,
    scheiding_van,
    velden_van,
    verteld,
)
from veerkracht_dagster.bronnen.vastleggen import VastgelegdDeel
from veerkracht_dagster.bronnen.verslag import Gelezen
from veerkracht_dagster.bronnen.vorm import Kolommen, Lezing, Vraag, gebiedstabel
from veerkracht_dagster.catalogus.models import Kolom, Uitgeverskolom

_STATLINE = Notatie(frozenset({"", "."}))
_R = Notatie(frozenset({"", ".", "NA"}))
_CODERING = "Regioaanduiding.Codering"
_KOP = re.compile(r"^(?P<pad>.*) \((?P<eenheid>[^()]*)\)$")


def lees(deel: VastgelegdDeel, vraag: Vraag) -> Lezing:
    """The table of kerncijfers from a StatLine CSV.

    Raises:
        BronFout: more than one file, cut off, no region code, a column matched twice, a text or
            a mixture of decimal signs where numbers should be, wrong or double codes.
    """
    bestand = een_bestand(deel)
    teken = _teken(bestand)
    rijen = rijen_van(bestand, teken)
    onderwerpen = [_onderwerp(kop) for kop in rijen.koppen]
    gevonden = zoek(bestand, vraag.kolommen, onderwerpen, overgeslagen=vraag.overgeslagen)
    return _lezing(bestand, rijen, gevonden, _STATLINE, vraag, verteld(teken, ";"))


def lees_r(deel: VastgelegdDeel, vraag: Vraag) -> Lezing:
    """The same from a file that R wrote again: dots for every other sign, NA, row numbers.

    Raises:
        BronFout: see `lees`.
    """
    bestand = een_bestand(deel)
    teken = _teken(bestand)
    rijen = rijen_van(bestand, teken)
    gevonden = _zoek_r(bestand, vraag.kolommen, rijen.koppen)
    return _lezing(bestand, rijen, gevonden, _R, vraag, verteld(teken, ","))


def een_bestand(deel: VastgelegdDeel) -> Bestand:
    """The only file of a place.

    Raises:
        BronFout: there is more than one.
    """
    if len(deel.bestanden) != 1:
        raise bronfout(
            deel.bestanden[0].naam,
            gevonden="meer dan een bestand voor dit jaar: "
            + ", ".join(bestand.kort for bestand in deel.bestanden),
            verwacht="een bestand",
            remedie="laat het bestand staan dat geldt, en haal de andere weg",
        )
    return deel.bestanden[0]


def _teken(bestand: Bestand) -> str:
    """What separates the fields.

    Raises:
        BronFout: no column of region codes, whatever separates them; says why, where that shows.
    """
    kopregel = kopregel_van(bestand)
    teken = scheiding_van(kopregel, lambda koppen: _kop_met(koppen, _CODERING) is not None)
    if teken is not None:
        return teken
    kaal = kopregel.strip().removeprefix('"').removesuffix('"').replace('""', '"')
    if scheiding_van(kaal, lambda koppen: _kop_met(koppen, _CODERING) is not None) is not None:
        raise bronfout(
            bestand.waar,
            gevonden="regels die als geheel tussen aanhalingstekens staan: elke regel is een veld",
            verwacht="aanhalingstekens om elk veld apart, of nergens",
            remedie="een spreadsheet heeft het zo bewaard; haal het opnieuw op uit StatLine",
        )
    if any("Onderwerp" in velden_van(kopregel, teken) for teken in SCHEIDINGEN):
        raise bronfout(
            bestand.waar,
            kolom="Onderwerp",
            gevonden="een gedraaide tabel, met onderwerpen in de rijen",
            verwacht="een rij per regio, met de onderwerpen als kolommen",
            remedie="zet in StatLine de onderwerpen in de kolommen en de regio's in de rijen, en "
            "voer de tabel opnieuw uit",
        )
    raise bronfout(
        bestand.waar,
        kolom="Regioaanduiding/Codering (code)",
        gevonden=f"geen kolom met regiocodes in {kopregel[:120]!r}",
        verwacht="de kolom Codering; zonder code is een regio niet met zekerheid te koppelen",
        remedie="voer de tabel uit StatLine opnieuw uit met het onderwerp Codering erbij",
    )


def r_naam(tekst_: str) -> str:
    """How R's make.names spells a text, with every run of dots as one ('km²' becomes 'km.')."""
    return re.sub(r"(?:[^\w]|_|[²³])+", ".", tekst_)


def _onderwerp(kop: str) -> Onderwerp:
    gevonden = _KOP.match(kop)
    pad, eenheid = (gevonden["pad"], gevonden["eenheid"]) if gevonden else (kop, None)
    groep, _, rest = pad.partition("/")
    # A title may hold a slash itself ('woning/schuur'); none of ours does.
    return Onderwerp(kop, (rest or groep).rpartition("/")[2], eenheid, groep if rest else None)


def _zoek_r(bestand: Bestand, kolommen: dict[str, Kolom], koppen: list[str]) -> Onderwerpvondst:
    """Headers are matched after spelling the catalogue's names as R would."""
    onderwerpen = []
    for naam, kolom in kolommen.items():
        for titel in kolom.uitgever.titels:
            slot = r_naam(f".{titel} ({kolom.uitgever.eenheid or ''})").casefold()
            begin = r_naam(f"{kolom.uitgever.groep or ''}.").casefold()
            onderwerpen += [
                Onderwerp(kop, naam, None, None)
                for kop in koppen
                if r_naam(kop).casefold().endswith(slot)
                and r_naam(kop).casefold().startswith(begin)
            ]
    als_naam = {
        naam: kolom.model_copy(update={"uitgever": Uitgeverskolom(titels=[naam])})
        for naam, kolom in kolommen.items()
    }
    return zoek(bestand, als_naam, onderwerpen)


def _lezing(
    bestand: Bestand,
    rijen: Rijen,
    gevonden: Onderwerpvondst,
    notatie: Notatie,
    vraag: Vraag,
    bijzonder: tuple[str, ...],
) -> Lezing:
    jaren = {kop: rijen.kolom(rijen.koppen.index(kop)) for kop in jaarkolommen(rijen.koppen)}
    weiger_ander_jaar(bestand, jaren, [vraag.peiljaar])
    gebieden = _gebieden(bestand, rijen)
    plaats = {kop: i for i, kop in enumerate(rijen.koppen)}
    ruw = {sleutel: rijen.kolom(plaats[sleutel]) for sleutel in gevonden.sleutels.values()}
    getallen = getallen_van(bestand, ruw, notatie)
    houden = gebieden["niveau"].notna().to_numpy(bool)
    frame = gebiedstabel(
        vraag,
        {naam: reeks[houden] for naam, reeks in gebieden.items()},
        {naam: getallen[sleutel][houden] for naam, sleutel in gevonden.sleutels.items()},
        gebiedsjaar=vraag.peiljaar,
    )
    weg = int((~houden).sum())
    return Lezing(
        frame,
        (Gelezen(bestand.naam, bestand.sha256, len(rijen.rijen)),),
        gevonden.sleutels,
        gevonden.niet_gevonden,
        bijzonder
        + rijen.opmerkingen
        + zonder_kenmerk(gebieden)
        + ((f"{weg} regio's zijn geen land, gemeente, wijk of buurt",) if weg else ()),
    )


def _gebieden(bestand: Bestand, rijen: Rijen) -> Kolommen:
    def kolom(begin: str) -> pd.Series | None:
        plaats = _kop_met(rijen.koppen, begin)
        return None if plaats is None else tekst(rijen.kolom(plaats))

    codes = kolom(_CODERING)
    assert codes is not None  # the separator was told by it
    soort = kolom("Regioaanduiding.Soort.regio")
    niveau = niveaus_van_soort(bestand, codes, soort, kolom="Regioaanduiding/Soort regio")
    bekend = niveau.notna()
    weiger_codes(bestand, codes[bekend], niveau[bekend], kolom="Regioaanduiding/Codering (code)")
    uit = {
        "niveau": niveau,
        "regiocode": codes,
        "regionaam": kolom("Wijken.en.buurten"),
        "gemeentenaam": kolom("Regioaanduiding.Gemeentenaam"),
        "indelingswijziging": kolom("Regioaanduiding.Indelingswijziging"),
        "bron_bestand": pd.Series([bestand.sha256] * len(codes), dtype="str"),
        "bron_rij": pd.Series(np.arange(len(codes))),
    }
    return {naam: reeks for naam, reeks in uit.items() if reeks is not None}


def _kop_met(koppen: list[str], begin: str) -> int | None:
    return next((i for i, kop in enumerate(koppen) if r_naam(kop).startswith(begin)), None)
