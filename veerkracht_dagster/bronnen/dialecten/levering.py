"""A delivery with a manifest: WoonZorgwijzer, CBS microdata output, a corporation's BIK.

Here: the manifest's contract, its checksum, unknown columns refused, disclosure rules of microdata.
Not here: what the figures are used for.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import PurePosixPath

import numpy as np
import pandas as pd
import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from veerkracht_dagster.bronnen.fouten import BronFout, Probleem, Problemen, bronfout
from veerkracht_dagster.bronnen.getallen import Notatie, getallen_van
from veerkracht_dagster.bronnen.invoer import (
    Bestand,
    Rijen,
    ontbrekend_bestand,
    rijen_van,
    tekst_van,
)
from veerkracht_dagster.bronnen.regio import niveaus, tekst, weiger_codes
from veerkracht_dagster.bronnen.vastleggen import VastgelegdDeel
from veerkracht_dagster.bronnen.verslag import Gelezen
from veerkracht_dagster.bronnen.vorm import Kolommen, Lezing, Vraag, gebiedstabel

MANIFEST = "manifest.yml"
_TEKSTKOLOMMEN = ("regiocode", "regionaam", "gemeentenaam")
_NOTATIE = Notatie(frozenset({"", "."}))
_MICRODATA = "cbs_microdata"
_KLEINSTE_CEL = 10
_PERSOONSSLEUTEL = re.compile(r"^(RIN|BEID)", re.IGNORECASE)
_VRAAG_NA = "vraag de leverancier om een bestand dat bij het manifest past"


class Manifest(BaseModel):
    """What a supplier says of a delivery. `kolommen`: their column -> ours, or null to ignore."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    bron: str
    peiljaar: int
    gebiedsjaar: int = Field(ge=1995)
    bestand: str
    sha256: str = Field(pattern=r"^[0-9a-fA-F]{64}$")
    leverancier: str
    licentie: str
    kolommen: dict[str, str | None]
    bijlagen: list[str] = []  # a codebook or letter: kept as a snapshot, not read


def lees(deel: VastgelegdDeel, vraag: Vraag) -> Lezing:
    """The table of a delivered source.

    Raises:
        BronFout: no or wrong manifest, another file or checksum, columns the manifest does not
            name or that are missing, no region codes, numbers that are none, comma and point
            mixed, microdata with cells under 10 or a person's key.
    """
    manifestbestand = _een(deel.bestanden, MANIFEST)
    manifest = _manifest(manifestbestand, vraag)
    bestand = _gegevensbestand(deel.bestanden, manifestbestand, manifest)
    rijen = rijen_van(bestand, ";")
    _weiger_kolommen(bestand, rijen.koppen, manifest, vraag)
    ons_van = {hun: ons for hun, ons in manifest.kolommen.items() if ons is not None}
    plaats = {ons: rijen.koppen.index(hun) for hun, ons in ons_van.items()}
    hun_van = {ons: hun for hun, ons in ons_van.items()}
    cijfers = {hun_van[o]: rijen.kolom(i) for o, i in plaats.items() if o not in _TEKSTKOLOMMEN}
    getallen = getallen_van(bestand, cijfers, _NOTATIE)
    gebieden = _gebieden(bestand, rijen, plaats, hun_van)
    if vraag.bron == _MICRODATA:
        _weiger_kleine_cellen(bestand, gebieden["regiocode"], getallen)
    waarden = {naam: getallen[hun_van[naam]] for naam in vraag.kolommen if naam in hun_van}
    frame = gebiedstabel(vraag, gebieden, waarden, gebiedsjaar=manifest.gebiedsjaar)
    return Lezing(
        frame,
        (Gelezen(bestand.naam, bestand.sha256, len(frame)),),
        hun_van,
        tuple(naam for naam in vraag.kolommen if naam not in hun_van),
        (f"geleverd door {manifest.leverancier}, licentie: {manifest.licentie}",),
    )


def _een(bestanden: Sequence[Bestand], naam: str) -> Bestand:
    gevonden = [bestand for bestand in bestanden if bestand.kort == naam]
    if not gevonden:
        map_ = bestanden[0].naam.rpartition("/")[0]
        raise ontbrekend_bestand(map_, naam, "lever het manifest mee, of zet het bestand terug")
    return gevonden[0]


def _manifest(bestand: Bestand, vraag: Vraag) -> Manifest:
    try:
        inhoud = yaml.safe_load(tekst_van(bestand))
        manifest = Manifest.model_validate(inhoud)
    except yaml.YAMLError as fout:
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
    if bestand.sha256 != manifest.sha256.lower():
        raise bronfout(
            bestand.naam,
            gevonden=f"een bestand met sha256 {bestand.sha256}",
            verwacht=f"sha256 {manifest.sha256}, zoals het manifest zegt",
            remedie="het bestand is veranderd of afgekapt; " + _VRAAG_NA,
        )
    return bestand


def _weiger_kolommen(bestand: Bestand, koppen: list[str], manifest: Manifest, vraag: Vraag) -> None:
    problemen = Problemen(bestand.naam)
    for kop in koppen:
        if vraag.bron == _MICRODATA and _PERSOONSSLEUTEL.match(kop):
            problemen.erbij(
                kolom=kop,
                gevonden="een sleutel van personen of bedrijven",
                verwacht="uitvoer zonder RIN- of BEID-sleutels",
                remedie="verwijder dit bestand en meld het; zulke gegevens mogen niet naar buiten",
            )
        elif kop not in manifest.kolommen:
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
    teksten = {naam: tekst(rijen.kolom(plaats[naam])) for naam in _TEKSTKOLOMMEN if naam in plaats}
    codes = teksten["regiocode"]
    weiger_codes(bestand, codes, kolom=hun_van["regiocode"])
    return {
        **teksten,
        "niveau": niveaus(codes),
        "bron_bestand": pd.Series(bestand.sha256, index=codes.index, dtype="str"),
        "bron_rij": pd.Series(np.arange(len(codes))),
    }


def _weiger_kleine_cellen(
    bestand: Bestand, codes: pd.Series, getallen: dict[str, np.ndarray]
) -> None:
    """CBS lets nothing out under ten persons; a smaller cell must not come in."""
    problemen = Problemen(bestand.naam)
    for kolom, reeks in getallen.items():
        for rij in np.flatnonzero(reeks < _KLEINSTE_CEL):
            problemen.erbij(
                kolom=kolom,
                rij=int(rij),
                code=str(codes.iloc[rij]),
                gevonden="een cel met minder dan 10 personen",
                verwacht="ten minste 10 personen, of een lege cel",
                remedie="vraag een uitvoer die aan de uitvoerregels van het CBS voldoet",
            )
    problemen.werp()
