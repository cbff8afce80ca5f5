"""The report 'Veerkracht in het corporatiebezit' of an edition: page, plots and spreadsheet.

Here: how the figures of the table `rapport` are shown, each with what made it.
Not here: the figures (`indicatoren/rapport.py`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import pandas as pd

from veerkracht_dagster.catalogus.cijfers import tabel_van
from veerkracht_dagster.catalogus.models import Catalogus, Editie
from veerkracht_dagster.catalogus.rapportcijfers import (
    rapportformule,
    rapportinvoer,
    rapportmaten,
)
from veerkracht_dagster.rapport.bladzijde import als_html, anker, getal, tabel, veilig
from veerkracht_dagster.rapport.grafiek import Spreiding, Staafdeel, gestapeld, spreidingen
from veerkracht_dagster.rapport.werkblad import schrijf_werkblad

TITEL = "Veerkracht in het corporatiebezit"
NAAM = "corporatiebezit"
_DECIMALEN = {"V_begin": 3, "V_eind": 3, "dP": 4, "dK": 2}
_HEEL = {"gebieden", "personen", "gemeenten"}
_TABELMATEN = (
    "gebieden", "bewoners", "K_begin", "K_eind", "dK", "V_begin", "V_eind", "dP", "lvb",
    "gebieden_zwak", "bewoners_zwak",
)  # fmt: skip
_HOOGSTENS = 25  # gemeenten on the page; the spreadsheet has them all


class Bezitsrapport:
    """The figures of an edition by place in the report.

    Args:
        cijfers: table `rapport`.
        namen: name per gemeentecode.
        aanloop: what comes before the figures (`aanloop.py`), as lines of Markdown.
    """

    def __init__(
        self,
        cijfers: pd.DataFrame,
        editie: Editie,
        namen: Mapping[str, str],
        cat: Catalogus,
        aanloop: Sequence[str] = (),
    ) -> None:
        self._aanloop = aanloop
        self._cijfers, self._editie, self._namen, self._cat = cijfers, editie, namen, cat
        sleutels = zip(cijfers["onderdeel"], cijfers["groep"], cijfers["maat"], strict=True)
        figuren = zip(cijfers["waarde"], cijfers["gebieden"], cijfers["van"], strict=True)
        self._figuur = dict(zip(sleutels, figuren, strict=True))
        self._maten, self._land = rapportmaten(cat), cat.constanten.land_naam
        self._percentielen = [f"p{nummer}" for nummer in cat.constanten.percentielen]
        self._zwak = cat.constanten.zwak_in_woorden
        self._woord = "wijken" if editie.niveau == "wijk" else "buurten"

    def plaatjes(self) -> dict[str, str]:
        """The plots as SVG, by file name."""
        klassen = self._cat.kaartlagen["signaal_absoluut"].klassen
        staven = [
            (
                f"{groep} ({self._aantal('bezit', groep, 'gebieden_zwak')})",
                [
                    Staafdeel(k.label, self._van("bezit", groep, f"signaal_{code}"), k.kleur)
                    for code, k in klassen.items()
                ],
            )
            for groep in self._groepen()
        ]
        uit = {
            "klassen.svg": gestapeld(
                f"Signaalklassen van de {self._woord}, naar aandeel corporatiewoningen (gemeten)",
                staven,
            )
        }
        p = self._percentielen
        for naam, eenheid in (("K", "%"), ("V", "")):
            rijen = []
            for kant, kleur in (("begin", "#9e9ac8"), ("eind", "#6a51a3")):
                groep = f"{naam} {kant}"
                delen = [self._van("spreiding", groep, maat) for maat in self._percentielen]
                if not any(pd.isna(deel) for deel in delen):
                    jaar, telt = (
                        getattr(self._editie, kant),
                        self._aantal("spreiding", groep, "spreiding_sd"),
                    )
                    rijen.append(Spreiding(f"{naam} {jaar} ({telt})", delen, kleur))
            hoe = f"lijn {p[0]}-{p[4]}, vak {p[1]}-{p[3]}, streep {p[2]}"
            titel = f"Spreiding van {naam} tussen {self._woord} ({hoe})"
            uit[f"spreiding_{naam}.svg"] = spreidingen(titel, eenheid, rijen)
        return uit

    def markdown(self) -> str:
        """The page."""
        e = self._editie
        regels = [
            f"# {TITEL}",
            "",
            f"{veilig(e.titel)}: {e.begin}-{e.eind}, {self._woord} van {e.basisjaar}.",
            "",
            f"> {self._cat.bijsluiter}",
            "",
            *self._aanloop,
            "## In het kort",
            "",
            *self._kern(),
            *self._per_klasse(),
            *self._daling(),
            *self._gemeenten(),
            *self._verschillen(),
            *self._openbaar(),
            *self._herkomst(),
        ]
        return "\n".join(regels)

    def schrijf(self, map_: Path) -> None:
        """Write page, plots and spreadsheet into an existing folder."""
        for naam, svg in self.plaatjes().items():
            (map_ / naam).write_text(svg, encoding="utf-8")
        markdown = self.markdown()
        (map_ / f"{NAAM}.md").write_text(markdown, encoding="utf-8")
        pagina = als_html(f"{TITEL} {self._editie.begin}-{self._editie.eind}", markdown)
        (map_ / f"{NAAM}.html").write_text(pagina, encoding="utf-8")
        waarde = self._cijfers["waarde"].astype(object)
        geen = self._cat.geen_meting.label
        cijfers = self._cijfers.assign(waarde=waarde.where(self._cijfers["waarde"].notna(), geen))
        delen = cijfers.groupby("onderdeel", sort=False)
        schrijf_werkblad(map_ / f"{NAAM}.xlsx", {str(deel): rijen for deel, rijen in delen})

    # --- parts of the page ---
    def _kern(self) -> list[str]:
        return [f"- {zin}" for zin in (self._zwakte(), self._daalt(), *map(self._groei, "KV"))] + [
            ""
        ]

    def _zwakte(self) -> str:
        klasse, plek = f"klasse {self._zwak}", ("bezit", self._land, "bewoners_zwak")
        telt = self._gemeten(*plek)
        if pd.isna(self._van(*plek)):
            return (
                f"Hoeveel bewoners in {self._woord} met weinig veerkracht ({klasse}) wonen: {telt}."
            )
        return (
            f"{self._los(*plek)} bewoners wonen in {self._woord} met weinig veerkracht ({klasse}; "
            f"{telt}), in {self._los('land', self._land, 'gemeenten_zwak')} van "
            f"{self._los('land', self._land, 'gemeenten')} gemeenten met een meting."
        )

    def _daalt(self) -> str:
        plek, ook = ("land", self._land, "K_daalt"), ("land", self._land, "P_daalt_ook")
        if pd.isna(self._van(*plek)):
            return f"In welk deel van de {self._woord} K daalt: {self._gemeten(*plek)}."
        begin = f"K daalt in {self._los(*plek)} % van de {self._woord} ({self._gemeten(*plek)})"
        if pd.isna(self._van(*ook)):
            return f"{begin}; of de overlast er ook daalt: {self._gemeten(*ook)}."
        deel = f"in {self._los(*ook)} % daarvan daalt de overlast ook ({self._gemeten(*ook)})"
        return f"{begin}; {deel}."

    def _groei(self, naam: str) -> str:
        plekken = [("spreiding", f"{naam} {kant}", "spreiding_sd") for kant in ("begin", "eind")]
        begin, eind = (self._van(*plek) for plek in plekken)
        telt = self._gemeten(*plekken[0])
        if pd.isna(begin) or pd.isna(eind):
            return f"Of de verschillen in {naam} tussen {self._woord} groeien: {telt}."
        gaan = "zijn gegroeid" if eind > begin else "zijn niet gegroeid"
        van, naar = (
            self._naar("spreiding_sd", getal(sd, 3 if naam == "V" else 1)) for sd in (begin, eind)
        )
        return (
            f"De verschillen in {naam} tussen {self._woord} {gaan}: de standaardafwijking ging van "
            f"{van} naar {naar} ({telt})."
        )

    def _per_klasse(self) -> list[str]:
        koppen = ["aandeel corporatiewoningen", *(self._kop(maat) for maat in _TABELMATEN)]
        rijen = [
            [veilig(groep), *(self._cel("bezit", groep, maat) for maat in _TABELMATEN)]
            for groep in (*self._groepen(), self._cat.geen_meting.label, self._land)
        ]
        return [
            "## Naar aandeel corporatiewoningen", "", self._haakjes(), "", *tabel(koppen, rijen),
            "![Signaalklassen naar aandeel corporatiewoningen](klassen.svg)", "",
        ]  # fmt: skip

    def _daling(self) -> list[str]:
        maten = ("K_daalt", "P_daalt_ook", "bewoners_beide", "gemeenten_beide")
        land = "land", self._land
        return [
            "## Daalt het, en daalt het mee", "",
            *tabel(["", "cijfer", f"{self._woord} gemeten"], [
                [self._kop(maat), self._los_cel(*land, maat), self._aantal(*land, maat)]
                for maat in maten
            ]),
        ]  # fmt: skip

    def _gemeenten(self) -> list[str]:
        deel = self._cijfers.loc[self._cijfers["onderdeel"] == "gemeenten"]
        kop = ["## Gemeenten met weinig veerkracht", ""]
        plek = "land", self._land, "gemeenten_zwak"
        if deel.empty and pd.isna(self._van(*plek)):
            return [*kop, f"Welke gemeenten dat zijn: {self._gemeten(*plek)}.", ""]
        if deel.empty:
            wat = f"Geen enkele gemeente met een meting heeft {self._woord} in klasse {self._zwak}"
            return [*kop, f"{wat} ({self._gemeten(*plek)}).", ""]
        bewoners = deel.loc[deel["maat"] == "bewoners_zwak"].sort_values(
            ["waarde", "groep"], ascending=[False, True]
        )
        volgorde = [str(groep) for groep in bewoners["groep"]]
        rijen = [
            [
                veilig(self._namen.get(code, code)),
                code,
                self._cel("gemeenten", code, "gebieden_zwak"),
                self._cel("gemeenten", code, "bewoners_zwak"),
            ]
            for code in volgorde[:_HOOGSTENS]
        ]
        rest = len(volgorde) - len(rijen)
        meer = [f"En nog {rest} gemeenten; het werkblad heeft ze alle.", ""] if rest > 0 else []
        koppen = ["gemeente", "code", self._kop("gebieden_zwak"), self._kop("bewoners_zwak")]
        return [*kop, self._haakjes(), "", *tabel(koppen, rijen), *meer]

    def _verschillen(self) -> list[str]:
        maten = ("spreiding_sd", *self._percentielen)
        groepen = [f"{naam} {kant}" for naam in ("K", "V") for kant in ("begin", "eind")]
        rijen = []
        for groep in groepen:
            cijfers = 3 if groep.startswith("V") else 1
            waarden = [self._getal(self._van("spreiding", groep, maat), cijfers) for maat in maten]
            waarden[0] += f" ({self._aantal('spreiding', groep, maten[0])})"
            eenheid = veilig(self._maten[groep.replace(" ", "_")].eenheid)
            rijen.append(
                [f"{groep} ({eenheid})", *waarden, self._aantal("spreiding", groep, maten[-1])]
            )
        return [
            "## Groeien de verschillen", "",
            *tabel(["", *(self._kop(maat) for maat in maten), f"{self._woord} gemeten"], rijen),
            "![Spreiding van K](spreiding_K.svg)", "", "![Spreiding van V](spreiding_V.svg)", "",
        ]  # fmt: skip

    def _openbaar(self) -> list[str]:
        deel = self._cijfers.dropna(subset="openbaar")
        rijen = [
            [
                f"{self._kop(rij['maat'])} ({veilig(rij['groep'])})",
                self._cel(rij["onderdeel"], rij["groep"], rij["maat"]),
                veilig(rij["openbaar"]),
                f"niet vergelijkbaar: {veilig(rij['anders'])}",
            ]
            for rij in deel.to_dict("records")
        ]
        return [
            "## Openbare cijfers ernaast", "",
            "Om de orde van grootte te toetsen; geen normen: eenheid of periode is anders.", "",
            *tabel(["cijfer", "hier", "openbaar", ""], rijen),
        ]  # fmt: skip

    def _herkomst(self) -> list[str]:
        regels, waar = ["## Herkomst", ""], tabel_van(self._cat)
        for maat in dict.fromkeys(self._cijfers["maat"].tolist()):
            definitie = self._maten[maat]
            gemaakt = veilig(rapportformule(self._cat, definitie))
            uit = ", ".join(
                f"[`{kolom}`](../tabellen/{kolom.partition('.')[0]}.parquet)"
                for kolom in rapportinvoer(self._cat, definitie, waar)
            )
            regels += [
                f"### {veilig(definitie.titel)}", "",
                f"Sleutel `{maat}`, eenheid: {definitie.eenheid}. {gemaakt}. Uit {uit}.", "",
            ]  # fmt: skip
        return regels

    # --- cells ---
    def _groepen(self) -> list[str]:
        return [k.label for k in self._cat.kaartlagen["corporatiebezit"].klassen.values()]

    def _van(self, onderdeel: str, groep: str, maat: str) -> float:
        return float(self._figuur[onderdeel, groep, maat][0])

    def _cel(self, onderdeel: str, groep: str, maat: str) -> str:
        """A figure, and for how many of how many areas it was measured."""
        plek = onderdeel, groep, maat
        return f"{self._los_cel(*plek)} ({self._aantal(*plek)})"

    def _los_cel(self, onderdeel: str, groep: str, maat: str) -> str:
        return self._tekst(maat, self._van(onderdeel, groep, maat))

    def _los(self, onderdeel: str, groep: str, maat: str) -> str:
        """A figure in a sentence, leading to what made it."""
        return self._naar(maat, self._los_cel(onderdeel, groep, maat))

    def _aantal(self, onderdeel: str, groep: str, maat: str) -> str:
        """Measured areas, of how many: '30 van 35'; where there are none to measure, that."""
        _, gemeten, van = self._figuur[onderdeel, groep, maat]
        return f"{getal(gemeten, 0)} van {getal(van, 0)}" if van else "geen gebied"

    def _gemeten(self, onderdeel: str, groep: str, maat: str) -> str:
        """The same in a sentence, and that nothing is where it is so."""
        plek = onderdeel, groep, maat
        geen = f"{self._cat.geen_meting.label}, " if pd.isna(self._van(*plek)) else ""
        gemeten = f"{self._woord} gemeten" if self._figuur[plek][2] else "om te meten"
        return geen + self._naar(maat, f"{self._aantal(*plek)} {gemeten}")

    def _haakjes(self) -> str:
        return f"Tussen haakjes: van hoeveel {self._woord} het cijfer gemeten is."

    def _tekst(self, maat: str, waarde: float) -> str:
        heel = self._maten[maat].eenheid in _HEEL
        return self._getal(waarde, 0 if heel else _DECIMALEN.get(maat, 1))

    def _getal(self, waarde: float, cijfers: int) -> str:
        return self._cat.geen_meting.label if pd.isna(waarde) else getal(waarde, cijfers)

    def _kop(self, maat: str) -> str:
        """The figure's name, leading to what made it, and its unit where the name is not that."""
        definitie = self._maten[maat]
        los = definitie.eenheid in (*_HEEL, "als het cijfer")
        eenheid = "" if los else f" ({veilig(definitie.eenheid)})"
        return self._naar(maat, veilig(definitie.titel)) + eenheid

    def _naar(self, maat: str, tekst: str) -> str:
        return f"[{tekst}](#{anker(self._maten[maat].titel)})"


def gemeentenamen(lagen: Sequence[pd.DataFrame]) -> dict[str, str]:
    """Name per gemeentecode, from map layers."""
    namen: dict[str, str] = {}
    for laag in lagen:
        paren = laag[["gemeentecode", "gemeentenaam"]].dropna().drop_duplicates()
        namen |= dict(zip(paren["gemeentecode"], paren["gemeentenaam"], strict=True))
    return namen
