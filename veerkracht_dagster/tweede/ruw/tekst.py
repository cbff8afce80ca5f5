"""Files of text read a second time: StatLine CSV, StatWeb, Leefbaarometer scores, deliveries.

Here: the headers, and the lines of a file. Not here: refusals (`bronnen/dialecten/`), workbooks
(`werkboek.py`), the Leefbaarometer as GeoJSON (`geojson.py`).
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import orjson
import yaml

from veerkracht_dagster.catalogus.models import Kolom
from veerkracht_dagster.rekenwijze.ruw.cel import getal, velden_van
from veerkracht_dagster.tweede.ruw import werkboek
from veerkracht_dagster.tweede.ruw.blad import (
    Bewijslevering,
    Gesplitst,
    Kop,
    Ruwbestand,
    Ruwblad,
    Splitser,
    Vorm,
    gelijk,
    kies_koppen,
)
from veerkracht_dagster.tweede.ruw.odata import splits_regels
from veerkracht_dagster.tweede.ruw.regels import tabel_van, teken_van
from veerkracht_dagster.tweede.ruw.register import eerste_regel

Kolommen = Mapping[str, Kolom]
_LADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the one made in C, where there is one


def _blad(
    tabel: Sequence[Sequence[str]], koppen: Mapping[str, Kop], regio: int, jaar: int
) -> Ruwblad:
    """A table of texts, one row per area, without its header."""
    plaats = {naam: int(k.plek[0]) for naam, k in koppen.items()}
    blad = Ruwblad(jaar, dict(koppen), cijfers={naam: {} for naam in koppen})
    for rij in tabel:
        code = rij[regio].strip()
        blad.codes.append(code)
        for naam, nummer in plaats.items():
            if (cijfer := getal(rij[nummer])) is not None:
                blad.cijfers[naam][code] = cijfer
    return blad


# --- StatLine ---------------------------------------------------------------------------------
def _met_punten(tekst: str) -> str:
    """A name as R writes it: a dot for every run of other signs."""
    return re.sub(r"(?:[^\w]|_|[²³])+", ".", tekst).casefold()


def _is_codering(kop: str) -> bool:
    return _met_punten(kop).startswith("regioaanduiding.codering")


def koppen_statline(levering: Bewijslevering, kolommen: Kolommen) -> tuple[dict[str, Kop], int]:
    """Our columns, and the place of the region codes."""
    bestand = levering.bestanden[0]
    koppen = velden_van(eerste_regel(bestand), teken_van(bestand))
    regio = next(i for i, k in enumerate(koppen) if _is_codering(k))
    if levering.dialect == "statline_csv_r":
        return _koppen_r(koppen, kolommen), regio
    alle = []
    for i, kop in enumerate(koppen):
        pad, eenheid = _pad_en_eenheid(kop)
        delen = pad.split("/")
        groep = delen[0] if len(delen) > 1 else ""
        alle.append(Kop(kop, delen[-1], eenheid, groep, (str(i),)))
    return kies_koppen(kolommen, alle), regio


def _pad_en_eenheid(kop: str) -> tuple[str, str]:
    """A heading without its unit, and the unit: what stands between brackets at the end."""
    pad, haakje, rest = kop.rpartition(" (")
    heeft = bool(haakje) and rest.endswith(")") and ")" not in rest[:-1] and "(" not in rest
    return (pad, rest[:-1]) if heeft else (kop, "")


def _koppen_r(koppen: list[str], kolommen: Kolommen) -> dict[str, Kop]:
    uit = {}
    for naam, kolom in kolommen.items():
        wij = kolom.uitgever
        for titel in wij.titels:
            slot = _met_punten(f".{titel} ({wij.eenheid or ''})")
            begin = _met_punten(f"{wij.groep or ''}.")
            for i, kop in enumerate(koppen):
                if _met_punten(kop).endswith(slot) and _met_punten(kop).startswith(begin):
                    uit[naam] = Kop(kop, titel, wij.eenheid or "", wij.groep or "", (str(i),))
    return uit


def blad_statline(levering: Bewijslevering, kolommen: Kolommen, _niveau: str) -> Ruwblad:
    """The sheet of a delivery, every level in it."""
    koppen, regio = koppen_statline(levering, kolommen)
    _, rijen = tabel_van(levering.bestanden[0])
    return _blad(rijen, koppen, regio, levering.peiljaar)


def vorm_statline(levering: Bewijslevering, kolommen: Kolommen, _niveau: str) -> Vorm:
    """How its lines are found."""
    koppen, _ = koppen_statline(levering, kolommen)
    bestand = levering.bestanden[0]
    teken = teken_van(bestand)
    splitser = Splitser(levering.dialect, lambda inhoud: splits_regels(inhoud, teken, _is_codering))
    return Vorm(
        koppen, (bestand,), splitser, "csv", levering.peiljaar, teken, eerste_regel(bestand)
    )


# --- StatWeb: names without codes, linked by the list of regions of the same table ---------------
def _statweb(levering: Bewijslevering) -> tuple[Ruwbestand, list[Ruwbestand]]:
    lijsten = [b for b in levering.bestanden if b.kort.startswith("WijkenEnBuurten")]
    return next(b for b in levering.bestanden if b not in lijsten), lijsten


def _koppen_statweb(bestand: Ruwbestand, kolommen: Kolommen) -> dict[str, Kop]:
    tekst = io.StringIO(bestand.bytes().decode("utf-8-sig"), newline="")
    tabel = [rij for rij in csv.reader(tekst, delimiter=";") if rij]
    kop = next(i for i, rij in enumerate(tabel) if rij[0].strip() == "Wijken en buurten")
    alle = []
    for i, (pad, eenheid) in enumerate(zip(tabel[kop - 1], tabel[kop], strict=True)):
        delen = [deel.strip() for deel in pad.split("|")]
        groep = delen[0] if len(delen) > 1 else ""
        alle.append(Kop(delen[-1], delen[-1], eenheid.strip(), groep, (str(i),)))
    return kies_koppen(kolommen, alle[1:])


def _splits_statweb(lijsten: Sequence[Ruwbestand], inhoud: Any) -> Gesplitst:
    """The lines of which one region of the list has the name, and no other line."""
    code_van: dict[str, list[str]] = {}
    for lijst in lijsten:
        regios = orjson.loads(lijst.bytes())
        for regio in regios if isinstance(regios, list) else regios["value"]:
            code_van.setdefault(gelijk(regio["Title"]), []).append(regio["Key"].strip())
    regels, na_kop = [], False
    for begin, eind in _regels(inhoud):
        velden = velden_van(inhoud[begin:eind], ";")
        if na_kop and len(velden) > 1:
            regels.append((gelijk(velden[0]), begin, eind))
        na_kop = na_kop or velden[:1] == ["Wijken en buurten"]
    keren = Counter(naam for naam, _, _ in regels)
    for naam, begin, eind in regels:
        codes = code_van.get(naam, [])
        yield codes[0] if len(codes) == 1 and keren[naam] == 1 else "", begin, eind


def _regels(inhoud: Any) -> list[tuple[int, int]]:
    return [regel.span() for regel in re.finditer(rb"[^\n]+", inhoud)]


def rijen_statweb(levering: Bewijslevering) -> Iterator[list[str]]:
    """The fields of every line of an area, with the area's code behind them."""
    bestand, lijsten = _statweb(levering)
    inhoud = bestand.bytes()
    for code, begin, eind in _splits_statweb(lijsten, inhoud):
        if code:
            yield [*velden_van(inhoud[begin:eind], ";"), code]


def blad_statweb(levering: Bewijslevering, kolommen: Kolommen, _niveau: str) -> Ruwblad:
    """The sheet of a delivery, every level in it."""
    rijen = list(rijen_statweb(levering))
    return _blad(rijen, _koppen_statweb(_statweb(levering)[0], kolommen), -1, levering.peiljaar)


def vorm_statweb(levering: Bewijslevering, kolommen: Kolommen, _niveau: str) -> Vorm:
    """How its lines are found."""
    bestand, lijsten = _statweb(levering)
    naam = "statweb-" + "-".join(lijst.sha256[:12] for lijst in lijsten)
    splitser = Splitser(naam, lambda inhoud: _splits_statweb(lijsten, inhoud))
    koppen = _koppen_statweb(bestand, kolommen)
    return Vorm(koppen, (bestand,), splitser, "csv", levering.peiljaar)


# --- Leefbaarometer ---------------------------------------------------------------------------
def scores(levering: Bewijslevering, niveau: str) -> tuple[Ruwbestand, int] | None:
    """The newest score file of a level, and the year of its areas."""
    beste: tuple[Ruwbestand, int] | None = None
    woord = {"buurt": "bu_code", "wijk": "wk_code"}[niveau]
    for bestand in levering.bestanden:
        delen = bestand.leden() if bestand.kort.lower().endswith(".zip") else [bestand]
        for deel in delen:
            jaren = re.search(r"(\d{4})-(\d{4})\D*$", deel.kort)
            if not jaren or not deel.kort.lower().endswith(".csv"):
                continue
            koppen = [kop.lower() for kop in velden_van(eerste_regel(deel), teken_van(deel))]
            if woord in koppen and (beste is None or int(jaren[2]) >= beste[1]):
                beste = deel, int(jaren[2])
    return beste


def _scorekoppen(bestand: Ruwbestand, kolommen: Kolommen) -> tuple[dict[str, Kop], int, int]:
    """Our columns, and the places of the code and the year."""
    koppen = velden_van(eerste_regel(bestand), teken_van(bestand))
    uit = {
        n: Kop(n, k.titel, k.eenheid, "", (str(koppen.index(n)),))
        for n, k in kolommen.items()
        if n in koppen
    }
    regio = next(i for i, kop in enumerate(koppen) if kop.lower().endswith("_code"))
    return uit, regio, koppen.index("jaar")


def blad_leefbaarometer(levering: Bewijslevering, kolommen: Kolommen, niveau: str) -> Ruwblad:
    """The sheet of a delivery, every level in it."""
    gevonden = scores(levering, niveau)
    if gevonden is None:
        return Ruwblad(levering.peiljaar, {}, leeg_is_ontbreekt=True)
    bestand, meting = gevonden
    koppen, regio, wanneer = _scorekoppen(bestand, kolommen)
    _, rijen = tabel_van(bestand)
    van_jaar = [rij for rij in rijen if int(float(rij[wanneer])) == levering.peiljaar]
    blad = _blad(van_jaar, koppen, regio, meting)
    blad.leeg_is_ontbreekt = True
    if meting == levering.peiljaar:  # the areas on which all years of the meting stand
        blad.codes = list(dict.fromkeys([*blad.codes, *(rij[regio].strip() for rij in rijen)]))
    return blad


def vorm_leefbaarometer(levering: Bewijslevering, kolommen: Kolommen, niveau: str) -> Vorm | None:
    """How its lines are found; None where no file is of this level."""
    gevonden = scores(levering, niveau)
    if gevonden is None:
        return None
    bestand, meting = gevonden
    koppen, _, wanneer = _scorekoppen(bestand, kolommen)
    teken = teken_van(bestand)

    def van_jaar(record: bytes, _kop: Kop) -> bool:
        return int(float(velden_van(record, teken)[wanneer])) == levering.peiljaar

    splitser = Splitser(
        "scores",
        lambda inhoud: splits_regels(inhoud, teken, lambda kop: kop.lower().endswith("_code")),
    )
    return Vorm(
        koppen, (bestand,), splitser, "csv", meting, teken, eerste_regel(bestand),
        hoort=van_jaar, leeg_is_ontbreekt=True,
    )  # fmt: skip


# --- deliveries with a manifest ---------------------------------------------------------------
def _manifest(levering: Bewijslevering) -> tuple[dict[str, Any], Ruwbestand]:
    per_naam = {bestand.kort: bestand for bestand in levering.bestanden}
    manifest = yaml.load(per_naam["manifest.yml"].bytes(), Loader=_LADER)
    return manifest, per_naam[manifest["bestand"]]


def _koppen_levering(
    manifest: Mapping[str, Any], koppen: Sequence[str], kolommen: Kolommen
) -> tuple[dict[str, Kop], int]:
    hun = {ons: koppen.index(kop) for kop, ons in manifest["kolommen"].items() if ons is not None}
    uit = {
        naam: Kop(koppen[hun[naam]], kolom.titel, kolom.eenheid, "", (str(hun[naam]),))
        for naam, kolom in kolommen.items()
        if naam in hun
    }
    return uit, hun["regiocode"]


def _regiokop(manifest: Mapping[str, Any]) -> list[str]:
    """What their column with the code of the area is called, in lower case."""
    return [kop.lower() for kop, ons in manifest["kolommen"].items() if ons == "regiocode"]


def _is_werkboek(bestand: Ruwbestand) -> bool:
    return bestand.kort.lower().endswith(".xlsx")


def blad_levering(levering: Bewijslevering, kolommen: Kolommen, _niveau: str) -> Ruwblad:
    """The sheet of a delivery, every level in it."""
    manifest, bestand = _manifest(levering)
    if _is_werkboek(bestand):
        koppen, tabel = werkboek.tabel_van(bestand, manifest.get("blad"), _regiokop(manifest))
    else:
        koppen, tabel = tabel_van(bestand, manifest.get("scheiding"))
    eigen, regio = _koppen_levering(manifest, [kop.strip() for kop in koppen], kolommen)
    return _blad(tabel, eigen, regio, int(manifest["gebiedsjaar"]))


def vorm_levering(levering: Bewijslevering, kolommen: Kolommen, _niveau: str) -> Vorm:
    """How its lines are found."""
    manifest, bestand = _manifest(levering)
    jaar = int(manifest["gebiedsjaar"])
    if _is_werkboek(bestand):
        koppen, _ = werkboek.tabel_van(bestand, manifest.get("blad"), _regiokop(manifest))
        eigen, regio = _koppen_levering(manifest, koppen, kolommen)
        blad, bekend = manifest.get("blad"), _regiokop(manifest)
        return werkboek.vorm_van(bestand, blad, bekend, eigen, regio, jaar)
    teken = manifest.get("scheiding") or teken_van(bestand)
    kopregel = eerste_regel(bestand)
    koppen = [kop.strip() for kop in velden_van(kopregel, teken)]
    eigen, regio = _koppen_levering(manifest, koppen, kolommen)
    regel = koppen[regio]
    splitser = Splitser(
        f"levering-{regel.encode().hex()[:40]}",
        lambda inhoud: splits_regels(inhoud, teken, lambda kop: kop.strip() == regel),
    )
    return Vorm(eigen, (bestand,), splitser, "csv", jaar, teken, kopregel)
