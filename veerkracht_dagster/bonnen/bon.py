"""The receipt of one figure: a tree from the rule down to the raw text in the publisher's file.

Here: the receipt of a layer, a figure or a cell, derived from what the catalogue declares and what
the release says; and figures of many areas at once. Nothing is kept while a rebuild computes.
Not here: a step (`knoop.py`), what figures and cells are made of (`bon_cijfer.py`, `bon_groep.py`,
`bon_cel.py`), overviews (`bon_overzicht.py`), words (`leesbaar.py`).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from veerkracht_dagster.bonnen.bon_cel import Celbonnen
from veerkracht_dagster.bonnen.bon_cijfer import bouw
from veerkracht_dagster.bonnen.bon_groep import jaar_van
from veerkracht_dagster.bonnen.gepubliceerd import Gepubliceerd
from veerkracht_dagster.bonnen.knoop import Knoop, stap
from veerkracht_dagster.bonnen.onbekend import onbekend_cijfer, onbekend_gebied
from veerkracht_dagster.catalogus.cijfers import formule_van, tabel_van
from veerkracht_dagster.catalogus.models import Catalogus, Kaartlaag
from veerkracht_dagster.catalogus.tabellen import waarde_van_laag
from veerkracht_dagster.celstatus import status_van


class Bonnen:
    """Makes the receipts of a release. `diep`: also of every area of the gemeente behind a mean."""

    def __init__(self, uitgave: Gepubliceerd, *, diep: bool = False) -> None:
        self.uitgave, self.diep = uitgave, diep
        self.cat: Catalogus = uitgave.cat
        self.regels = uitgave.editie.parameters
        self._tabel_van = tabel_van(self.cat)
        self._gemaakt: dict[tuple[str, str], Knoop] = {}
        self._landelijk: dict[str, list[Knoop]] = {}
        self.cellen = Celbonnen(uitgave)

    def bon(self, code: str, cijfer: str, jaar: int | None = None) -> Knoop:
        """The receipt of a layer, a figure of an indicator, or a cell of the buurttabel.

        Raises:
            OnbekendCijfer: the area or the figure is not in this edition.
            GeenBewijs: what the release was made of is gone.
        """
        if not self.uitgave.heeft(code):
            raise onbekend_gebied(self.uitgave, code)
        if cijfer in self.cat.kaartlagen and jaar is None:
            return self._laag(self.cat.kaartlagen[cijfer], cijfer, code)
        if cijfer in self._tabel_van and jaar is None:
            return self.cijfer(cijfer, code)
        if cijfer in self.cat.kolommen:
            return self.cellen.cel(
                cijfer, jaar or jaar_van(self, [cijfer], self.uitgave.editie.eind, code), code
            )
        raise onbekend_cijfer(self.cat, cijfer)

    def tabel_van(self, naam: str) -> str:
        """The indicator's table that has a figure or text."""
        return self._tabel_van[naam]

    def eenheid(self, naam: str) -> str:
        """Unit of an indicator's figure; a text has none."""
        kolom = self.cat.indicatoren[self._tabel_van[naam]].kolommen.get(naam)
        return kolom.eenheid if kolom is not None else ""

    # --- layers ----------------------------------------------------------------------------------
    def _laag(self, laag: Kaartlaag, naam: str, code: str) -> Knoop:
        grenzen = laag.grenzen_bij(self.regels)
        met: dict[str, Any] = {
            "klasse_uit": laag.klasse_uit, "grenzen": grenzen,
            "op_de_grens": laag.op_de_grens or "hoger", "geen_meting": self.cat.geen_meting.code,
        }  # fmt: skip
        uitleg = f"klasse uit {laag.klasse_uit}"
        if not laag.klasse_uit:
            uitleg = f"grenzen {', '.join(f'{grens:g}' for grens in grenzen)}"
        kinderen = [
            self.cijfer(k, code)
            for k in dict.fromkeys((laag.klasse_uit or laag.waarde, laag.waarde))
        ]
        knoop = Knoop("kaartlaag", naam, uitleg=uitleg, met=met, kinderen=kinderen)
        rij = self.uitgave.rij(naam, "klasse", code)
        eenheid = waarde_van_laag(self.cat, laag)[1]
        knoop.feiten = {"titel": laag.titel, "eenheid": eenheid} | {
            k: x
            for k, x in rij.items()
            if k not in ("klasse", "status", "eenheid", f"{self.uitgave.editie.niveau}code")
        }
        knoop.staat_in = "kaartlagen", "klasse", {"laag": naam, "regiocode": code}
        stap(knoop, "laag", rij["klasse"])
        if knoop.waarde == self.cat.geen_meting.code and knoop.feiten["toelichting"]:
            knoop.uitleg = f"{knoop.feiten['toelichting']} ({knoop.uitleg})"
        for extra, kolom in laag.extra.items():
            if extra in ("structureel", "stabiliteit"):
                knoop.kinderen.append(self.cijfer(kolom, code))
        return knoop

    # --- figures of indicators -------------------------------------------------------------------
    def cijfer(self, naam: str, code: str) -> Knoop:
        """A figure of an indicator's table; the same one is made once."""
        if (naam, code) not in self._gemaakt:
            tabel = self._tabel_van[naam]
            indicator = self.cat.indicatoren[tabel]
            rij, kolom = indicator.rijen[naam], indicator.kolommen.get(naam)
            knoop = Knoop("cijfer", naam)
            knoop.met["gebied"] = code
            knoop.feiten = {"tabel": tabel}
            if kolom is not None:
                knoop.feiten |= {"titel": kolom.titel, "eenheid": kolom.eenheid}
            knoop.uitleg = formule_van(self.cat, rij) or rij.titel
            regel = bouw(self, knoop, rij, code)
            knoop.staat_in = tabel, naam, {"regiocode": code}
            stap(knoop, regel, self.uitgave.cel(tabel, naam, code))
            if kolom is not None and not knoop.afwijking:
                staat = self.uitgave.cel(tabel, status_van(naam), code)
                if staat != knoop.staat:
                    knoop.afwijking = (
                        f"{naam}: gepubliceerd is de staat {staat}, hier {knoop.staat}"
                    )
            self._gemaakt[naam, code] = knoop
        return self._gemaakt[naam, code]

    def ontvouw(self, gebieden: Knoop) -> None:
        """Put the receipt of every figure under a set of areas."""
        for code, *_ in gebieden.met["rijen"]:
            for naam in gebieden.met["kolommen"]:
                gebieden.kinderen.append(self.cijfer(naam, code))

    def landelijk(self, naam: str, gewicht: str) -> list[Knoop]:
        """The mean and standard deviation of a figure over the country, made once."""
        if naam not in self._landelijk:
            kolommen = [(self.tabel_van(k), k) for k in (naam, gewicht)]
            gebieden = self.gebieden(kolommen, None, "alle gebieden")
            self._landelijk[naam] = [
                stap(
                    Knoop(
                        "gemiddelde", kort, kinderen=[gebieden],
                        feiten={"eenheid": self.eenheid(naam)},
                        uitleg=f"{wat} van {naam}, gewogen met {gewicht}",
                    ), regel,
                )
                for kort, regel, wat in (
                    ("m", "gemiddelde", "landelijk gemiddelde"),
                    ("s", "spreiding", "landelijke standaardafwijking"),
                )
            ]  # fmt: skip
        return self._landelijk[naam]

    def gebieden(
        self, kolommen: Sequence[tuple[str, str]], codes: Sequence[str] | None, naam: str
    ) -> Knoop:
        """Published figures of many areas (None: of all), each with a receipt of its own."""
        rijen = self.uitgave.rijen(kolommen, codes)
        eenheden = {k: f" ({e})" if (e := self.eenheid(k)) else "" for _, k in kolommen}
        namen = ", ".join(f"{t}.{k}{eenheden[k]}" for t, k in kolommen)
        knoop = Knoop(
            "gebieden", naam, uitleg=f"{len(rijen)} keer {namen}, elk met een eigen bon",
            met={"kolommen": [kolom for _, kolom in kolommen], "rijen": rijen},
        )  # fmt: skip
        return stap(knoop, "gebieden")
