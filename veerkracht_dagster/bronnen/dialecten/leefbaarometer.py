"""Leefbaarometer 3.0: score files per level (CSV).

Here: which meting counts, the two identities of the model, refusal of model 2.0.
Not here: buurten as GeoJSON (`leefbaarometer_geojson.py`), classes of our own (`kaartlagen/`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pandas as pd

from veerkracht_dagster.bronnen.fouten import BronFout, Problemen, bronfout
from veerkracht_dagster.bronnen.getallen import Notatie, getallen_van
from veerkracht_dagster.bronnen.invoer import Bestand, bytes_van, kopregel_van, rijen_van
from veerkracht_dagster.bronnen.regio import tekst, weiger_codes
from veerkracht_dagster.bronnen.scheiding import scheiding_van, verteld
from veerkracht_dagster.bronnen.vastleggen import VastgelegdDeel
from veerkracht_dagster.bronnen.verslag import Gelezen
from veerkracht_dagster.bronnen.vorm import Kolommen, Lezing, Vraag, gebiedstabel, leeg
from veerkracht_dagster.bronnen.zips import leden_van
from veerkracht_dagster.catalogus import catalogus

_CONSTANTEN = catalogus().constanten
SCORES = ("lbm", "afw", *_CONSTANTEN.lbm_dimensies)
_SPELING = 1e-5
# Areas come and go between measurements; of the wijken of 2002-2022 each year has 99 in 100.
_MEETDEEL = 0.5
_NOTATIE = Notatie(frozenset({"NA", ""}), decimaal=".")
_NIVEAU_VAN_KOLOM = {"bu": "buurt", "wk": "wijk", "gm": "gemeente"}
_CODEKOPPEN = ("bu_code", "wk_code", "gm_code", "pc4")
_MODEL_2 = re.compile(r"^(RLB|KL|VKL)", re.IGNORECASE)


@dataclass(frozen=True)
class Meting:
    """A score file: its level, the year of its areas, and every area and year in it."""

    bestand: Bestand
    niveau: str | None  # None: a level that we do not keep, such as PC4
    jaar: int
    frame: pd.DataFrame
    scores: dict[str, np.ndarray]
    opmerkingen: tuple[str, ...] = ()


def lees_csv(deel: VastgelegdDeel, vraag: Vraag) -> Lezing:
    """Scores of the year from the newest meting per level; `gebiedsjaar` is that meting's year.

    Raises:
        BronFout: model 2.0, columns missing, no last year in the name, a text where a number
            should be, wrong codes, an area and year twice, or an identity that does not hold.
    """
    metingen = [lees_meting(b) for bestand in deel.bestanden for b in _scorebestanden(bestand)]
    nieuwste: dict[str, Meting] = {}
    opmerkingen = []
    for meting in sorted(metingen, key=lambda m: m.jaar):
        if meting.niveau not in ("buurt", "wijk"):
            opmerkingen.append(f"{meting.bestand.kort}: niveau wordt niet gebruikt")
            continue
        if meting.niveau in nieuwste:
            oud = nieuwste[meting.niveau]
            _weiger_tweede(oud, meting)
            opmerkingen.append(f"{oud.bestand.kort}: er is een nieuwere meting ({meting.jaar})")
        nieuwste[meting.niveau] = meting
        opmerkingen += [f"{meting.bestand.kort}: {o}" for o in meting.opmerkingen]
    frames = [
        _van_jaar(meting, vraag)
        for meting in nieuwste.values()
        if (meting.frame["jaar"] == vraag.peiljaar).any()
    ]
    return Lezing(
        pd.concat(frames, ignore_index=True) if frames else leeg(vraag.tabel),
        tuple(Gelezen(m.bestand.naam, m.bestand.sha256, len(m.frame)) for m in metingen),
        {score: score for score in SCORES},
        ("onv_klasse_gepubliceerd",),
        tuple(opmerkingen),
    )


def _weiger_tweede(een: Meting, ander: Meting) -> None:
    """Of two files with the scores of one level and meting nobody says which counts."""
    if een.jaar == ander.jaar and een.bestand.sha256 != ander.bestand.sha256:
        raise bronfout(
            ander.bestand.waar,
            gevonden=f"nog een bestand met de scores per {ander.niveau} tot {ander.jaar}, naast "
            f"{een.bestand.waar}",
            verwacht="een bestand per niveau en meting",
            remedie="haal een van de twee weg",
        )


def _scorebestanden(bestand: Bestand) -> list[Bestand]:
    """The score file, or those in a zip of the publisher, which holds other levels too."""
    if bestand.kort.lower().endswith(".zip"):
        return leden_van(
            bestand, "leefbaarometer-scores buurten *", "leefbaarometer-scores wijken *"
        )
    return [bestand]


@lru_cache(maxsize=8)
def lees_meting(bestand: Bestand) -> Meting:
    """A score file, checked. Remembered by content: every year of an edition asks for the same.

    Raises:
        BronFout: see `lees_csv`.
    """
    if bytes_van(bestand)[:2] == b"PK":
        raise _model_2(bestand, "een Excel-bestand, zoals alleen model 2.0 is uitgegeven")
    teken = scheiding_van(kopregel_van(bestand), _zijn_scores) or ","
    rijen = rijen_van(bestand, teken)
    if any(_MODEL_2.match(kop) for kop in rijen.koppen):
        raise _model_2(bestand, "kolommen " + ", ".join(rijen.koppen[:6]))
    codekop = next((kop for kop in rijen.koppen if kop.lower() in _CODEKOPPEN), None)
    naamkop = (codekop or "").lower().replace("code", "naam")
    nodig = ["jaar", *SCORES] if codekop == "PC4" else [naamkop, "jaar", *SCORES]
    missend = [kop for kop in nodig if kop not in rijen.koppen]
    if codekop is None or missend:
        raise bronfout(
            bestand.waar,
            kolom="bu_code" if codekop is None else missend[0],
            gevonden="kolommen " + ", ".join(rijen.koppen),
            verwacht="een codekolom en naam (bu_code, bu_naam of wk_code, wk_naam), jaar, "
            + ", ".join(SCORES),
            remedie="haal de scores van de Leefbaarometer 3.0 opnieuw op",
        )
    plaats = {kop: i for i, kop in enumerate(rijen.koppen)}
    getallen = getallen_van(
        bestand, {kop: rijen.kolom(plaats[kop]) for kop in ("jaar", *SCORES)}, _NOTATIE
    )
    niveau = _NIVEAU_VAN_KOLOM.get(codekop[:2].lower())
    _weiger_ander_niveau(bestand, codekop, niveau)
    namen = rijen.kolom(plaats[naamkop]) if naamkop in plaats else [None] * len(rijen.rijen)
    frame = pd.DataFrame(
        {
            "code": tekst(rijen.kolom(plaats[codekop])),
            "naam": tekst(namen),
            "jaar": getallen.pop("jaar"),
        }
    )
    if niveau is not None:
        _weiger_sleutels(bestand, frame, niveau, codekop)
        _weiger_los_jaar(bestand, frame)
    weiger_identiteit(bestand, frame["code"], getallen, _SPELING)
    opmerkingen = (*verteld(teken, ","), *rijen.opmerkingen)
    return Meting(bestand, niveau, _laatste_jaar(bestand), frame, getallen, opmerkingen)


def _zijn_scores(koppen: list[str]) -> bool:
    return "jaar" in koppen and any(kop.lower() in _CODEKOPPEN for kop in koppen)


def _van_jaar(meting: Meting, vraag: Vraag) -> pd.DataFrame:
    """The scores of a year; in the year of the meting itself every area that it knows.

    An area with scores of earlier years only stands there without any: it is one of the areas on
    which all years of the meting stand.
    """
    rijen = np.flatnonzero(meting.frame["jaar"] == vraag.peiljaar)
    if vraag.peiljaar == meting.jaar:
        elders = ~meting.frame["code"].isin(meting.frame["code"].iloc[rijen])
        rijen = np.concatenate([rijen, np.flatnonzero(elders & ~meting.frame["code"].duplicated())])
    deel = meting.frame.iloc[rijen].reset_index(drop=True)
    gebieden: Kolommen = {
        "niveau": pd.Series(meting.niveau, index=deel.index, dtype="str"),
        "regiocode": deel["code"],
        "regionaam": deel["naam"],
        "bron_bestand": pd.Series(meting.bestand.sha256, index=deel.index, dtype="str"),
        "bron_rij": pd.Series(rijen),
    }
    van_dit_jaar = (deel["jaar"] == vraag.peiljaar).to_numpy()
    scores = {
        naam: np.where(van_dit_jaar, reeks[rijen], np.nan) for naam, reeks in meting.scores.items()
    }
    frame = gebiedstabel(vraag, gebieden, scores, gebiedsjaar=meting.jaar)
    for naam in SCORES:  # NA means: no dimensions in this year; nothing is suppressed here
        frame.loc[frame[naam].isna(), f"{naam}__status"] = "ontbreekt"
    return frame


def _weiger_los_jaar(bestand: Bestand, frame: pd.DataFrame) -> None:
    """A measurement is of (nearly) all areas: a year that few have is a slip of the pen."""
    per_jaar = frame["jaar"].value_counts()
    los = per_jaar.index[per_jaar < per_jaar.max() * _MEETDEEL]
    if len(los):
        rij = int(np.flatnonzero(frame["jaar"].isin(los))[0])
        raise bronfout(
            bestand.waar,
            kolom="jaar",
            rij=rij,
            code=frame["code"].iloc[rij],
            gevonden=f"het jaar {frame['jaar'].iloc[rij]:g} bij {per_jaar[los[0]]} van de "
            f"{per_jaar.max()} gebieden",
            verwacht="jaren waarin (bijna) alle gebieden gemeten zijn",
            remedie="herstel het jaar of haal de scores opnieuw op",
        )


def _weiger_ander_niveau(bestand: Bestand, kolom: str, niveau: str | None) -> None:
    """The publisher names the level in the name: a file saved as another hides that one."""
    genoemd = [n for n in ("buurt", "wijk") if f"{n}en " in f"{bestand.kort.lower()} "]
    if genoemd and niveau is not None and niveau not in genoemd:
        raise bronfout(
            bestand.waar,
            kolom=kolom,
            gevonden=f"scores per {niveau}",
            verwacht=f"scores per {genoemd[0]}, zoals de naam van het bestand zegt",
            remedie="geef het bestand de naam die de uitgever het gaf",
        )


def _laatste_jaar(bestand: Bestand) -> int:
    gevonden = re.search(r"(\d{4})-(\d{4})\D*$", bestand.kort)
    if gevonden is None:
        raise bronfout(
            bestand.waar,
            gevonden=f"een bestandsnaam die niet op jaren eindigt ({bestand.kort})",
            verwacht="een naam die eindigt op eerste-laatste jaar, zoals '2002-2024'; het laatste "
            "jaar zegt op welke gebieden de scores staan",
            remedie="geef het bestand de naam die de uitgever het gaf; is het een kopie, zoals met "
            "(1), haal haar dan weg",
        )
    return int(gevonden[2])


def _model_2(bestand: Bestand, gevonden: str) -> BronFout:
    return bronfout(
        bestand.waar,
        gevonden=f"de Leefbaarometer 2.0: {gevonden}",
        verwacht="de Leefbaarometer 3.0 (lbm, afw, fys, onv, soc, vrz, won)",
        remedie="haal de meting van model 3.0 op; 2.0 is een ander model met een verschuivende "
        "basis, en de twee mogen nooit aan elkaar gekoppeld worden",
    )


def _weiger_sleutels(bestand: Bestand, frame: pd.DataFrame, niveau: str, kolom: str) -> None:
    eerste = ~frame["code"].duplicated()
    codes = frame["code"][eerste]
    weiger_codes(bestand, codes, pd.Series(niveau, index=codes.index), kolom=kolom)
    problemen = Problemen(bestand.waar)
    for rij in np.flatnonzero(frame["jaar"].isna() | (frame["jaar"] % 1 != 0)):
        problemen.erbij(
            kolom="jaar", rij=int(rij), code=str(frame["code"].iloc[rij]),
            gevonden=f"{frame['jaar'].iloc[rij]}", verwacht="een jaar",
            remedie="haal het bestand opnieuw op",
        )  # fmt: skip
    for rij in np.flatnonzero(frame.duplicated(subset=["code", "jaar"])):
        problemen.erbij(
            kolom=kolom,
            rij=int(rij),
            code=str(frame["code"].iloc[rij]),
            gevonden=f"gebied en jaar {frame['jaar'].iloc[rij]:.0f} voor de tweede keer",
            verwacht="elk gebied een keer per jaar",
            remedie="haal de dubbele rij weg of haal het bestand opnieuw op",
        )
    problemen.werp()


def weiger_identiteit(
    bestand: Bestand, codes: pd.Series, scores: dict[str, np.ndarray], speling: float
) -> None:
    """afw = sum of the dimensions, and lbm - afw is one number: else it is another model.

    Raises:
        BronFout: names the rows for which it does not hold.
    """
    problemen = Problemen(bestand.waar)
    som = sum(scores[dimensie] for dimensie in _CONSTANTEN.lbm_dimensies)
    toetsen = [("afw", scores["afw"] - som, "afw = fys + onv + soc + vrz + won")]
    if "lbm" in scores:
        verschil = scores["lbm"] - scores["afw"] - _CONSTANTEN.lbm_afstand
        toetsen.append(("lbm", verschil, f"lbm - afw = {_CONSTANTEN.lbm_afstand}"))
    for kolom, verschil, regel in toetsen:
        for rij in np.flatnonzero(np.abs(verschil) > speling):
            problemen.erbij(
                kolom=kolom,
                rij=int(rij),
                code=str(codes.iloc[rij]),
                gevonden=f"een afwijking van {verschil[rij]:.6g}",
                verwacht=f"{regel}, op {speling:g} na",
                remedie="dit is geen (onbewerkt) bestand van model 3.0; haal het opnieuw op",
            )
    problemen.werp()
