"""CBS's pc6hnr files: per postcode and house number the buurt, wijk and gemeente of 1 August.

Here: nine million rows through Arrow with every column as a dictionary; headers by prefix, what
separates the fields from the header line; rows that say nothing are left out and counted.
Not here: what one text means (`adreslijst.py`), what the addresses are used for
(`buurttabel/omzetting.py`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping

import numpy as np
import pandas as pd
import pyarrow as pa
from pyarrow import csv as pacsv

from veerkracht_dagster.bronnen.dialecten.adreslijst import (
    GETOOND,
    Adreskolom,
    Adreslijst,
    kolom_van,
    normaliseerders,
)
from veerkracht_dagster.bronnen.dialecten.statline import een_bestand
from veerkracht_dagster.bronnen.fouten import Problemen, bronfout
from veerkracht_dagster.bronnen.invoer import Bestand, open_bestand, weiger_geen_gegevens
from veerkracht_dagster.bronnen.jaren import jaarkolommen, weiger_ander_jaar
from veerkracht_dagster.bronnen.scheiding import scheiding_van, velden_van, verteld
from veerkracht_dagster.bronnen.vastleggen import VastgelegdDeel
from veerkracht_dagster.bronnen.verslag import Gelezen
from veerkracht_dagster.bronnen.vorm import Lezing, Vraag
from veerkracht_dagster.bronnen.zips import is_zip, leden_van

_OPNIEUW = "haal het bestand opnieuw op bij het CBS"
_GEWOON = ";"  # of most years; 2024 has ',' (first_contact.md, A2)
_BLOK = 4 << 20  # each block has lists of its own until they are put together: few of them
# Our column -> how its header starts, in the order in which they are tried ('gwb_code' is the
# buurt in the year that names its columns so).
_KOPPEN = {
    "postcode": ("pc6", "pc"),
    "huisnummer": ("huisnummer", "hnr"),
    "buurtcode": ("buurt", "gwb"),
    "wijkcode": ("wijk",),
    "gemeentecode": ("gemeente", "gem"),
}
_JAAR_IN_KOP = re.compile(r"20\d\d$")


def lees(deel: VastgelegdDeel, vraag: Vraag) -> Lezing:
    """The address table: postcode, huisnummer, buurtcode, wijkcode, gemeentecode.

    Raises:
        BronFout: more than one file, cut off, headers missing or of another year, a postcode,
            number or code of another shape, a buurt outside its wijk or gemeente, an address in two
            buurten, or more rows without a postcode or twice the same than the catalogue allows.
    """
    bestand = _adreslijst(een_bestand(deel))
    kopregel = _kopregel(bestand)
    teken = scheiding_van(kopregel, _zijn_adressen) or _GEWOON
    koppen = velden_van(kopregel, teken)
    hun_van = _koppen_van(bestand, koppen)
    _weiger_ander_jaar(bestand, hun_van, vraag.peiljaar)
    met_jaar = {kop: kop for kop in jaarkolommen(koppen) if kop not in hun_van.values()}
    kolommen = _kolommen(bestand, koppen, hun_van | met_jaar, teken)
    jaren = {kop: kolommen.pop(kop).eerste for kop in met_jaar}
    weiger_ander_jaar(bestand, jaren, [vraag.peiljaar], "adressen")
    lijst = Adreslijst(bestand, hun_van, kolommen)
    aantal = lijst.aantal
    lijst = lijst.zonder(zonder_postcode := lijst.kolommen["postcode"].leeg)
    _weiger_onjuist(lijst)
    lijst = lijst.zonder(dubbel := _dubbel(lijst))
    weg = {"zonder postcode": len(zonder_postcode), "die er al eerder zo stonden": len(dubbel)}
    _weiger_veel(bestand, weg, aantal, vraag)
    reeksen: dict[str, np.ndarray | pd.Categorical] = {}
    for kolom in vraag.tabel.kolommen:
        gelezen = lijst.kolommen.pop(kolom.naam)
        reeksen[kolom.naam] = gelezen.als_getal() if kolom.type == "heel" else gelezen.als_tekst()
    frame = pd.DataFrame(reeksen, copy=False)
    return Lezing(
        frame,
        (Gelezen(bestand.naam, bestand.sha256, aantal),),
        hun_van,
        opmerkingen=verteld(teken, _GEWOON)
        + tuple(f"{keren} rijen {wat} zijn weggelaten" for wat, keren in weg.items() if keren),
    )


def _adreslijst(bestand: Bestand) -> Bestand:
    """The list itself; a zip of CBS also holds lists of names."""
    if not is_zip(bestand):
        return bestand
    leden = leden_van(bestand, "pc6hnr*.csv", "pc6huisnr*.csv")
    if len(leden) > 1:
        raise bronfout(
            bestand.waar,
            gevonden="een zip met " + ", ".join(str(lid.lid) for lid in leden),
            verwacht="een lijst met adressen",
            remedie=_OPNIEUW,
        )
    return leden[0]


def _kopregel(bestand: Bestand) -> str:
    """The header line; the file must not be empty, HTML, or without a last newline."""
    with open_bestand(bestand) as stroom:
        eerste = stroom.readline(4096)
        weiger_geen_gegevens(bestand, eerste)
        if bestand.lid is None and not _eindigt_heel(bestand):
            raise bronfout(
                bestand.waar,
                gevonden="een afgekapte laatste regel",
                verwacht="een regeleinde aan het eind van het bestand",
                remedie=_OPNIEUW,
            )
    return eerste.decode("utf-8-sig", errors="replace").strip()


def _eindigt_heel(bestand: Bestand) -> bool:
    with bestand.pad.open("rb") as stroom:
        stroom.seek(-1, 2)
        return stroom.read(1) == b"\n"


def _passend_van(koppen: list[str]) -> dict[str, list[str]]:
    """Our column -> the headers that fit it, without the one that an earlier column took."""
    passend: dict[str, list[str]] = {}
    for ons, beginnen in _KOPPEN.items():
        vergeven = [namen[0] for namen in passend.values() if len(namen) == 1]
        passend[ons] = [
            kop for kop in koppen if kop.lower().startswith(beginnen) and kop not in vergeven
        ]
    return passend


def _zijn_adressen(koppen: list[str]) -> bool:
    return all(len(namen) == 1 for namen in _passend_van(koppen).values())


def _koppen_van(bestand: Bestand, koppen: list[str]) -> dict[str, str]:
    """Our column -> the header in this file."""
    passend = _passend_van(koppen)
    problemen = Problemen(bestand.waar)
    for ons, namen in passend.items():
        if len(namen) != 1:
            problemen.erbij(
                kolom=ons,
                gevonden=f"{len(namen)} passende koppen in {', '.join(koppen)[:120]}",
                verwacht=f"een kop die begint met {' of '.join(_KOPPEN[ons])}",
                remedie="controleer of dit het pc6hnr-bestand is, met velden gescheiden door ';', "
                "',' of tabs; " + _OPNIEUW,
            )
    problemen.werp()
    return {ons: namen[0] for ons, namen in passend.items()}


def _weiger_ander_jaar(bestand: Bestand, hun_van: dict[str, str], peiljaar: int) -> None:
    """A header that says a year ('Buurt2019') says that of its codes."""
    problemen = Problemen(bestand.waar)
    for kop in hun_van.values():
        jaar = _JAAR_IN_KOP.search(kop.strip())
        if jaar is not None and int(jaar[0]) != peiljaar:
            problemen.erbij(
                kolom=kop,
                gevonden=f"codes van {jaar[0]}, zegt de kop",
                verwacht=f"codes van {peiljaar}, het jaar van de map",
                remedie=f"zet het bestand in de map van {jaar[0]}, of " + _OPNIEUW,
            )
    problemen.werp()


def _kolommen(
    bestand: Bestand, koppen: list[str], hun_van: dict[str, str], teken: str
) -> dict[str, Adreskolom]:
    """The columns of `hun_van`, which Arrow knows by their place: no text of a file is a name."""
    nodig = {ons: str(koppen.index(hun)) for ons, hun in hun_van.items()}
    woordenboek = pa.dictionary(pa.int32(), pa.string())
    try:
        with open_bestand(bestand) as stroom:
            tabel = pacsv.read_csv(
                bestand.pad if bestand.lid is None else stroom,
                read_options=pacsv.ReadOptions(
                    block_size=_BLOK,
                    skip_rows=1,
                    column_names=[str(plek) for plek in range(len(koppen))],
                ),
                parse_options=pacsv.ParseOptions(delimiter=teken),
                convert_options=pacsv.ConvertOptions(
                    column_types=dict.fromkeys(nodig.values(), woordenboek),
                    include_columns=list(nodig.values()),
                ),
            )
    except (pa.ArrowInvalid, pa.ArrowKeyError) as fout:
        raise bronfout(
            bestand.waar,
            gevonden="een regel die niet te lezen is: " + " ".join(str(fout).split())[:200],
            verwacht="evenveel velden per regel als in de kopregel, gescheiden door ';'",
            remedie="het bestand is afgekapt of beschadigd; " + _OPNIEUW,
        ) from fout
    normaal = normaliseerders()
    uit = {}
    for ons, plek in nodig.items():
        uit[ons] = kolom_van(tabel.column(plek), normaal.get(ons, str))
        tabel = tabel.drop_columns(plek)  # what is laid out whole is not kept in pieces too
    return uit


def _weiger_onjuist(lijst: Adreslijst) -> None:
    problemen = Problemen(lijst.bestand.waar)
    for ons, kolom in lijst.kolommen.items():
        for plek in kolom.onjuist:
            problemen.erbij(
                **lijst.plaats(ons, plek),
                gevonden=f"{kolom.tekst(plek)!r}",
                verwacht=f"een {ons} zoals het CBS die schrijft",
                remedie="herstel de rij of " + _OPNIEUW,
            )
    if not lijst.aantal:
        problemen.erbij(
            gevonden="een kopregel zonder rijen met een postcode",
            verwacht="adressen",
            remedie=_OPNIEUW,
        )
    problemen.werp()
    for plek in _buiten_gemeente(lijst.kolommen):
        problemen.erbij(
            **lijst.plaats("buurtcode", plek),
            gevonden="een buurt buiten zijn wijk of gemeente",
            verwacht="een buurtcode die met de codes van wijk en gemeente begint",
            remedie="herstel de rij of " + _OPNIEUW,
        )
    problemen.werp()


def _weiger_veel(bestand: Bestand, weg: Mapping[str, int], aantal: int, vraag: Vraag) -> None:
    """Some rows that say nothing are let go; many are another file, or half of one."""
    onbruikbaar = vraag.cat.bronnen[vraag.bron].onbruikbaar
    mag = aantal * onbruikbaar.deel if onbruikbaar else 0
    if sum(weg.values()) > mag:
        raise bronfout(
            bestand.waar,
            gevonden=" en ".join(f"{keren} rijen {wat}" for wat, keren in weg.items() if keren)
            + f", van {aantal}",
            verwacht=f"ten hoogste {mag:.0f} zulke rijen"
            + (f" ({onbruikbaar.waarom})" if onbruikbaar else ""),
            remedie=_OPNIEUW,
        )


def _buiten_gemeente(kolommen: dict[str, Adreskolom]) -> np.ndarray:
    """Rows whose buurt code does not start with the codes of its wijk and gemeente."""
    buurt = kolommen["buurtcode"]
    fout = np.zeros(len(buurt.plaatsen), bool)
    for ons, lengte in (("wijkcode", 6), ("gemeentecode", 4)):
        ander = kolommen[ons]
        plaats = {str(waarde)[2:]: i for i, waarde in enumerate(ander.waarden)}
        verwacht = np.array(
            [plaats.get(str(w)[2 : 2 + lengte], -1) for w in buurt.waarden], np.int32
        )
        kanoniek = np.array([plaats[str(waarde)[2:]] for waarde in ander.waarden], np.int32)
        fout |= verwacht[buurt.plaatsen] != kanoniek[ander.plaatsen]
    return np.flatnonzero(fout)[:GETOOND]


def _dubbel(lijst: Adreslijst) -> np.ndarray:
    """Second and later rows of an address.

    Raises:
        BronFout: they are of another buurt than the first.
    """
    postcode, huisnummer = (lijst.kolommen[k] for k in ("postcode", "huisnummer"))

    def sleutels() -> np.ndarray:
        uit = postcode.kanoniek.astype(np.int64)[postcode.plaatsen]
        uit *= 1_000_000_000
        uit += np.array([int(w or 0) for w in huisnummer.waarden], np.int32)[huisnummer.plaatsen]
        return uit

    gesorteerd = sleutels()
    gesorteerd.sort()
    if not (gesorteerd[1:] == gesorteerd[:-1]).any():
        return np.array([], int)
    adres = pd.Series(sleutels())
    tweede = np.flatnonzero(adres.duplicated())
    _weiger_twee_buurten(lijst, adres, tweede)
    return tweede


def _weiger_twee_buurten(lijst: Adreslijst, adres: pd.Series, tweede: np.ndarray) -> None:
    """Of an address in two buurten nobody says which counts."""
    buurt = lijst.kolommen["buurtcode"]
    alle = np.flatnonzero(adres.isin(adres.iloc[tweede]))
    buurten = pd.DataFrame({"adres": adres.iloc[alle].to_numpy()})
    buurten["buurt"] = buurt.kanoniek[buurt.plaatsen[alle]]
    eerste = buurten.groupby("adres")["buurt"].transform("first")
    problemen = Problemen(lijst.bestand.waar)
    for plek in alle[(buurten["buurt"] != eerste).to_numpy()][:GETOOND]:
        problemen.erbij(
            **lijst.plaats("postcode", plek),
            gevonden="een adres dat al eerder in het bestand staat, in een andere buurt",
            verwacht="elke postcode met huisnummer in een buurt",
            remedie="haal de rij weg die niet geldt, of " + _OPNIEUW,
        )
    problemen.werp()
