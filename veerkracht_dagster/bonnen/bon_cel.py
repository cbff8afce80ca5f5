"""The receipt of a harmonised cell: the parts of the area, and the cells in the publisher's file.

Here: which old areas a cell is made of with their weights, and where each of their texts stands.
Not here: the figures that are made of cells (`bon_cijfer.py`), reading the files (`ruw/`).
"""

from __future__ import annotations

from typing import Any

from veerkracht_dagster.bonnen.gepubliceerd import Gepubliceerd
from veerkracht_dagster.bonnen.knoop import Knoop, stap
from veerkracht_dagster.catalogus.models import Catalogus
from veerkracht_dagster.celstatus import (
    bovengrens_van,
    deel_bij,
    dekking_van,
    ondergrens_van,
    status_van,
)
from veerkracht_dagster.rekenwijze.omzetten import Stuk, maat_van
from veerkracht_dagster.tweede.jaartabel import regel_van, soort_van, van_niveau
from veerkracht_dagster.tweede.ruw import GeenTweedeLezer, Opzoeker, Plaats

_SOORTEN = {
    "aantal": "som van gewicht maal cijfer",
    "aandeel": "gemiddelde, gewogen met {weging}",
    "gemiddelde": "gemiddelde, gewogen met {weging}",
    "mediaan": "gemiddelde van medianen, gewogen met {weging} (schatting)",
    "score": "gemiddelde, gewogen met {weging} (schatting)",
    "code": "de code met het meeste gewicht",
}


class Celbonnen:
    """Makes the receipts of the cells of a release, each once."""

    def __init__(self, uitgave: Gepubliceerd) -> None:
        self.uitgave = uitgave
        self.cat: Catalogus = uitgave.cat
        self._cellen: dict[tuple[str, int, str], Knoop] = {}
        self._broncellen: dict[tuple[str, int, str, str], Knoop] = {}

    def cel(self, kolom: str, jaar: int, code: str) -> Knoop:
        """A harmonised cell, and the parts that it is made of."""
        if (kolom, jaar, code) in self._cellen:
            return self._cellen[kolom, jaar, code]
        beschrijving = self.cat.kolommen[kolom]
        eigen = self.cat.kolommen_van(beschrijving.bron)
        soort = soort_van(beschrijving, eigen)
        regel = regel_van(beschrijving, eigen.get(soort.weegkolom or ""))
        knoop = Knoop(
            "cel", f"{kolom} {jaar}",
            feiten={"tabel": f"buurttabel {jaar}", "titel": beschrijving.titel,
                    "eenheid": beschrijving.eenheid},
            met={"soort": soort.soort, "weegkolom": soort.weegkolom, "jaar": jaar,
                 "minimum": self.uitgave.minimum_dekking,
                 "regel": list(regel) if beschrijving.begrensd else None},
        )  # fmt: skip
        knoop.uitleg = _SOORTEN[soort.soort].format(
            weging=soort.weegkolom or "adressen, inwoners of land"
        )
        self._cellen[kolom, jaar, code] = knoop
        if jaar not in self.uitgave.jaren:
            knoop.uitleg = "van dit jaar is er niets"
            return stap(knoop, "cel")
        try:
            opzoeker = self.uitgave.opzoeker(beschrijving.bron, jaar)
        except GeenTweedeLezer as reden:
            return self._uit_brontabel(knoop, kolom, jaar, code, str(reden))
        if opzoeker is None:
            knoop.uitleg = f"geen levering van {beschrijving.bron} voor {jaar}"
            return stap(knoop, "cel")
        van = opzoeker.vorm.gebiedsjaar
        samen = opzoeker.niveau != self.uitgave.editie.niveau
        if samen and not beschrijving.telt_op:
            knoop.uitleg = f"geleverd per {opzoeker.niveau}, en dit cijfer telt niet op"
        else:
            for stuk in van_niveau(self.uitgave.stukken(code, van), opzoeker.niveau):
                knoop.kinderen.append(self._stuk(stuk, kolom, opzoeker, soort.weegkolom))
            if not knoop.kinderen:
                knoop.uitleg = f"geen gebied van {van} leidt naar dit gebied"
        tabel = f"buurttabel_{jaar}"
        knoop.staat_in = "buurttabel", kolom, {"peiljaar": jaar, "regiocode": code}
        stap(knoop, "cel", self.uitgave.cel(tabel, kolom, code))
        staat = self.uitgave.cel(tabel, status_van(kolom), code)
        if staat != knoop.staat and not knoop.afwijking:
            knoop.afwijking = f"{knoop.naam}: gepubliceerd is de staat {staat}, hier {knoop.staat}"
        knoop.feiten["dekking"] = knoop.met["dekking"] if knoop.kinderen else 0.0
        if knoop.waarde is not None and knoop.met.get("grenzen"):
            knoop.feiten |= dict(
                zip(("ondergrens", "bovengrens"), knoop.met["grenzen"], strict=True)
            )
        if knoop.waarde is None:
            knoop.uitleg = _waarom_leeg(knoop)
        return knoop

    def _uit_brontabel(self, knoop: Knoop, kolom: str, jaar: int, code: str, reden: str) -> Knoop:
        """A file that has no second reader: the published cell is the end of the receipt."""
        tabel = f"buurttabel_{jaar}"
        waarde, staat = (self.uitgave.cel(tabel, k, code) for k in (kolom, status_van(kolom)))
        knoop.met |= {"tekst": waarde, "staat": staat}
        knoop.met["dekking"] = self.uitgave.cel(tabel, dekking_van(kolom), code)
        if self.cat.kolommen[kolom].begrensd:
            grenzen = ondergrens_van(kolom), bovengrens_van(kolom)
            knoop.met["grenzen"] = [self.uitgave.cel(tabel, grens, code) for grens in grenzen]
        if self.cat.kolommen[kolom].is_deel:
            knoop.met["deel"] = self.uitgave.cel(tabel, deel_bij(kolom), code)
        knoop.staat_in = "buurttabel", kolom, {"peiljaar": jaar, "regiocode": code}
        knoop.uitleg = f"niet tot de ruwe tekst te volgen: {reden}"
        return stap(knoop, "gepubliceerd", waarde)

    def _stuk(self, stuk: Stuk, kolom: str, opzoeker: Opzoeker, weegkolom: str | None) -> Knoop:
        van = opzoeker.vorm.gebiedsjaar
        knoop = Knoop(
            "omzetting", stuk.van, uitleg=f"deel van {stuk.van} ({van}), langs {stuk.methode}",
            feiten={"jaar": van, "methode": stuk.methode, "aantal": stuk.aantal,
                    "aantal_van": maat_van(stuk.methode)},
            met={"gewicht": stuk.gewicht, "methode": stuk.methode, "aantal": stuk.aantal,
                 "maat": stuk.maat},
        )  # fmt: skip
        knoop.kinderen = [
            self._broncel(stuk.van, naam, opzoeker) for naam in (kolom, weegkolom) if naam
        ]
        return stap(knoop, "gewicht")

    def _broncel(self, code: str, kolom: str, opzoeker: Opzoeker) -> Knoop:
        levering = opzoeker.levering
        sleutel = levering.bron, levering.peiljaar, code, kolom
        if sleutel in self._broncellen:
            return self._broncellen[sleutel]
        gevonden = opzoeker.cel(kolom, code)
        plaats = gevonden.plaats
        knoop = Knoop(
            "broncel", f"{kolom} van {code}", plaats=plaats,
            feiten={"bron": levering.bron, "eenheid": self.cat.kolommen[kolom].eenheid},
            met={"tekst": plaats.tekst if plaats else None, "leeg": gevonden.cel[1],
                 "merkgetal": self.cat.constanten.merkgetal_tot},
        )  # fmt: skip
        if merken := self.cat.kolommen[kolom].merken:
            knoop.met["merken"] = merken
        if plaats is not None:
            knoop.feiten |= self._feiten(plaats)
            if plaats.merk:
                knoop.met["merk"] = plaats.merk
        waarom = [gevonden.waarom, gevonden.niet_in_bestand]
        if gevonden.niet_in_bestand:
            knoop.feiten |= {"ruwe_tekst": None, "niet_in_bestand": gevonden.niet_in_bestand}
            if plaats is not None:
                knoop.feiten["plaats_van"] = "gebied"  # the row and file are not of the cell
        elif plaats is not None:
            waarom[1] = f"ruwe tekst {plaats.tekst!r}"
        knoop.uitleg = "; ".join(filter(None, waarom))
        self._broncellen[sleutel] = stap(knoop, "tekst")
        return knoop

    def _feiten(self, plaats: Plaats) -> dict[str, Any]:
        kaart = self.uitgave.kaart(plaats.bestand.sha256)
        return {
            "ruwe_tekst": plaats.tekst, "merk": plaats.merk, "rij": plaats.rij,
            "regel": plaats.regel, "byte": plaats.begin,
            "bestand": plaats.bestand.waar,
            "kolom": plaats.kop.sleutel, "titel_uitgever": plaats.kop.titel,
            "eenheid_uitgever": plaats.kop.eenheid, "groep": plaats.kop.groep,
            "uitgever": kaart.uitgever, "versie": kaart.uitgeversversie, "url": kaart.url,
            "licentie": kaart.licentie, "opgehaald": kaart.opgehaald, "sha256": kaart.sha256,
        }  # fmt: skip


def _waarom_leeg(knoop: Knoop) -> str:
    """In words why a harmonised cell has no figure."""
    dekking, minimum = knoop.feiten["dekking"], knoop.met["minimum"]
    if 0 < dekking < minimum:
        return f"dekking {dekking:.3g} is minder dan {minimum:g}"
    redenen = dict.fromkeys(k.kinderen[0].uitleg for k in knoop.kinderen if k.kinderen)
    return "; ".join(redenen) or knoop.uitleg
