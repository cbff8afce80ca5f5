"""A bundle of evidence: a receipt, the raw rows that it names, and what recomputes it.

Here: writing the bundle. What computes in it are the program's own files, copied as they are.
Not here: the receipt (`bon.py`), the program in the bundle (`herreken.py`), its rules
(`rekenwijze/`).
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from veerkracht_dagster import rekenwijze
from veerkracht_dagster.bonnen.gepubliceerd import GeenBewijs, Gepubliceerd
from veerkracht_dagster.bonnen.knoop import Knoop
from veerkracht_dagster.tweede.ruw import Plaats

_PAKKET = Path(__file__).parent
REKENWIJZE = Path(rekenwijze.__file__).parent  # copied whole
_LEESMIJ = """\
Een cijfer om na te rekenen
===========================
{vraag}, editie {editie}, release {release}: {waarde}

bon.json      de bon: elke stap met haar regel, en waar de cijfers vandaan komen
ruw/          de rijen van de uitgevers waar de bon naar verwijst, byte voor byte zoals ze in hun
              bestand staan (bij een CSV met de kopregel ervoor)
rekenwijze/   de regels, in Python
herreken.py   rekent elke stap na: python herreken.py  (Python 3.10 of nieuwer, verder niets);
              met --alles staat elke stap er; het programma zelf is herrekening.py
SHA256SUMS    de hash van elk bestand hier

Met `python herreken.py --bronnen MAP` wordt elke rij ook opgezocht in de bestanden van de uitgevers
in MAP, aan hun sha256 herkend. Cijfers van het hele land of van een gemeente (een gemiddelde, een
rang) staan in bon.json als lijst van gepubliceerde cijfers; elk daarvan heeft een eigen bon.

Bronnen:
{bronnen}
"""


@dataclass
class _Rijen:
    """Raw rows by the file of the publisher that they are from."""

    inhoud: dict[str, bytearray] = field(default_factory=dict)
    bronnen: dict[str, dict[str, Any]] = field(default_factory=dict)
    _plek: dict[tuple[str, int, bytes], int] = field(default_factory=dict)

    def neem(self, plaats: Plaats) -> dict[str, Any]:
        """Put the row of a cell in; returns how the bundle finds it."""
        waar = plaats.bestand.waar
        if waar not in self.bronnen:
            kort = re.sub(r"[^A-Za-z0-9._-]+", "_", plaats.bestand.kort)
            naam = f"ruw/{len(self.bronnen) + 1:02d}-{kort}.rijen"
            bron = {"sha256": plaats.bestand.sha256, "lid": plaats.bestand.lid, "rijen": naam}
            self.bronnen[waar] = bron
            self.inhoud[naam] = bytearray(plaats.kopregel + b"\n" if plaats.kopregel else b"")
        naam = self.bronnen[waar]["rijen"]
        sleutel = (waar, plaats.begin, plaats.record)
        if sleutel not in self._plek:
            self._plek[sleutel] = len(self.inhoud[naam])
            self.inhoud[naam] += plaats.record + b"\n"
        return {
            "bestand": naam, "begin": self._plek[sleutel], "lengte": len(plaats.record),
            "vorm": plaats.vorm, "teken": plaats.teken,
            "veld": None if plaats.tekst is None else list(plaats.kop.plek),
            "merk_veld": list(plaats.merkplek), "regel_in_bron": plaats.regel,
            "bron": waar, "begin_in_bron": plaats.begin,
            "lengte_in_bron": len(plaats.record.partition(b"\n<!--")[0]),
        }  # fmt: skip


def schrijf_bewijs(
    map: Path, bon: Knoop, kop: Mapping[str, str], uitgave: Gepubliceerd
) -> list[Path]:
    """Write the bundle of a receipt in a new or empty folder.

    Raises:
        FileExistsError: there is something in the folder.
        GeenBewijs: a snapshot is no longer what its name says.
    """
    if map.exists() and any(map.iterdir()):
        raise FileExistsError(f"{map} is niet leeg; geef een nieuwe map")
    rijen = _Rijen()
    stappen = _op_volgorde(bon, rijen)
    _weiger_veranderd(rijen, uitgave)
    vraag = f"{kop['gebied']} {bon.naam}"
    bundel = {**kop, "vraag": vraag, "bronnen": rijen.bronnen, "stappen": stappen}
    bronnen = "\n".join(_bron(waar, bron, uitgave) for waar, bron in rijen.bronnen.items())
    leesmij = _LEESMIJ.format(**kop, vraag=vraag, waarde=bon.waarde, bronnen=bronnen)
    inhoud = {
        "bon.json": (json.dumps(bundel, ensure_ascii=False, indent=1) + "\n").encode(),
        "LEESMIJ.txt": leesmij.encode(),
        "herreken.py": (_PAKKET / "begin_herreken.py").read_bytes(),
        "herrekening.py": (_PAKKET / "herreken.py").read_bytes(),
        **{
            f"rekenwijze/{pad.relative_to(REKENWIJZE).as_posix()}": pad.read_bytes()
            for pad in sorted(REKENWIJZE.rglob("*.py"))
        },
        **{naam: bytes(regels) for naam, regels in rijen.inhoud.items()},
    }
    som = "".join(f"{hashlib.sha256(x).hexdigest()}  {naam}\n" for naam, x in inhoud.items())
    for naam, bytes_ in {**inhoud, "SHA256SUMS": som.encode()}.items():
        pad = map / naam
        pad.parent.mkdir(parents=True, exist_ok=True)
        pad.write_bytes(bytes_)
    return [map / naam for naam in inhoud]


def _op_volgorde(bon: Knoop, rijen: _Rijen) -> list[dict[str, Any]]:
    """Every step once, those under it first; `kinderen` are numbers in this list."""
    nummers: dict[int, int] = {}
    uit: list[dict[str, Any]] = []

    def neem(knoop: Knoop) -> int:
        if id(knoop) not in nummers:
            kinderen = [neem(kind) for kind in knoop.kinderen]
            nummers[id(knoop)] = len(uit)
            stap = knoop.als_json() | {
                "waarde": knoop.waarde, "staat": knoop.staat, "met": knoop.met,
                "gepubliceerd": knoop.gepubliceerd, "kinderen": kinderen,
            }  # fmt: skip
            if knoop.plaats is not None:
                stap["plek"] = rijen.neem(knoop.plaats)
            uit.append(stap)
        return nummers[id(knoop)]

    neem(bon)
    return uit


def _weiger_veranderd(rijen: _Rijen, uitgave: Gepubliceerd) -> None:
    """Evidence is of the publisher's own bytes."""
    for waar, bron in rijen.bronnen.items():
        with uitgave.snapshots.pad(bron["sha256"]).open("rb") as stroom:
            gehasht = hashlib.file_digest(stroom, "sha256").hexdigest()
        if gehasht != bron["sha256"]:
            raise GeenBewijs(
                f"{waar}: het snapshot is veranderd (sha256 is nu {gehasht}, was "
                f"{bron['sha256']}); zet het terug uit een reservekopie"
            )


def _bron(waar: str, bron: Mapping[str, Any], uitgave: Gepubliceerd) -> str:
    kaart = uitgave.kaart(bron["sha256"])
    versie = f", versie {kaart.uitgeversversie}" if kaart.uitgeversversie else ""
    return (
        f"- {waar}\n  {kaart.uitgever}{versie}, opgehaald {kaart.opgehaald}, {kaart.licentie}\n"
        f"  {kaart.url}\n  sha256 {kaart.sha256}, rijen in {bron['rijen']}"
    )
