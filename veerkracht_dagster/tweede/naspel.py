"""An edition a second time: indicators and layers of every area, from harmonised years.

Here: which year stands for begin and end, which groups, and every figure of the figure table.
Nothing of the stages is used: what is common is the catalogue and the raw files.
Not here: one figure (`kolommen.py`), comparing with what is published (`audit.py`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from veerkracht_dagster.catalogus.cijfers import (
    cijfers_van_tekst,
    eigen_noemers,
    microdata,
    tabel_van,
)
from veerkracht_dagster.catalogus.models import Catalogus, Editie, Groep, Kaartlaag
from veerkracht_dagster.rekenwijze import regels
from veerkracht_dagster.rekenwijze import rekenen as r
from veerkracht_dagster.rekenwijze.regeltabel import REGELS
from veerkracht_dagster.rekenwijze.rekenen import Cel, Getal
from veerkracht_dagster.tweede.jaartabel import Jaartabel
from veerkracht_dagster.tweede.kolommen import reken
from veerkracht_dagster.tweede.toelichten import niet_gebruikt, toelichting

Cellen = list[Cel]
KANTEN = ("begin", "eind")
NIETS_BEKEND = r.Deel(None, None, "ontbreekt", None, None)


@dataclass
class Naspeeltabel:
    """Figures with their states, and texts, per column in the order of the areas."""

    cellen: dict[str, Cellen] = field(default_factory=dict)
    teksten: dict[str, list[str]] = field(default_factory=dict)

    def waarden(self, kolom: str) -> list[Getal]:
        return [cel[0] for cel in self.cellen[kolom]]


@dataclass
class Naspeellaag:
    """A layer: its figure with the state of its class, and what goes along from the indicators."""

    waarde: Cellen
    klasse: list[int | None]
    extra: dict[str, Sequence[object]]
    jaren: list[str]
    toelichting: list[str]


class Naspel:
    """The second computation of an edition. `tabellen`, `lagen`: by name."""

    def __init__(
        self, editie: Editie, codes: Sequence[str], jaren: Mapping[int, Jaartabel], cat: Catalogus
    ) -> None:
        self.editie, self.codes, self.jaren, self.cat = editie, list(codes), jaren, cat
        self.plek = {code: i for i, code in enumerate(self.codes)}
        self.gemeenten = ["GM" + code[2:6] for code in self.codes]
        self.jaar_van: dict[str, int | None] = {}  # what is taken over, or a share: of which year
        self.tabellen = {tabel: Naspeeltabel() for tabel in cat.indicatoren}
        self.K, self.V = (self.tabellen[t] for t in ("kwetsbare_bewoners", "overlast_onveiligheid"))
        self._tabel_van = tabel_van(cat)
        self._gemiddelden: dict[tuple[str, str], dict[str, tuple[Getal, int]]] = {}
        self._verstoord: dict[object, dict[str, list[Getal]]] = {}
        self._kies_K()
        for tabel, indicator in cat.indicatoren.items():
            for naam, rij in indicator.rijen.items():
                if REGELS[rij.regel].reken is not None:
                    self.cijfer(naam)
            self._teksten(tabel)
        self.lagen = {naam: self._laag(laag) for naam, laag in cat.kaartlagen.items()}

    def cijfer(self, naam: str) -> Cellen:
        """A figure of every area, by its row in the figure table; computed once."""
        tabel = self._tabel_van[naam]
        uit, indicator = self.tabellen[tabel], self.cat.indicatoren[tabel]
        if naam not in uit.cellen and naam not in uit.teksten:
            cellen = reken(self, naam, indicator.rijen[naam])
            if naam in indicator.kenmerken:
                uit.teksten[naam] = [tekst for tekst, _ in cellen]
            else:
                uit.cellen[naam] = cellen
        return uit.cellen.get(naam, [])

    def reeks(self, naam: str) -> Sequence[object]:
        """A figure of every area without its state, or a text."""
        tabel = self.tabellen[self._tabel_van[naam]]
        return tabel.teksten[naam] if naam in tabel.teksten else self._waarden(naam)

    def _waarden(self, naam: str) -> list[Getal]:
        return [cel[0] for cel in self.cijfer(naam)]

    # --- years ---------------------------------------------------------------------------------
    def kolom(self, naam: str, jaar: int) -> Cellen:
        """The cells of a column in precisely that year."""
        if jaar not in self.jaren:
            return [r.ONTBREKEND] * len(self.codes)
        kolom = self.jaren[jaar].kolommen[naam]
        return list(zip(kolom.waarde, kolom.staat, strict=True))

    def jaar_voor(self, kolommen: Sequence[str], anker: int) -> int | None:
        """That year if it has figures in them all, else the nearest earlier one that reaches."""
        if anker in self.jaren and all(any(self._heeft(k, anker)) for k in kolommen):
            return anker
        return self._eerste(kolommen, range(anker - 1, self._laatste(anker), -1))

    def jaar_van_groep(self, kolommen: Sequence[str], anker: int) -> int | None:
        """The nearest year that reaches enough areas, that year itself included."""
        return self._eerste(kolommen, range(anker, self._laatste(anker), -1))

    def _laatste(self, anker: int) -> int:
        return anker - self.editie.parameters.terugval_jaren - 1

    def _eerste(self, kolommen: Sequence[str], jaren: range) -> int | None:
        return next((jaar for jaar in jaren if self._bereikt(kolommen, jaar)), None)

    def _heeft(self, kolom: str, jaar: int) -> list[bool]:
        return [staat in r.MET_WAARDE for staat in self.jaren[jaar].kolommen[kolom].staat]

    def _bereikt(self, kolommen: Sequence[str], jaar: int) -> bool:
        """Do enough of the areas with residents have a figure in all columns."""
        aantal = sum(self.bereik(kolommen, jaar))
        return aantal > 0 and aantal / sum(self.bewoond) >= self.editie.parameters.terugval_bereik

    def bereik(self, kolommen: Sequence[str], jaar: int) -> list[bool]:
        """Per area: has it residents, and a figure in all columns."""
        if jaar not in self.jaren:
            return [False] * len(self.codes)
        rijen = zip(self.bewoond, *(self._heeft(k, jaar) for k in kolommen), strict=True)
        return list(map(all, rijen))

    @cached_property
    def bewoond(self) -> list[bool]:
        """Per area: is it not known that nobody lives there."""
        bekend: list[Getal] = [None] * len(self.codes)
        for jaar in range(self.editie.eind, self._laatste(self.editie.eind), -1):
            cellen = [r.met_staat(*cel) for cel in self.kolom("inwoners", jaar)]
            bekend = [b if b is not None else cel[0] for b, cel in zip(bekend, cellen, strict=True)]
        return [inwoners != 0 for inwoners in bekend]

    def rond(
        self, kolommen: Sequence[str], anker: int, jaar: int | None = None
    ) -> tuple[dict[str, Cellen], int | None]:
        """The columns in a year, by default that which stands for `anker`, and which it is."""
        jaar = self.jaar_voor(kolommen, anker) if jaar is None else jaar
        jaar = anker if jaar is None else jaar
        return {k: self.kolom(k, jaar) for k in kolommen}, jaar if jaar in self.jaren else None

    def anker(self, kant: str | None) -> int:
        """The year of one end of the edition."""
        return self.editie.begin if kant == "begin" else self.editie.eind

    # --- K -------------------------------------------------------------------------------------
    def groepen(self) -> dict[str, list[str]]:
        """Groups at begin and end: the same where any group has both."""
        parameters = self.editie.parameters
        begin, eind = (
            {
                naam
                for naam in parameters.mogelijke_groepen
                if self.jaar_van_groep(self.cat.groepen[naam].kolommen, self.anker(kant))
                is not None
            }
            for kant in KANTEN
        )
        beide = parameters.groepen_uit(begin & eind)
        return {"begin": beide, "eind": beide or parameters.groepen_uit(eind)}

    def delen(
        self, groep: Groep, anker: int, *, eigen_jaar: bool = False
    ) -> tuple[list[r.Deel], int | None]:
        """The share of a group around a year, and the year that it is really from.

        eigen_jaar: an own year need not reach enough areas.
        """
        bereikt = None if eigen_jaar else self.jaar_van_groep(groep.kolommen, anker)
        jaar = self.jaar_voor(groep.kolommen, anker) if bereikt is None else bereikt
        jaar = anker if jaar is None else jaar
        if jaar not in self.jaren:
            return [NIETS_BEKEND] * len(self.codes), None
        kolommen = [self.jaren[jaar].kolommen[k] for k in groep.kolommen]
        rijen = ([kolom.omgezet(i) for kolom in kolommen] for i in range(len(self.codes)))
        if groep.aandeel is not None:
            return [r.deel_als_aandeel(*rij) for rij in rijen], jaar
        eigen = eigen_noemers(self.cat, groep)
        return [r.deel_van(rij[:-1], rij[-1], eigen) for rij in rijen], jaar

    def _kies_K(self) -> None:
        """K of both ends with its bounds, counted or estimated, and in words which."""
        uit, groepen, n = self.K, self.groepen(), len(self.codes)
        geteld, geschat, teksten = {}, {}, {}
        for kant in KANTEN:
            anker = self.anker(kant)
            delen, md_jaar = self.delen(microdata(self.cat), anker, eigen_jaar=True)
            geteld[kant] = [r.uit_microdata(deel) for deel in delen]
            per_groep = {g: self.delen(self.cat.groepen[g], anker) for g in groepen[kant]}
            geschat[kant] = [
                r.uit_groepen([deel[i] for deel, _ in per_groep.values()]) for i in range(n)
            ]
            teksten[kant] = (
                "" if md_jaar is None else f"microdata {md_jaar}",
                ", ".join(f"{g} {j}" for g, (_, j) in sorted(per_groep.items()) if j is not None),
            )
        self.geteld = [
            regels.is_geteld(*({k: van[k][i][""] for k in KANTEN} for van in (geteld, geschat)))
            for i in range(n)
        ]
        self.gekozen_K = {
            kant: [geteld[kant][i] if md else geschat[kant][i] for i, md in enumerate(self.geteld)]
            for kant in KANTEN
        }
        self.gebruikt = [] if all(self.geteld) else groepen["eind"]
        self.aandelen_eind = {g: deel for g, (deel, _) in per_groep.items()}
        uit.teksten["niet_gebruikt"] = [niet_gebruikt(self, groepen["eind"])] * n
        for kant in KANTEN:
            uit.teksten[f"jaren_{kant}"] = [teksten[kant][0 if md else 1] for md in self.geteld]
        uit.teksten["methode"] = [regels.GETELD if md else regels.GESCHAT for md in self.geteld]
        alle = ", ".join(groepen["eind"])
        uit.teksten["groepen"] = ["alle (microdata)" if md else alle for md in self.geteld]

    # --- over areas ----------------------------------------------------------------------------
    @cached_property
    def per_gemeente(self) -> dict[str, list[str]]:
        """The areas of every gemeente."""
        uit: dict[str, list[str]] = {}
        for gemeente, code in zip(self.gemeenten, self.codes, strict=True):
            uit.setdefault(gemeente, []).append(code)
        return uit

    def van_gemeente(self, naam: str, gewicht: str) -> dict[str, tuple[Getal, int]]:
        """Per gemeente the weighted mean of a figure, and over how many areas."""
        if (naam, gewicht) not in self._gemiddelden:
            paren: dict[str, list[tuple[Getal, Getal]]] = {}
            reeksen = self._waarden(naam), self._waarden(gewicht)
            for gemeente, *paar in zip(self.gemeenten, *reeksen, strict=True):
                paren.setdefault(gemeente, []).append((paar[0], paar[1]))
            gemiddelden = {gemeente: r.gemiddelde(lijst) for gemeente, lijst in paren.items()}
            self._gemiddelden[naam, gewicht] = gemiddelden
        return self._gemiddelden[naam, gewicht]

    def landelijk(self, naam: str, gewicht: str) -> tuple[Getal, Getal]:
        """Weighted mean and standard deviation of a figure over the country."""
        return r.spreiding(zip(self._waarden(naam), self._waarden(gewicht), strict=True))

    def verstoord(
        self, namen: Sequence[str], zaad: int, trekkingen: int, decimalen: int
    ) -> dict[str, list[Getal]]:
        """Per area dK perturbed; namen: of what, in the order of `VERSTOORD`."""
        vraag = tuple(namen), zaad, trekkingen, decimalen
        if vraag not in self._verstoord:
            rijen = zip(*map(self._waarden, namen), strict=True)
            self._verstoord[vraag] = {
                code: r.verstoord(dict(zip(r.VERSTOORD, K, strict=True)), code, *vraag[1:])
                for code, K in zip(self.codes, rijen, strict=True)
            }
        return self._verstoord[vraag]

    # --- words ---------------------------------------------------------------------------------
    def _teksten(self, tabel: str) -> None:
        """Of how many areas a change is compared with, and of which years the figures are."""
        uit, indicator = self.tabellen[tabel], self.cat.indicatoren[tabel]
        minimum = self.editie.parameters.minimum_buurten_gemeente
        for naam, rij in indicator.kenmerken.items():
            if rij.regel == "informatief":
                aantal = self.van_gemeente(*rij.invoer)
                uit.teksten[naam] = [
                    "ja" if aantal[gemeente][1] >= minimum else "nee" for gemeente in self.gemeenten
                ]
            elif rij.regel == "jaren" and naam not in uit.teksten:
                namen = cijfers_van_tekst(self.cat, tabel, rij)
                uit.teksten[naam] = [self._jaren_in_woorden(tabel, namen)] * len(self.codes)

    def _jaren_in_woorden(self, tabel: str, namen: Sequence[str]) -> str:
        """Per source, or group, the year that these figures are really from."""
        van: dict[str, int] = {}
        for naam in namen:
            rij = self.cat.indicatoren[tabel].kolommen[naam]
            jaar = self.jaar_van.get(naam)
            if jaar is not None and self._gevuld(naam):
                bron = rij.groep or self.cat.kolommen[rij.invoer[0]].bron
                van[bron.removeprefix("cbs_")] = jaar
        return ", ".join(f"{bron} {jaar}" for bron, jaar in sorted(van.items()))

    def _gevuld(self, naam: str) -> bool:
        return any(cel[1] in r.MET_WAARDE for cel in self.cijfer(naam))

    # --- layers --------------------------------------------------------------------------------
    def _laag(self, laag: Kaartlaag) -> Naspeellaag:
        cellen: dict[str, Cellen] = {}
        teksten: dict[str, Sequence[object]] = {}
        for naam in laag.indicatoren:
            for k, kolom in self.tabellen[naam].cellen.items():
                cellen.setdefault(k, kolom)
            for k, tekst in self.tabellen[naam].teksten.items():
                teksten.setdefault(k, tekst)
        wat: dict[str, Any] = {
            "klasse_uit": laag.klasse_uit,
            "grenzen": laag.grenzen_bij(self.editie.parameters),
            "op_de_grens": laag.op_de_grens or "hoger",
        }
        klassen: list[int | None] = []
        waarde: Cellen = []
        bepalend = cellen[laag.klasse_uit or laag.waarde]
        for x, cel in zip(cellen[laag.waarde], bepalend, strict=True):
            klasse, staat = regels.laag(cel, x, **wat)
            klassen.append(None if klasse is None else int(klasse))
            waarde.append((x[0], staat))
        extra: dict[str, Sequence[object]] = {
            naam: [cel[0] for cel in cellen[k]] if k in cellen else teksten[k]
            for naam, k in laag.extra.items()
        }
        staten = [cel[1] for cel in waarde]
        per_tabel = (self.tabellen[naam].teksten.get("informatief") for naam in laag.indicatoren)
        informatief = [
            "nee" if "nee" in van_gebied else "ja"
            for van_gebied in zip(*filter(None, per_tabel), strict=True)
        ]
        voorbehoud = teksten.get("voorbehoud", ()) if "groepen" in laag.extra else ()
        grond = self.cat.grond_van(laag)
        woorden = toelichting(laag, grond, staten, cellen, informatief, voorbehoud, self.editie)
        return Naspeellaag(waarde, klassen, extra, self._jaren(laag), [*woorden])

    def _jaren(self, laag: Kaartlaag) -> list[str]:
        uit = []
        for i in range(len(self.codes)):
            delen = []
            for kant in KANTEN:
                kolommen = [self.tabellen[t].teksten.get(f"jaren_{kant}") for t in laag.indicatoren]
                gevuld = [kolom[i] for kolom in kolommen if kolom and kolom[i]]
                delen += [f"{kant}: {', '.join(gevuld)}"] if gevuld else []
            uit.append("; ".join(delen))
        return uit
