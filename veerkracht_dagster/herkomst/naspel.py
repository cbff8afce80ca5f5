"""An edition a second time: indicators and layers of every area, from harmonised years.

Here: which year stands for begin and end, which groups, and the figures of every area in turn by
`rekenwijze/`. Nothing of the stages is used: what is common is the catalogue and the raw files.
Not here: comparing with what is published (`audit.py`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from veerkracht_dagster.catalogus.models import Catalogus, Editie, Groep, Kaartlaag
from veerkracht_dagster.herkomst import gevoelig
from veerkracht_dagster.herkomst.jaartabel import Jaartabel
from veerkracht_dagster.herkomst.toelichten import toelichting
from veerkracht_dagster.rekenwijze import rekenen as r
from veerkracht_dagster.rekenwijze.rekenen import Cel, Getal

Cellen = list[Cel]
KANTEN = ("begin", "eind")
_K_DELEN = ("", "_ondergrens", "_bovengrens", "_afronding")


@dataclass
class Naspeeltabel:
    """Figures with their states, and texts, per column in the order of the areas."""

    cellen: dict[str, Cellen] = field(default_factory=dict)
    teksten: dict[str, list[str]] = field(default_factory=dict)

    def waarden(self, kolom: str) -> list[Getal]:
        return [cel[0] for cel in self.cellen[kolom]]


@dataclass
class Naspeellaag:
    """A layer: figure and class with their state, and what goes along from the indicators."""

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
        self.gemeenten = ["GM" + code[2:6] for code in self.codes]
        self.K = Naspeeltabel()
        self.spreiding: tuple[Getal, Getal] = (None, None)
        self._kwetsbaar()
        self.V = self._overlast()
        self.tabellen: dict[str, Naspeeltabel] = {
            "kwetsbare_bewoners": self.K,
            "overlast_onveiligheid": self.V,
            "corporatiewoningen": self._corporatie(),
            "signaal": self._signaal(),
        }
        self._gevoelig()
        self.lagen = {naam: self._laag(laag) for naam, laag in cat.kaartlagen.items()}

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
        if jaar not in self.jaren:
            return False
        per_gebied = zip(self.bewoond, *(self._heeft(k, jaar) for k in kolommen), strict=True)
        aantal = sum(map(all, per_gebied))
        return aantal > 0 and aantal / sum(self.bewoond) >= self.editie.parameters.terugval_bereik

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

    def _anker(self, kant: str) -> int:
        return self.editie.begin if kant == "begin" else self.editie.eind

    # --- K -------------------------------------------------------------------------------------
    def groepen(self) -> dict[str, list[str]]:
        """Groups at begin and end: the same where any group has both."""
        regels = self.editie.parameters
        begin, eind = (
            {
                naam
                for naam in regels.mogelijke_groepen
                if self.jaar_van_groep(self.cat.groepen[naam].kolommen, self._anker(kant))
                is not None
            }
            for kant in KANTEN
        )
        beide = regels.groepen_uit(begin & eind)
        return {"begin": beide, "eind": beide or regels.groepen_uit(eind)}

    def delen(
        self, groep: Groep, anker: int, *, eigen_jaar: bool = False
    ) -> tuple[list[r.Deel], int | None]:
        """The share of a group around a year, and the year that it is really from.

        eigen_jaar: an own year need not reach enough areas.
        """
        bereikt = None if eigen_jaar else self.jaar_van_groep(groep.kolommen, anker)
        cellen, jaar = self.rond(groep.kolommen, anker, bereikt)
        half = {k: self._speling(k, jaar) for k in groep.kolommen}
        if groep.aandeel is not None:
            paren = zip(cellen[groep.aandeel], half[groep.aandeel], strict=True)
            return [r.deel_als_aandeel(cel, los) for cel, los in paren], jaar
        assert groep.noemer is not None
        rijen = zip(
            zip(*(cellen[k] for k in groep.teller), strict=True),
            cellen[groep.noemer],
            zip(*(half[k] for k in groep.teller), strict=True),
            half[groep.noemer],
            strict=True,
        )
        return [r.deel_van(*rij) for rij in rijen], jaar

    def _speling(self, kolom: str, jaar: int | None) -> list[float]:
        """How far every figure can be off by rounding and suppression."""
        if jaar is None:
            return [0.0] * len(self.codes)
        cellen = self.jaren[jaar].kolommen[kolom]
        return [cellen.speling(i) for i in range(len(self.codes))]

    def _kwetsbaar(self) -> None:
        uit, groepen, n = self.K, self.groepen(), len(self.codes)
        microdata = Groep(
            titel="", teller=[self.cat.microdata.teller], noemer=self.cat.microdata.noemer
        )
        geteld, geschat, teksten = {}, {}, {}
        for kant in KANTEN:
            anker = self._anker(kant)
            delen, md_jaar = self.delen(microdata, anker, eigen_jaar=True)
            geteld[kant] = [r.uit_microdata(deel) for deel in delen]
            per_groep = {g: self.delen(self.cat.groepen[g], anker) for g in groepen[kant]}
            geschat[kant] = [
                r.uit_groepen([deel[i] for deel, _ in per_groep.values()]) for i in range(n)
            ]
            teksten[kant] = (
                "" if md_jaar is None else f"microdata {md_jaar}",
                ", ".join(f"{g} {j}" for g, (_, j) in sorted(per_groep.items()) if j is not None),
            )
        keuze = [
            geteld["eind"][i][""][0] is not None
            and (
                geteld["begin"][i][""][0] is not None
                or any(geschat[kant][i][""][0] is None for kant in KANTEN)
            )
            for i in range(n)
        ]
        for kant in KANTEN:
            gekozen = [geteld[kant][i] if keuze[i] else geschat[kant][i] for i in range(n)]
            for deel in _K_DELEN:
                uit.cellen[f"K_{kant}{deel}"] = [K[deel] for K in gekozen]
            inwoners, _ = self.rond(["inwoners"], self._anker(kant))
            uit.cellen[f"inwoners_{kant}"] = [r.met_staat(*c) for c in inwoners["inwoners"]]
            uit.teksten[f"jaren_{kant}"] = [teksten[kant][0 if md else 1] for md in keuze]
        uit.teksten["methode"] = ["microdata" if md else "schatting" for md in keuze]
        alle = ", ".join(groepen["eind"])
        uit.teksten["groepen"] = ["alle (microdata)" if md else alle for md in keuze]
        self._veranderingen_K()

    def _veranderingen_K(self) -> None:
        uit = self.K
        for naam, eind, begin in (
            ("dK", "", ""),
            ("dK_ondergrens", "_ondergrens", "_bovengrens"),
            ("dK_bovengrens", "_bovengrens", "_ondergrens"),
        ):
            paren = zip(uit.cellen[f"K_eind{eind}"], uit.cellen[f"K_begin{begin}"], strict=True)
            uit.cellen[naam] = [_verandering(e, b) for e, b in paren]
        uit.cellen["dK_relatief"], uit.teksten["informatief"] = self._relatief(uit.cellen["dK"])
        K, inwoners = uit.waarden("K_eind"), uit.waarden("inwoners_eind")
        self.spreiding = r.spreiding(zip(K, inwoners, strict=True))
        uit.cellen["kwetsbaar_klasse"] = [
            r.met_staat(r.kwetsbaar_klasse(cel[0], *self.spreiding), cel[1])
            for cel in uit.cellen["K_eind"]
        ]

    # --- against the gemeente ------------------------------------------------------------------
    def van_gemeente(self, veranderingen: Sequence[Getal]) -> dict[str, tuple[Getal, int]]:
        """Per gemeente the mean change by residents, and over how many areas."""
        inwoners = self.K.waarden("inwoners_eind")
        paren: dict[str, list[tuple[Getal, Getal]]] = {}
        for gemeente, x, n in zip(self.gemeenten, veranderingen, inwoners, strict=True):
            paren.setdefault(gemeente, []).append((x, n))
        return {gemeente: r.gemiddelde(lijst) for gemeente, lijst in paren.items()}

    def _tegen(self, veranderingen: Sequence[Getal]) -> list[Getal]:
        per_gemeente = self.van_gemeente(veranderingen)
        return [
            r.tegen_gemeente(x, per_gemeente[gemeente][0])
            for x, gemeente in zip(veranderingen, self.gemeenten, strict=True)
        ]

    def _relatief(self, veranderingen: Cellen) -> tuple[Cellen, list[str]]:
        waarden = [cel[0] for cel in veranderingen]
        per_gemeente = self.van_gemeente(waarden)
        minimum = self.editie.parameters.minimum_buurten_gemeente
        informatief = [
            "ja" if per_gemeente[gemeente][1] >= minimum else "nee" for gemeente in self.gemeenten
        ]
        tegen = zip(self._tegen(waarden), veranderingen, strict=True)
        return [r.met_staat(x, cel[1]) for x, cel in tegen], informatief

    # --- V, corporations, signal ---------------------------------------------------------------
    def _overlast(self) -> Naspeeltabel:
        uit = Naspeeltabel()
        for kant in KANTEN:
            V, jaar = self.rond(["onv"], self._anker(kant))
            uit.cellen[f"V_{kant}"] = [r.met_staat(*cel) for cel in V["onv"]]
            heeft = any(cel[1] in r.MET_WAARDE for cel in V["onv"])
            tekst = f"leefbaarometer {jaar}" if heeft else ""
            uit.teksten[f"jaren_{kant}"] = [tekst] * len(self.codes)
        # + is more nuisance, and a higher score is less
        paren = zip(uit.cellen["V_begin"], uit.cellen["V_eind"], strict=True)
        uit.cellen["dP"] = [_verandering(b, e) for b, e in paren]
        uit.cellen["dP_relatief"], uit.teksten["informatief"] = self._relatief(uit.cellen["dP"])
        grenzen = self.cat.constanten.onv_grenzen
        uit.cellen["onv_klasse"] = [
            r.met_staat(r.klasse(cel[0], grenzen), cel[1]) for cel in uit.cellen["V_eind"]
        ]
        stappen = [
            [
                r.verschil(van[0], tot[0])
                for van, tot in zip(self.kolom("onv", a), self.kolom("onv", b), strict=True)
            ]
            for a, b in self.editie.stappen
        ]
        per_gebied = list(zip(*stappen, strict=True))
        for naam, telt in (("gemeten", _gemeten), ("toename", _toename)):
            uit.cellen[f"stappen_{naam}"] = [
                (float(sum(map(telt, rij))), "waargenomen") for rij in per_gebied
            ]
        return uit

    def _corporatie(self) -> Naspeeltabel:
        uit, eind = Naspeeltabel(), self.editie.eind
        deel, jaar = self.rond(["percentage_corporatiewoningen"], eind)
        cellen = deel["percentage_corporatiewoningen"]
        uit.cellen["corporatie_eind"] = [r.met_staat(*cel) for cel in cellen]
        woningen, _ = self.rond(["woningen"], eind)
        uit.cellen["woningen_eind"] = [r.met_staat(*cel) for cel in woningen["woningen"]]
        heeft = any(cel[1] in r.MET_WAARDE for cel in cellen)
        uit.teksten["jaren_eind"] = [f"kerncijfers {jaar}" if heeft else ""] * len(self.codes)
        return uit

    def _signaal(self) -> Naspeeltabel:
        uit, regels, vast = Naspeeltabel(), self.editie.parameters, self.cat.constanten
        onv, gemeten, toename = (
            self.V.waarden(k) for k in ("onv_klasse", "stappen_gemeten", "stappen_toename")
        )
        drempels = regels.tK_procentpunt, regels.tP_punt
        eisen = regels.minimum_stappen, vast.zwakke_klassen, vast.minimum_toename
        verstoord = self._verstoord()
        for vorm, slot in (("absoluut", ""), ("relatief", "_relatief")):
            dK, dP = self.K.cellen[f"dK{slot}"], self.V.cellen[f"dP{slot}"]
            anders = [self._tegen(reeks) for reeks in verstoord] if slot else verstoord
            klassen, stabiel = [], []
            for i, (k, p) in enumerate(zip(dK, dP, strict=True)):
                klasse = r.signaal(k[0], p[0], onv[i], *drempels, vast.problemen_vanaf)
                reeks = [x[i] for x in anders]
                deel = r.stabiliteit(
                    reeks, p[0], onv[i], klasse, *drempels, regels.stabiliteit_factoren,
                    vast.problemen_vanaf,
                )  # fmt: skip
                staat = r.slechtste((k[1], p[1]))
                klassen.append(r.met_staat(klasse, staat))
                stabiel.append(r.met_staat(deel, staat))
            uit.cellen[f"signaal_{vorm}"], uit.cellen[f"stabiliteit_{vorm}"] = klassen, stabiel
            uit.teksten[f"structureel_{vorm}"] = [
                r.structureel(klasse[0], g or 0, t or 0, *eisen)
                for klasse, g, t in zip(klassen, gemeten, toename, strict=True)
            ]
        paren = zip(self.V.cellen["onv_klasse"], self.K.cellen["kwetsbaar_klasse"], strict=True)
        uit.cellen["focus"] = [
            r.met_staat(r.focus(a[0], b[0], vast.problemen_vanaf), r.slechtste((a[1], b[1])))
            for a, b in paren
        ]
        return uit

    def _gevoelig(self) -> None:
        maten = self.tabellen["domeinmaten"] = Naspeeltabel()
        gevoelig.domeinmaten(self, maten)
        gevoelig.gevoeligheid(self, maten, self.tabellen.setdefault("gevoeligheid", Naspeeltabel()))

    def _verstoord(self) -> list[list[Getal]]:
        namen = ["dK", *(f"K_{kant}{deel}" for kant in KANTEN for deel in _K_DELEN)]
        kolommen = {naam: self.K.waarden(naam) for naam in namen}
        zaad = self.editie.parameters.stabiliteit_zaad
        trekkingen = self.cat.constanten.stabiliteit_trekkingen
        per_gebied = [
            r.verstoord({naam: kolommen[naam][i] for naam in namen}, code, zaad, trekkingen)
            for i, code in enumerate(self.codes)
        ]
        return [list(reeks) for reeks in zip(*per_gebied, strict=True)]

    # --- layers --------------------------------------------------------------------------------
    def _laag(self, laag: Kaartlaag) -> Naspeellaag:
        cellen: dict[str, Cellen] = {}
        teksten: dict[str, Sequence[object]] = {}
        for naam in laag.indicatoren:
            for k, kolom in self.tabellen[naam].cellen.items():
                cellen.setdefault(k, kolom)
            for k, tekst in self.tabellen[naam].teksten.items():
                teksten.setdefault(k, tekst)
        klassen = self._klassen(laag, cellen)
        bepalend = cellen[laag.klasse_uit or laag.waarde]
        waarde: Cellen = []
        for x, cel, klasse in zip(cellen[laag.waarde], bepalend, klassen, strict=True):
            staat = "ontbreekt" if klasse is None and cel[1] in r.MET_WAARDE else cel[1]
            waarde.append((x[0] if staat in r.MET_WAARDE else None, staat))
        extra: dict[str, Sequence[object]] = {
            naam: [cel[0] for cel in cellen[k]] if k in cellen else teksten[k]
            for naam, k in laag.extra.items()
        }
        staten, informatief = [cel[1] for cel in waarde], teksten.get("informatief", ())
        woorden = list(toelichting(laag, staten, cellen, informatief, self.editie))
        return Naspeellaag(waarde, klassen, extra, self._jaren(laag), woorden)

    def _klassen(self, laag: Kaartlaag, cellen: Mapping[str, Cellen]) -> list[int | None]:
        if laag.klasse_uit:
            return [None if c[0] is None else int(c[0]) for c in cellen[laag.klasse_uit]]
        maal = getattr(self.editie.parameters, laag.eenheid_grenzen) if laag.eenheid_grenzen else 1
        grenzen = [grens * maal for grens in laag.grenzen]
        return [r.klasse(c[0], grenzen, laag.op_de_grens or "hoger") for c in cellen[laag.waarde]]

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


def _verandering(een: Cel, ander: Cel) -> Cel:
    return r.met_staat(r.verschil(een[0], ander[0]), r.slechtste((een[1], ander[1])))


def _gemeten(stap: Getal) -> bool:
    return stap is not None


def _toename(stap: Getal) -> bool:
    return stap is not None and stap > 0
