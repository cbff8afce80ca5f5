"""The receipt of one figure: a tree from the rule down to the raw text in the publisher's file.

Here: which steps a figure of an area is made of, derived from what the catalogue declares and what
the release says; each step computed from those under it, and put beside what is published.
Not here: the rules (`stappen.py`), figures over many areas (`bon_overzicht.py`), reading (`ruw/`),
printing (`cli/trace.py`). Nothing is kept while a rebuild computes.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from veerkracht_dagster.catalogus.models import Catalogus, Groep, Kaartlaag
from veerkracht_dagster.catalogus.tabellen import waarde_van_laag
from veerkracht_dagster.celstatus import status_van
from veerkracht_dagster.herkomst.gelijk import gelijk
from veerkracht_dagster.herkomst.gepubliceerd import Gepubliceerd
from veerkracht_dagster.herkomst.jaartabel import regel_van, soort_van
from veerkracht_dagster.herkomst.omzetten import Stuk, maat_van
from veerkracht_dagster.herkomst.onbekend import onbekend_cijfer, onbekend_gebied
from veerkracht_dagster.herkomst.ruw import GeenTweedeLezer, Opzoeker, Plaats
from veerkracht_dagster.herkomst.stappen import bereken

_SOORTEN = {
    "aantal": "som van gewicht maal cijfer",
    "aandeel": "gemiddelde, gewogen met {weging}",
    "gemiddelde": "gemiddelde, gewogen met {weging}",
    "mediaan": "gemiddelde van medianen, gewogen met {weging} (schatting)",
    "score": "gemiddelde, gewogen met {weging} (schatting)",
    "code": "de code met het meeste gewicht",
}
_K_DELEN = ("", "_ondergrens", "_bovengrens", "_afronding")
_NAMEN_VERSTOORD = ["dK", *(f"K_{k}{deel}" for k in ("begin", "eind") for deel in _K_DELEN)]
_GEEN_PUBLICATIE = object()


@dataclass
class Knoop:
    """One step of a receipt.

    soort: kaartlaag, cijfer, deel, gemiddelde, gebieden, cel, omzetting, broncel, tabelcijfer.
    regel, met: the rule of `stappen.py` by which it follows from `kinderen`. feiten: title, unit,
    file, row, licence, as they apply. afwijking: what is published, where that is another figure.
    """

    soort: str
    naam: str
    waarde: Any = None
    staat: str = ""
    uitleg: str = ""
    feiten: dict[str, Any] = field(default_factory=dict)
    regel: str = ""
    met: dict[str, Any] = field(default_factory=dict)
    kinderen: list[Knoop] = field(default_factory=list)
    afwijking: str = ""
    plaats: Plaats | None = None
    gepubliceerd: list[Any] = field(default_factory=list)  # what the release says, if it has it
    staat_in: tuple[str, str, dict[str, Any]] | None = None  # its table, column and row by the key

    def alle(self) -> Iterator[Knoop]:
        """This step and all below it."""
        yield self
        for kind in self.kinderen:
            yield from kind.alle()

    @property
    def afwijkingen(self) -> list[str]:
        """Every step below that is not what is published."""
        return list(dict.fromkeys(k.afwijking for k in self.alle() if k.afwijking))

    def als_json(self) -> dict[str, Any]:
        """For machines: all but what is empty; a place in a file as its facts."""
        velden = (
            "soort",
            "naam",
            "waarde",
            "staat",
            "uitleg",
            "feiten",
            "regel",
            "met",
            "afwijking",
        )
        uit = {veld: x for veld in velden if (x := getattr(self, veld)) not in ("", {})}
        return {**uit, "kinderen": [kind.als_json() for kind in self.kinderen]}


class Bonnen:
    """Makes the receipts of a release. `diep`: also of every area of the gemeente behind a mean."""

    def __init__(self, uitgave: Gepubliceerd, *, diep: bool = False) -> None:
        self.uitgave, self.diep = uitgave, diep
        self.cat: Catalogus = uitgave.cat
        self.regels = uitgave.editie.parameters
        self._tabel_van = {
            naam: tabel
            for tabel, indicator in self.cat.indicatoren.items()
            for naam in (*indicator.kolommen, *indicator.kenmerken)
            if naam not in ("jaren_begin", "jaren_eind", "informatief")
        }
        self._gemaakt: dict[tuple[str, str], Knoop] = {}

    def bon(self, code: str, cijfer: str, jaar: int | None = None) -> Knoop:
        """The receipt of a layer, a figure of an indicator, or a cell of the buurttabel.

        Raises:
            OnbekendCijfer: the area or the figure is not in this edition.
            GeenBewijs: what the release was made of is gone.
        """
        editie = self.uitgave.editie
        if not self.uitgave.heeft(code):
            raise onbekend_gebied(self.uitgave, code)
        if cijfer in self.cat.kaartlagen and jaar is None:
            return self._laag(self.cat.kaartlagen[cijfer], cijfer, code)
        if cijfer in self._tabel_van and jaar is None:
            return self.cijfer(cijfer, code)
        if cijfer in self.cat.kolommen:
            return self._cel(cijfer, jaar or self._jaar([cijfer], editie.eind, code), code)
        raise onbekend_cijfer(self.cat, cijfer)

    def tabel_van(self, naam: str) -> str:
        """The indicator's table that has a figure or text."""
        return self._tabel_van[naam]

    def _eenheid(self, naam: str) -> str:
        """Unit of an indicator's figure; a text has none."""
        kolom = self.cat.indicatoren[self._tabel_van[naam]].kolommen.get(naam)
        return kolom.eenheid if kolom is not None else ""

    # --- putting a step together -----------------------------------------------------------------
    def stap(self, knoop: Knoop, regel: str, gepubliceerd: object = _GEEN_PUBLICATIE) -> Knoop:
        """Compute a step by its rule, and put it beside what is published."""
        knoop.regel = regel
        knoop.waarde, knoop.staat = bereken(regel, knoop)
        if gepubliceerd is _GEEN_PUBLICATIE:
            return knoop
        knoop.gepubliceerd = [gepubliceerd]
        if not gelijk(knoop.waarde, gepubliceerd):
            knoop.afwijking = (
                f"{knoop.naam}: gepubliceerd is {gepubliceerd}, uit de ruwe bestanden volgt "
                f"{knoop.waarde}"
            )
        return knoop

    # --- layers ----------------------------------------------------------------------------------
    def _laag(self, laag: Kaartlaag, naam: str, code: str) -> Knoop:
        maal = getattr(self.regels, laag.eenheid_grenzen) if laag.eenheid_grenzen else 1
        grenzen = [grens * maal for grens in laag.grenzen]
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
        self.stap(knoop, "laag", rij["klasse"])
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
            kolom = indicator.kolommen.get(naam)
            knoop = Knoop("cijfer", naam)
            knoop.met["gebied"] = code
            knoop.feiten = {"tabel": tabel}
            if kolom is not None:
                knoop.feiten |= {"titel": kolom.titel, "eenheid": kolom.eenheid}
                knoop.uitleg = kolom.formule or ""
            else:
                knoop.uitleg = indicator.kenmerken[naam].titel
            regel = self._bouw(knoop, naam, code)
            knoop.staat_in = tabel, naam, {"regiocode": code}
            self.stap(knoop, regel, self.uitgave.cel(tabel, naam, code))
            if kolom is not None and not knoop.afwijking:
                staat = self.uitgave.cel(tabel, status_van(naam), code)
                if staat != knoop.staat:
                    knoop.afwijking = (
                        f"{naam}: gepubliceerd is de staat {staat}, hier {knoop.staat}"
                    )
            self._gemaakt[naam, code] = knoop
        return self._gemaakt[naam, code]

    def _bouw(self, knoop: Knoop, naam: str, code: str) -> str:
        """Give the step what it is made of; returns its rule."""
        deel = naam.partition("_")[0]
        if naam in ("dK", "dK_ondergrens", "dK_bovengrens", "dP"):
            eerst, dan = _VERSCHILLEN[naam]
            knoop.kinderen = [self.cijfer(eerst, code), self.cijfer(dan, code)]
            return "verschil"
        if naam in ("dK_relatief", "dP_relatief"):
            eigen = naam.removesuffix("_relatief")
            knoop.kinderen = [self.cijfer(eigen, code), self._van_gemeente(eigen, code)]
            return "tegen_gemeente"
        if naam == "kwetsbaar_klasse":
            knoop.kinderen = [self.cijfer("K_eind", code), *self._landelijk]
            return "kwetsbaar_klasse"
        if naam == "onv_klasse":
            knoop.kinderen = [self.cijfer("V_eind", code)]
            return "onv_klasse"
        if deel == "K":
            return self._K(knoop, naam, code)
        if deel == "signaal":
            slot = "_relatief" if naam.endswith("_relatief") else ""
            tK, tP = self.regels.tK_procentpunt, self.regels.tP_punt
            knoop.met |= {"tK": tK, "tP": tP}
            knoop.uitleg += f"; tK {tK:g} procentpunt, tP {tP:g} scorepunt"
            namen = (f"dK{slot}", f"dP{slot}", "onv_klasse")
            knoop.kinderen = [self.cijfer(k, code) for k in namen]
            return "signaal"
        if naam == "focus":
            knoop.kinderen = [self.cijfer(k, code) for k in ("onv_klasse", "kwetsbaar_klasse")]
            return "focus"
        if deel == "structureel":
            knoop.met["minimum"] = self.regels.minimum_stappen
            vorm = naam.removeprefix("structureel_")
            namen = (f"signaal_{vorm}", "stappen_gemeten", "stappen_toename")
            knoop.kinderen = [self.cijfer(k, code) for k in namen]
            knoop.uitleg = "klasse 4-6, en in ten minste twee gemeten stappen meer overlast"
            return "structureel"
        if deel == "stabiliteit":
            return self._stabiliteit(knoop, naam, code)
        if deel == "stappen":
            return self._stappen(knoop, naam, code)
        if deel in ("omslag", "klasse") and naam != "klasse":
            return self._omslag(knoop, naam, code)
        if deel == "rang":
            return self._rang(knoop, naam, code)
        if deel == "bijdrage":
            return self._bijdrage(knoop, naam, code)
        if naam in ("methode", "groepen"):
            return self._gekozen(knoop, naam, code)
        return self._overgenomen(knoop, naam, code)

    def _overgenomen(self, knoop: Knoop, naam: str, code: str) -> str:
        """A cell of the buurttabel, or the share of a group, at one end of the edition."""
        kaal, _, kant = naam.rpartition("_")
        anker = self._anker(kant)
        groep = self.cat.groepen.get(kaal.removeprefix("aandeel_"))
        if groep is not None and kaal.startswith("aandeel_"):
            knoop.kinderen = [self._deel(kaal.removeprefix("aandeel_"), groep, anker, code)]
            return "aandeel"
        kolom = {"V": "onv", "corporatie": "percentage_corporatiewoningen"}.get(kaal, kaal)
        jaar = self._jaar([kolom], anker, code)
        knoop.kinderen = [self._cel(kolom, jaar, code)]
        knoop.uitleg = (knoop.uitleg or "overgenomen") + _terugval(jaar, anker)
        return "overgenomen"

    def _K(self, knoop: Knoop, naam: str, code: str) -> str:
        kant, deel = ("begin", naam[7:]) if naam.startswith("K_begin") else ("eind", naam[6:])
        knoop.met["onderdeel"] = deel
        anker = self._anker(kant)
        tabel = "kwetsbare_bewoners"
        if self.uitgave.cel(tabel, "methode", code) == "microdata":
            knoop.feiten["methode"] = "microdata"
            knoop.uitleg = "microdata: personen in ten minste een groep / personen"
            md = self.cat.microdata
            groep = Groep(titel="Microdata", teller=[md.teller], noemer=md.noemer)
            knoop.kinderen = [self._deel("microdata", groep, anker, code)]
            return "K_microdata"
        jaren = self.uitgave.cel(tabel, f"jaren_{kant}", code)
        groepen = [tekst.split()[0] for tekst in jaren.split(", ") if tekst]
        gekozen = [naam for naam in self.regels.kwetsbaar_groepen if naam in groepen]
        knoop.feiten |= {"methode": "schatting", "groepen": ", ".join(gekozen)}
        knoop.uitleg = _SCHATTING[deel]
        knoop.kinderen = [self._deel(g, self.cat.groepen[g], anker, code) for g in gekozen]
        return "K_schatting"

    def _deel(self, naam: str, groep: Groep, anker: int, code: str) -> Knoop:
        """The share of a group around a year."""
        jaar = self._jaar(groep.kolommen, anker, code)
        kolommen = [*groep.teller, groep.noemer or groep.aandeel or ""]
        knoop = Knoop(
            "deel", f"p_{naam} {jaar}", uitleg="aandeel zoals de uitgever het geeft",
            feiten={"titel": groep.titel, "eenheid": "deel van de personen"},
            met={"als_aandeel": groep.aandeel is not None, "groep": naam},
            kinderen=[self._cel(kolom, jaar, code) for kolom in kolommen],
        )  # fmt: skip
        if groep.aandeel is None:
            knoop.uitleg = f"({' + '.join(groep.teller)}) / {groep.noemer}, ten hoogste 1"
        knoop.uitleg += _terugval(jaar, anker)
        return self.stap(knoop, "deel")

    def _gekozen(self, knoop: Knoop, naam: str, code: str) -> str:
        """A text about how K was made: what is published, with the shares it speaks of."""
        knoop.met["tekst"] = self.uitgave.cel("kwetsbare_bewoners", naam, code)
        knoop.kinderen = [self.cijfer("K_begin", code), self.cijfer("K_eind", code)]
        return "gepubliceerd"

    def _van_gemeente(self, verandering: str, code: str) -> Knoop:
        tabel = self._tabel_van[verandering]
        kolommen = [(tabel, verandering), ("kwetsbare_bewoners", "inwoners_eind")]
        codes = self.uitgave.van_gemeente(code)
        gebieden = self.gebieden(kolommen, codes, f"gebieden van GM{code[2:6]}")
        if self.diep:
            self.ontvouw(gebieden)
        aantal = sum(None not in rij for rij in gebieden.met["rijen"])
        knoop = Knoop(
            "gemiddelde", f"{verandering} van GM{code[2:6]}", kinderen=[gebieden],
            uitleg="gemiddelde van de gemeente, gewogen met inwoners_eind",
            feiten={"eenheid": self._eenheid(verandering), "gebieden": aantal},
        )  # fmt: skip
        return self.stap(knoop, "gemiddelde")

    def ontvouw(self, gebieden: Knoop) -> None:
        """Put the receipt of every figure under a set of areas."""
        for code, *_ in gebieden.met["rijen"]:
            for naam in gebieden.met["kolommen"]:
                gebieden.kinderen.append(self.cijfer(naam, code))

    @cached_property
    def _landelijk(self) -> list[Knoop]:
        """The mean and standard deviation over the country, made once."""
        tabel = "kwetsbare_bewoners"
        kolommen = [(tabel, "K_eind"), (tabel, "inwoners_eind")]
        gebieden = self.gebieden(kolommen, None, "alle gebieden")
        m = Knoop(
            "gemiddelde", "m", kinderen=[gebieden], feiten={"eenheid": self._eenheid("K_eind")},
            uitleg="landelijk gemiddelde van K_eind, gewogen met inwoners_eind",
        )  # fmt: skip
        s = Knoop(
            "gemiddelde", "s", kinderen=[gebieden], feiten={"eenheid": self._eenheid("K_eind")},
            uitleg="landelijke standaardafwijking van K_eind, gewogen met inwoners_eind",
        )  # fmt: skip
        return [self.stap(m, "gemiddelde"), self.stap(s, "spreiding")]

    def gebieden(
        self, kolommen: Sequence[tuple[str, str]], codes: Sequence[str] | None, naam: str
    ) -> Knoop:
        """Published figures of many areas (None: of all), each with a receipt of its own."""
        rijen = self.uitgave.rijen(kolommen, codes)
        eenheden = {k: f" ({e})" if (e := self._eenheid(k)) else "" for _, k in kolommen}
        namen = ", ".join(f"{t}.{k}{eenheden[k]}" for t, k in kolommen)
        knoop = Knoop(
            "gebieden", naam, uitleg=f"{len(rijen)} keer {namen}, elk met een eigen bon",
            met={"kolommen": [kolom for _, kolom in kolommen], "rijen": rijen},
        )  # fmt: skip
        return self.stap(knoop, "gebieden")

    def _stabiliteit(self, knoop: Knoop, naam: str, code: str) -> str:
        vorm = naam.removeprefix("stabiliteit_")
        slot = "_relatief" if vorm == "relatief" else ""
        knoop.met |= {
            "relatief": bool(slot), "klasse": f"signaal_{vorm}", "dK": f"dK{slot}",
            "dP": f"dP{slot}", "namen": _NAMEN_VERSTOORD, "zaad": self.regels.stabiliteit_zaad,
            "tK": self.regels.tK_procentpunt, "tP": self.regels.tP_punt,
            "factoren": list(self.regels.stabiliteit_factoren),
        }  # fmt: skip
        factoren = ", ".join(f"{f:g}" for f in self.regels.stabiliteit_factoren)
        knoop.uitleg = (
            f"deel van 6 maal {len(self.regels.stabiliteit_factoren) ** 2} keren dat dezelfde "
            f"klasse volgt: K in het midden, op zijn grenzen en drie keer binnen zijn afronding "
            f"(zaad {self.regels.stabiliteit_zaad}), tK en tP elk maal {factoren}"
        )
        namen = [f"signaal_{vorm}", f"dK{slot}", f"dP{slot}", "onv_klasse"]
        if slot:
            kolommen = [("kwetsbare_bewoners", k) for k in ("inwoners_eind", *_NAMEN_VERSTOORD)]
            codes = self.uitgave.van_gemeente(code)
            buren = self.gebieden(kolommen, codes, "gebieden")
            buren.feiten["gemeente"] = f"GM{code[2:6]}"
            if self.diep:
                self.ontvouw(buren)
            knoop.kinderen = [*(self.cijfer(k, code) for k in namen), buren]
        else:
            knoop.kinderen = [
                self.cijfer(k, code) for k in dict.fromkeys([*namen, *_NAMEN_VERSTOORD])
            ]
        return "stabiliteit"

    def _stappen(self, knoop: Knoop, naam: str, code: str) -> str:
        gaan = [list(stap) for stap in self.uitgave.editie.stappen]
        knoop.met |= {"stappen": gaan, "telt": naam.removeprefix("stappen_")}
        knoop.uitleg = "stappen " + ", ".join(f"{a}-{b}" for a, b in gaan)
        jaren = sorted({jaar for stap in gaan for jaar in stap} & set(self.uitgave.jaren))
        knoop.kinderen = [self._cel("onv", jaar, code) for jaar in jaren]
        return "stappen"

    def _omslag(self, knoop: Knoop, naam: str, code: str) -> str:
        drempel = "tK" if "_tK_" in naam else "tP"
        slot = "_relatief" if naam.endswith("_relatief") else ""
        knoop.met |= {
            "drempel": drempel, "wat": naam.partition("_")[0],
            "tK": self.regels.tK_procentpunt, "tP": self.regels.tP_punt,
        }  # fmt: skip
        knoop.uitleg = (
            knoop.uitleg or f"de klasse net voorbij de drempel {drempel} die haar omslaat"
        )
        namen = (f"dK{slot}", f"dP{slot}", "onv_klasse")
        knoop.kinderen = [self.cijfer(k, code) for k in namen]
        return "omslag"

    def _rang(self, knoop: Knoop, naam: str, code: str) -> str:
        """The best rank counts who is certainly higher: own upper bound among lower bounds."""
        _, maat, *rest = naam.split("_")
        kant = f"_{rest[0]}" if rest else ""
        tabel, figuur = ("kwetsbare_bewoners", "K_eind") if maat == "K" else (
            "overlast_onveiligheid", "V_eind")  # fmt: skip
        eigen, anderen = figuur, figuur
        if maat == "K" and kant:
            boven, onder = f"{figuur}_bovengrens", f"{figuur}_ondergrens"
            eigen, anderen = (boven, onder) if kant == "_hoogst" else (onder, boven)
        knoop.met |= {"kant": kant, "teken": 1.0 if maat == "K" else -1.0}
        knoop.uitleg = knoop.uitleg or "van hoog naar laag onder alle gebieden"
        allen = self.gebieden([(tabel, anderen)], None, "alle gebieden")
        knoop.kinderen = [self.cijfer(eigen, code), allen]
        knoop.met["staat_van"] = self.cijfer(figuur, code).staat
        return "rang"

    def _bijdrage(self, knoop: Knoop, naam: str, code: str) -> str:
        groep = naam.removeprefix("bijdrage_")
        knoop.met["groep"] = groep
        gebruikt = self.gebruikte_groepen()
        methode = self.uitgave.cel("kwetsbare_bewoners", "methode", code)
        if groep not in gebruikt or methode != "schatting":
            knoop.met["staat"] = "n.v.t."
            knoop.uitleg = "de groep telt niet mee in K" if groep not in gebruikt else (
                "K is geteld uit microdata, waarin groepen geen delen zijn")  # fmt: skip
            return "geen"
        aandelen = [self.cijfer(f"aandeel_{g}_eind", code) for g in gebruikt]
        for g, kind in zip(gebruikt, aandelen, strict=True):
            kind.met["groep"] = g
        knoop.kinderen = [self.cijfer("K_eind", code), *aandelen]
        return "bijdrage"

    def gebruikte_groepen(self) -> list[str]:
        """The groups of the estimated K of the edition; the same for all areas."""
        tabel = "kwetsbare_bewoners"
        paren = zip(*self.uitgave.kolommen(tabel, ["methode", "groepen"]), strict=True)
        tekst = next((groepen for methode, groepen in paren if methode == "schatting"), "")
        return [naam for naam in tekst.split(", ") if naam]

    # --- years -----------------------------------------------------------------------------------
    def _anker(self, kant: str) -> int:
        return self.uitgave.editie.begin if kant == "begin" else self.uitgave.editie.eind

    def _jaar(self, kolommen: Sequence[str], anker: int, code: str) -> int:
        gevonden = self.uitgave.jaar_voor(kolommen, anker, code)
        return anker if gevonden is None else gevonden

    # --- cells -----------------------------------------------------------------------------------
    def _cel(self, kolom: str, jaar: int, code: str) -> Knoop:
        """A harmonised cell, and the parts that it is made of."""
        if (f"{kolom} {jaar}", code) in self._gemaakt:
            return self._gemaakt[f"{kolom} {jaar}", code]
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
        self._gemaakt[f"{kolom} {jaar}", code] = knoop
        if jaar not in self.uitgave.jaren:
            knoop.uitleg = "van dit jaar is er niets"
            return self.stap(knoop, "cel")
        try:
            opzoeker = self.uitgave.opzoeker(beschrijving.bron, jaar)
        except GeenTweedeLezer as reden:
            return self._uit_brontabel(knoop, kolom, jaar, code, str(reden))
        if opzoeker is None:
            knoop.uitleg = f"geen levering van {beschrijving.bron} voor {jaar}"
            return self.stap(knoop, "cel")
        for stuk in self.uitgave.stukken(code, opzoeker.vorm.gebiedsjaar):
            knoop.kinderen.append(self._stuk(stuk, kolom, opzoeker, soort.weegkolom))
        if not knoop.kinderen:
            knoop.uitleg = f"geen gebied van {opzoeker.vorm.gebiedsjaar} leidt naar dit gebied"
        tabel = f"buurttabel_{jaar}"
        knoop.staat_in = "buurttabel", kolom, {"peiljaar": jaar, "regiocode": code}
        self.stap(knoop, "cel", self.uitgave.cel(tabel, kolom, code))
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
        knoop.staat_in = "buurttabel", kolom, {"peiljaar": jaar, "regiocode": code}
        knoop.uitleg = f"niet tot de ruwe tekst te volgen: {reden}"
        return self.stap(knoop, "gepubliceerd", waarde)

    def _stuk(self, stuk: Stuk, kolom: str, opzoeker: Opzoeker, weegkolom: str | None) -> Knoop:
        van = opzoeker.vorm.gebiedsjaar
        knoop = Knoop(
            "omzetting", stuk.van, uitleg=f"deel van {stuk.van} ({van}), langs {stuk.methode}",
            feiten={"jaar": van, "methode": stuk.methode, "aantal": stuk.aantal,
                    "aantal_van": maat_van(stuk.methode)},
            met={"gewicht": stuk.gewicht, "methode": stuk.methode, "aantal": stuk.aantal},
        )  # fmt: skip
        knoop.kinderen = [
            self._broncel(stuk.van, naam, opzoeker) for naam in (kolom, weegkolom) if naam
        ]
        return self.stap(knoop, "gewicht")

    def _broncel(self, code: str, kolom: str, opzoeker: Opzoeker) -> Knoop:
        levering = opzoeker.levering
        sleutel = f"{levering.bron} {levering.peiljaar} {code} {kolom}", ""
        if sleutel in self._gemaakt:
            return self._gemaakt[sleutel]
        gevonden = opzoeker.cel(kolom, code)
        plaats = gevonden.plaats
        knoop = Knoop(
            "broncel", f"{kolom} van {code}", plaats=plaats,
            feiten={"bron": levering.bron, "eenheid": self.cat.kolommen[kolom].eenheid},
            met={"tekst": plaats.tekst if plaats else None, "leeg": gevonden.cel[1]},
        )  # fmt: skip
        if plaats is not None:
            knoop.feiten |= self._feiten(plaats)
            if plaats.merk:
                knoop.met["merk"] = plaats.merk
        waarom = [gevonden.waarom, gevonden.niet_in_bestand]
        if gevonden.niet_in_bestand:
            knoop.feiten |= {"ruwe_tekst": None, "niet_in_bestand": gevonden.niet_in_bestand}
        elif plaats is not None:
            waarom[1] = f"ruwe tekst {plaats.tekst!r}"
        knoop.uitleg = "; ".join(filter(None, waarom))
        self._gemaakt[sleutel] = self.stap(knoop, "tekst")
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


_VERSCHILLEN = {
    "dK": ("K_eind", "K_begin"),
    "dK_ondergrens": ("K_eind_ondergrens", "K_begin_bovengrens"),
    "dK_bovengrens": ("K_eind_bovengrens", "K_begin_ondergrens"),
    "dP": ("V_begin", "V_eind"),  # + is more nuisance, and a higher score is less
}
_SCHATTING = {
    "": "schatting: 1 - Π(1 - p_g)",
    "_ondergrens": "schatting: de grootste p_g",
    "_bovengrens": "schatting: de som van p_g, ten hoogste 1",
    "_afronding": "wat afronding en onderdrukking van de invoer K kunnen schuiven",
}


def _terugval(jaar: int, anker: int) -> str:
    """In words that an earlier year stands for the one that was wanted."""
    return f"; {anker} heeft het niet voor genoeg gebieden, {jaar} wel" if jaar != anker else ""


def _waarom_leeg(knoop: Knoop) -> str:
    """In words why a harmonised cell has no figure."""
    dekking, minimum = knoop.feiten["dekking"], knoop.met["minimum"]
    if 0 < dekking < minimum:
        return f"dekking {dekking:.3g} is minder dan {minimum:g}"
    redenen = dict.fromkeys(k.kinderen[0].uitleg for k in knoop.kinderen if k.kinderen)
    return "; ".join(redenen) or knoop.uitleg
