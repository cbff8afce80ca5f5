"""A delivery with a manifest: WoonZorgwijzer, CBS microdata output, a corporation's BIK.

Here: the manifest's contract, its checksum, unknown columns refused; a CSV file or a workbook.
Not here: CBS's output rules (`uitvoerregels.py`), what the figures are used for.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import PurePosixPath
from typing import Any, Literal

import numpy as np
import pandas as pd
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from veerkracht_dagster.bronnen.dialecten.uitvoerregels import (
    AFRONDING,
    weiger_cellen,
    weiger_persoonssleutels,
)
from veerkracht_dagster.bronnen.fouten import BronFout, Probleem, Problemen, bronfout
from veerkracht_dagster.bronnen.getallen import Notatie, getal_in_tekst, getallen_van
from veerkracht_dagster.bronnen.invoer import (
    Bestand,
    Rijen,
    kopregel_van,
    ontbrekend_bestand,
    open_bestand,
    rijen_van,
    tekst_van,
)
from veerkracht_dagster.bronnen.jaren import jaarkolommen, weiger_ander_jaar
from veerkracht_dagster.bronnen.regio import niveaus, tekst, weiger_codes
from veerkracht_dagster.bronnen.scheiding import SCHEIDINGEN, scheiding_van, velden_van
from veerkracht_dagster.bronnen.vastleggen import VastgelegdDeel
from veerkracht_dagster.bronnen.verslag import Gelezen
from veerkracht_dagster.bronnen.vorm import Kolommen, Lezing, Vraag, gebiedstabel
from veerkracht_dagster.bronnen.werkboek import bladen_van, cel_als_tekst
from veerkracht_dagster.bronnen.yaml import YamlFout, yaml_van

MANIFEST = "manifest.yml"
_TEKSTKOLOMMEN = ("regiocode", "regionaam", "gemeentenaam")
_LEEG = frozenset({"", "."})
_MICRODATA = "cbs_microdata"
_BIJLAGEN = (".csv", ".txt", ".md", ".pdf", ".docx", ".xlsx")
_VRAAG_NA = "vraag de leverancier om een bestand dat bij het manifest past"


class Manifest(BaseModel):
    """What a supplier says of a delivery. `kolommen`: their column -> ours, or null to ignore."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    bron: str
    peiljaar: int
    gebiedsjaar: int = Field(ge=1995, le=2100)
    bestand: str
    sha256: str = Field(pattern=r"^[0-9a-fA-F]{64}$")
    leverancier: str
    licentie: str
    kolommen: dict[str, str | None]
    bijlagen: list[str] = []  # a codebook or letter: kept as a snapshot, not read
    scheiding: Literal[";", ",", "\t"] | None = None  # of a CSV file; else as its header tells
    decimaal: Literal[",", "."] | None = None  # of a CSV file; without it, what the file uses
    blad: str | None = None  # of a workbook with several sheets
    inkomen: list[str] = []  # microdata: their columns about income or wealth
    afronding: int = Field(default=AFRONDING, ge=AFRONDING)  # microdata: what counts are rounded to


def lees(deel: VastgelegdDeel, vraag: Vraag) -> Lezing:
    """The table of a delivered source.

    Raises:
        BronFout: no or wrong manifest, another file or checksum, columns the manifest does not
            name or that are missing, no region codes, numbers that are none, comma and point
            mixed, macros or formulas, microdata that break CBS's output rules.
    """
    manifestbestand = _een(deel.bestanden, MANIFEST)
    manifest = _manifest(manifestbestand, vraag)
    bestand = _gegevensbestand(deel.bestanden, manifestbestand, manifest)
    rijen = _rijen(bestand, manifest)
    if vraag.bron == _MICRODATA:
        weiger_persoonssleutels(bestand, rijen.koppen)
        for bijlage in (b for b in deel.bestanden if b.kort.lower().endswith(".csv")):
            for teken in SCHEIDINGEN:
                weiger_persoonssleutels(bijlage, velden_van(kopregel_van(bijlage), teken))
    _weiger_kolommen(bestand, rijen.koppen, manifest)
    jaren = {kop: rijen.kolom(rijen.koppen.index(kop)) for kop in jaarkolommen(rijen.koppen)}
    mag = {manifest.peiljaar, manifest.gebiedsjaar}
    weiger_ander_jaar(bestand, jaren, mag)
    ons_van = {hun: ons for hun, ons in manifest.kolommen.items() if ons is not None}
    plaats = {ons: rijen.koppen.index(hun) for hun, ons in ons_van.items()}
    hun_van = {ons: hun for hun, ons in ons_van.items()}
    cijfers = {hun_van[o]: rijen.kolom(i) for o, i in plaats.items() if o not in _TEKSTKOLOMMEN}
    notatie = _notatie(manifest)
    getallen = getallen_van(bestand, cijfers, notatie)
    gebieden = _gebieden(bestand, rijen, plaats, hun_van)
    if vraag.bron == _MICRODATA:
        # Columns that we leave out came out of the same environment: the rules hold for them too.
        alleen_jaar = {kop for kop, cellen in jaren.items() if _alleen(cellen, mag)}
        rest = {
            kop: rijen.kolom(i)
            for i, kop in enumerate(rijen.koppen)
            if kop not in ons_van and kop not in alleen_jaar
        }
        alle = getallen | getallen_van(bestand, _cijfers(rest), notatie)
        codes = gebieden["regiocode"]
        weiger_cellen(bestand, codes, alle, manifest.inkomen, manifest.afronding)
    waarden = {naam: getallen[hun_van[naam]] for naam in vraag.kolommen if naam in hun_van}
    frame = gebiedstabel(vraag, gebieden, waarden, gebiedsjaar=manifest.gebiedsjaar)
    return Lezing(
        frame,
        (Gelezen(bestand.naam, bestand.sha256, len(frame)),),
        hun_van,
        tuple(naam for naam in vraag.kolommen if naam not in hun_van),
        (
            f"geleverd door {manifest.leverancier}, licentie: {manifest.licentie}",
            *rijen.opmerkingen,
        ),
    )


def _notatie(manifest: Manifest) -> Notatie:
    if manifest.decimaal is not None:
        return Notatie(_LEEG, manifest.decimaal)
    return Notatie(
        _LEEG,
        remedie="schrijf duizendtallen zonder teken; zijn het decimalen, noem hun teken dan in het "
        "manifest: `decimaal: '.'` of `decimaal: ','`",
    )


def _weiger_ingepakt(bestand: Bestand) -> None:
    with open_bestand(bestand) as stroom:
        ingepakt = stroom.read(4) == b"PK\x03\x04"
    if ingepakt:
        raise bronfout(
            bestand.naam,
            gevonden="een zip",
            verwacht="een CSV-bestand, of een werkboek dat op .xlsx eindigt",
            remedie="pak het uit, en noem in het manifest het bestand dat erin zit",
        )


def _rijen(bestand: Bestand, manifest: Manifest) -> Rijen:
    """The rows of a CSV file, or of the sheet of a workbook."""
    if not bestand.kort.lower().endswith((".xlsx", ".xls")):
        _weiger_ingepakt(bestand)
        return rijen_van(bestand, _teken(bestand, manifest))
    koppen = {kop.lower() for kop, ons in manifest.kolommen.items() if ons == "regiocode"}
    alle = bladen_van(bestand, formules=False, koppen=koppen)
    bladen = [b for b in alle if manifest.blad in (None, b.naam)]
    if len(bladen) != 1:
        raise bronfout(
            bestand.naam,
            gevonden=f"{len(bladen)} bladen met gegevens"
            + (f" die '{manifest.blad}' heten" if manifest.blad else "")
            + f", van {', '.join(repr(blad.naam) for blad in alle)} (verborgen bladen tellen mee)",
            verwacht="een blad",
            remedie="noem het blad in het manifest: `blad: naam`",
        )
    return Rijen(bladen[0].titels, bladen[0].rijen, bladen[0].opmerkingen)


def _teken(bestand: Bestand, manifest: Manifest) -> str:
    """What separates the fields of a CSV file, as its header tells."""
    gezien = scheiding_van(
        kopregel_van(bestand), lambda koppen: set(manifest.kolommen) <= set(koppen)
    )
    if manifest.scheiding is not None and gezien not in (None, manifest.scheiding):
        raise bronfout(
            bestand.naam,
            gevonden=f"velden gescheiden door {gezien!r}",
            verwacht=f"velden gescheiden door {manifest.scheiding!r}, zoals het manifest zegt",
            remedie="verbeter `scheiding` in het manifest, of haal de sleutel weg",
        )
    return gezien or manifest.scheiding or SCHEIDINGEN[0]


def _alleen(cellen: Sequence[object], jaren: Collection[int]) -> bool:
    """Whether a column holds nothing but these years: it is then no count."""
    return {cel_als_tekst(cel).strip() for cel in cellen} <= {str(jaar) for jaar in jaren}


def _cijfers(kolommen: dict[str, list[Any]]) -> dict[str, list[Any]]:
    """The columns in which most cells are numbers: names and notes are none."""
    return {
        kop: cellen
        for kop, cellen in kolommen.items()
        if sum(getal_in_tekst(cel_als_tekst(cel).strip()) is not None for cel in cellen)
        > len(cellen) / 2
    }


def _een(bestanden: Sequence[Bestand], naam: str) -> Bestand:
    gevonden = [bestand for bestand in bestanden if bestand.kort == naam]
    if not gevonden:
        map_ = bestanden[0].naam.rpartition("/")[0]
        raise ontbrekend_bestand(
            map_,
            naam,
            f"zet {naam} erbij, onder precies die naam: Windows kan er .txt achter zetten zonder "
            "dat te tonen",
            [bestand.kort for bestand in bestanden],
        )
    return gevonden[0]


def _manifest(bestand: Bestand, vraag: Vraag) -> Manifest:
    try:
        manifest = Manifest.model_validate(yaml_van(tekst_van(bestand)))
    except YamlFout as fout:
        raise bronfout(
            bestand.naam, gevonden=f"geen geldige YAML ({' '.join(str(fout).split())[:200]})",
            verwacht="een manifest in YAML", remedie="herstel de regel",
        ) from fout  # fmt: skip
    except ValidationError as fout:
        raise BronFout(*(_manifestprobleem(bestand, dict(e)) for e in fout.errors())) from fout
    problemen = Problemen(bestand.naam)
    for sleutel, gevonden, verwacht in (
        ("bron", manifest.bron, vraag.bron),
        ("peiljaar", manifest.peiljaar, vraag.peiljaar),
    ):
        if gevonden != verwacht:
            problemen.erbij(
                kolom=sleutel, gevonden=f"{gevonden}", verwacht=f"{verwacht}, zoals de map zegt",
                remedie="zet de levering in de map van haar eigen bron en jaar",
            )  # fmt: skip
    _weiger_bestemming(problemen, manifest, vraag)
    if PurePosixPath(manifest.bestand).name != manifest.bestand or "\\" in manifest.bestand:
        problemen.erbij(
            kolom="bestand",
            gevonden=f"het pad {manifest.bestand!r}",
            verwacht="de naam van een bestand naast het manifest",
            remedie="zet het bestand naast het manifest en noem alleen zijn naam",
        )
    problemen.werp()
    return manifest


def _manifestprobleem(bestand: Bestand, fout: dict) -> Probleem:
    sleutel = ".".join(str(deel) for deel in fout["loc"]) or "manifest"
    ontbreekt = fout["type"] == "missing"
    return Probleem(
        gevonden="niets" if ontbreekt else f"{str(fout['input'])[:80]!r}",
        verwacht=f"{fout['msg']}",
        remedie="vul de sleutel aan" if ontbreekt else "verbeter de sleutel of haal hem weg",
        bestand=bestand.naam,
        kolom=sleutel,
    )


def _weiger_bestemming(problemen: Problemen, manifest: Manifest, vraag: Vraag) -> None:
    """Their columns go to columns of this source, each at most once, and one is the region."""
    bestemmingen = [ons for ons in manifest.kolommen.values() if ons is not None]
    mag = (*_TEKSTKOLOMMEN, *vraag.kolommen)
    for hun, ons in manifest.kolommen.items():
        if ons is not None and (ons not in mag or bestemmingen.count(ons) > 1):
            problemen.erbij(
                kolom=f"kolommen.{hun}",
                gevonden=f"{ons}" + (" (vaker dan een keer)" if ons in mag else ""),
                verwacht="een van " + ", ".join(mag) + ", of null",
                remedie="noem in het manifest een kolom van deze bron, elke een keer",
            )
    if "regiocode" not in bestemmingen:
        problemen.erbij(
            kolom="kolommen",
            gevonden="geen kolom die naar regiocode gaat",
            verwacht="de kolom met de code van het gebied",
            remedie="voeg aan het manifest toe: <hun kolom>: regiocode",
        )


def _gegevensbestand(
    bestanden: Sequence[Bestand], manifestbestand: Bestand, manifest: Manifest
) -> Bestand:
    bestand = _een(bestanden, manifest.bestand)
    bekend = {bestand.naam, manifestbestand.naam}
    vreemd = [b.kort for b in bestanden if b.naam not in bekend and b.kort not in manifest.bijlagen]
    if vreemd:
        raise bronfout(
            bestand.naam.rpartition("/")[0],
            gevonden="bestanden die het manifest niet noemt: " + ", ".join(vreemd),
            verwacht=f"alleen {MANIFEST} en {manifest.bestand}",
            remedie="haal die bestanden weg, of noem ze in het manifest onder bijlagen",
        )
    for bijlage in bestanden:
        if bijlage.kort in manifest.bijlagen and not bijlage.kort.lower().endswith(_BIJLAGEN):
            raise bronfout(
                bijlage.naam,
                gevonden=f"een bijlage {bijlage.kort}",
                verwacht="een bijlage op " + ", ".join(_BIJLAGEN),
                remedie="lever de tekst als pdf of csv; zips en programma's komen niet binnen",
            )
    if bestand.sha256 != manifest.sha256.lower():
        raise bronfout(
            bestand.naam,
            gevonden=f"een bestand met sha256 {bestand.sha256}",
            verwacht=f"sha256 {manifest.sha256}, zoals het manifest zegt",
            remedie="het bestand is veranderd of afgekapt; " + _VRAAG_NA,
        )
    return bestand


def _weiger_kolommen(bestand: Bestand, koppen: list[str], manifest: Manifest) -> None:
    problemen = Problemen(bestand.naam)
    for kop in koppen:
        if kop not in manifest.kolommen:
            problemen.erbij(
                kolom=kop,
                gevonden="een kolom die het manifest niet noemt",
                verwacht="alleen de kolommen " + ", ".join(manifest.kolommen),
                remedie="noem de kolom in het manifest (null om haar over te slaan), of "
                + _VRAAG_NA,
            )
    for hun in manifest.kolommen:
        if hun not in koppen:
            problemen.erbij(
                kolom=hun,
                gevonden="kolommen " + ", ".join(koppen)[:200],
                verwacht="de kolom die het manifest noemt",
                remedie=_VRAAG_NA,
            )
    problemen.werp()


def _gebieden(
    bestand: Bestand, rijen: Rijen, plaats: dict[str, int], hun_van: dict[str, str]
) -> Kolommen:
    teksten = {
        naam: tekst(map(cel_als_tekst, rijen.kolom(plaats[naam])))
        for naam in _TEKSTKOLOMMEN
        if naam in plaats
    }
    codes = teksten["regiocode"]
    weiger_codes(bestand, codes, kolom=hun_van["regiocode"])
    return {
        **teksten,
        "niveau": niveaus(codes),
        "bron_bestand": pd.Series(bestand.sha256, index=codes.index, dtype="str"),
        "bron_rij": pd.Series(np.arange(len(codes))),
    }
