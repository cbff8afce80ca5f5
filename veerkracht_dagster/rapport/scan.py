"""The pages of a corporation's scan: an overview with a map, a page per wijk, a spreadsheet.

Here: how the rows of the table `scan` are shown.
Not here: the figures and colours (`indicatoren/scan.py`).
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd

from veerkracht_dagster.catalogus.models import Catalogus, Editie
from veerkracht_dagster.rapport.bladzijde import als_html, getal, tabel, veilig
from veerkracht_dagster.rapport.scankaart import teken_scankaart
from veerkracht_dagster.rapport.werkblad import schrijf_werkblad

_ERNST = ("geen", "groen", "oranje", "rood")
Rijen = list[dict[str, object]]


def schrijf_scans(
    map_: Path,
    cijfers: pd.DataFrame,
    laag: gpd.GeoDataFrame,
    editie: Editie,
    cat: Catalogus,
    stempel: Sequence[str] = (),
) -> None:
    """Write a folder per corporation into an existing folder.

    Args:
        cijfers: table `scan`.
        laag: any layer of the edition, for the ground of its areas.
        stempel: which release it is of, as lines of Markdown, at the end of every page.
    """
    for sleutel, rijen in cijfers.groupby("corporatie", sort=True):
        doel = map_ / str(sleutel)
        doel.mkdir()
        _Scan(rijen, laag, editie, cat, stempel).schrijf(doel)


class _Scan:
    """One corporation's rows by area: each area has the same measures of the same domains."""

    def __init__(
        self,
        cijfers: pd.DataFrame,
        laag: gpd.GeoDataFrame,
        editie: Editie,
        cat: Catalogus,
        stempel: Sequence[str],
    ) -> None:
        self._stempel = stempel
        self._cijfers, self._laag = cijfers, laag
        self._editie, self._cat = editie, cat
        namen = cijfers["regionaam"].fillna("")
        self._namen = dict(zip(cijfers["regiocode"], namen, strict=True))
        self._per_gebied: dict[str, Rijen] = {}
        for rij in cijfers.to_dict("records"):
            self._per_gebied.setdefault(str(rij["regiocode"]), []).append(
                {str(k): v for k, v in rij.items()}
            )
        eerste = next(iter(self._per_gebied.values()))
        self._naam, self._streefjaar = str(eerste[0]["naam"]), eerste[0]["streefjaar"]
        self._domeinen = {str(rij["domein"]): str(rij["rol"]) for rij in eerste}

    def schrijf(self, map_: Path) -> None:
        """Write overview, map, page per wijk and spreadsheet."""
        (map_ / "kaart.svg").write_text(self._kaart(), encoding="utf-8")
        self._bladzijde(map_ / "index.html", self._naam, self._overzicht())
        for code in self._gebieden("wijk"):
            self._bladzijde(map_ / f"{code}.html", self._gebiedsnaam(code), self._wijk(code))
        bladen = {
            str(niveau): rijen.drop(columns=["corporatie", "naam", "niveau"])
            for niveau, rijen in self._cijfers.groupby("niveau", sort=False)
        }
        schrijf_werkblad(map_ / "scan.xlsx", bladen)

    def _bladzijde(self, pad: Path, titel: str, regels: list[str]) -> None:
        pagina = als_html(titel, "\n".join([*regels, "", *self._stempel]))
        pad.write_text(pagina, encoding="utf-8")

    def _overzicht(self) -> list[str]:
        koppen = ["wijk", "woningen", "veel bezit", *self._domeinen]
        rijen = [
            [
                f"[{veilig(self._gebiedsnaam(code))}]({code}.html)",
                self._woningen(code),
                str(self._per_gebied[code][0]["veel_bezit"]),
                *(self._domeinstand(code, domein) for domein in self._domeinen),
            ]
            for code in self._gebieden("wijk")
        ]
        rollen = [
            [veilig(domein), rol, *self._maten_van(domein)]
            for domein, rol in self._domeinen.items()
        ]
        return [
            f"# {veilig(self._naam)}", "", f"{veilig(self._editie.titel)}; streefjaar "
            f"{self._streefjaar}. Een domein heeft de kleur van zijn slechtste maat.", "",
            f"> {self._cat.bijsluiter}", "", *tabel(koppen, rijen),
            "![Kaart van het werkgebied](kaart.svg)", "",
            "## Rol per domein", "", *tabel(_ROLKOPPEN, rollen),
            "## Op weg naar het streefjaar", "", *self._koers(),
        ]  # fmt: skip

    def _koers(self) -> list[str]:
        """For wijken where it owns much: how its measures stand to the target year."""
        rijen = []
        for code in self._gebieden("wijk"):
            maten = [rij for rij in self._per_gebied[code] if rij["kleur"] != "geen"]
            if not maten or maten[0]["veel_bezit"] != "ja":
                continue
            telling = [sum(rij["koers"] == koers for rij in maten) for koers in _KOERSEN]
            alle = sum(rij["status"] != "weggelaten" for rij in self._per_gebied[code])
            van = f"{getal(len(maten), 0)} van {getal(alle, 0)}"
            rijen.append([veilig(self._gebiedsnaam(code)), *(getal(n, 0) for n in telling), van])
        wijken = self._gebieden("wijk")
        bekend = [c for c in wijken if self._per_gebied[c][0]["veel_bezit"] != "onbekend"]
        telt = f"{getal(len(bekend), 0)} van {getal(len(wijken), 0)} wijken gemeten"
        if not bekend:
            geen = self._cat.geen_meting.label
            return [f"In welke wijken de corporatie veel bezit heeft: {geen}, {telt}.", ""]
        if not rijen:
            return [f"In geen enkele gemeten wijk heeft de corporatie veel bezit ({telt}).", ""]
        uitleg = f"Aantal maten, in wijken waar de corporatie veel bezit heeft ({telt})."
        return [uitleg, "", *tabel(["wijk", *_KOERSEN, "maten met een kleur"], rijen)]

    def _wijk(self, code: str) -> list[str]:
        regels = [
            f"# {veilig(self._gebiedsnaam(code))}", "",
            f"[Terug naar {veilig(self._naam)}](index.html) · woningen van de corporatie: "
            f"{self._woningen(code)} · veel bezit: {self._per_gebied[code][0]['veel_bezit']}", "",
        ]  # fmt: skip
        koppen = [
            "domein",
            "rol",
            "maat",
            "begin",
            "eind",
            "gemeten",
            "eenheid",
            "kleur",
            "in streefjaar",
            "",
        ]
        rijen = [
            [
                veilig(rij["domein"]),
                str(rij["rol"]),
                veilig(rij["titel"]),
                self._getal(rij, "begin"),
                self._getal(rij, "waarde"),
                self._gemeten(rij),
                veilig(rij["eenheid"]),
                str(rij["kleur"]) if rij["kleur"] != "geen" else _STANDEN[str(rij["status"])],
                self._getal(rij, "verwacht"),
                str(rij["koers"]) if rij["kleur"] != "geen" else "",
            ]
            for rij in self._per_gebied[code]
        ]
        woord = f"{self._editie.niveau}en"
        regels += [f"Gemeten: van hoeveel {woord} er een cijfer is; – is geen meting.", ""]
        regels += tabel(koppen, rijen)
        buurten = [b for b in self._gebieden("buurt") if b[2:8] == code[2:]]
        if buurten:
            telt = [rij for rij in self._per_gebied[code] if rij["status"] != "weggelaten"]
            maten = [rij["maat"] for rij in telt]
            titels = [veilig(f"{rij['titel']} ({rij['eenheid']})") for rij in telt]
            per_buurt = [
                [veilig(self._namen[buurt] or buurt), self._woningen(buurt),
                 *(self._cel(buurt, maat) for maat in maten)]
                for buurt in buurten
            ]  # fmt: skip
            koppen = ["buurt", "woningen", *titels]
            regels += ["## Buurten", "", *tabel(koppen, per_buurt)]
        return regels

    # --- cells ---
    def _gemeten(self, rij: dict[str, object]) -> str:
        """Of how many of its areas there is a figure."""
        gemeten = _cijfer(rij["gemeten"])
        return (
            ""
            if gemeten is None
            else f"{getal(gemeten, 0)} van {getal(_cijfer(rij['gebieden']), 0)}"
        )

    def _gebieden(self, niveau: str) -> list[str]:
        begin = {"wijk": "WK", "buurt": "BU"}[niveau]
        return sorted(code for code in self._per_gebied if code.startswith(begin))

    def _gebiedsnaam(self, code: str) -> str:
        naam = self._namen[code]
        return f"{naam} ({code})" if naam else code

    def _domeinkleur(self, code: str, domein: str) -> str:
        kleuren = [str(rij["kleur"]) for rij in self._per_gebied[code] if rij["domein"] == domein]
        return max(kleuren, key=_ERNST.index, default="geen")

    def _domeinstand(self, code: str, domein: str) -> str:
        """Its colour, or why it has none."""
        kleur = self._domeinkleur(code, domein)
        if kleur != "geen":
            return kleur
        standen = {str(r["status"]) for r in self._per_gebied[code] if r["domein"] == domein}
        beste = min(standen, key=list(_STANDEN).index)
        return _STANDEN[beste]

    def _maten_van(self, domein: str) -> tuple[str, str]:
        """The measures that stand for a domain, and which of them its corporation leaves out."""
        eerste = next(iter(self._per_gebied.values()))
        telt: list[str] = []
        weg: list[str] = []
        for rij in eerste:
            if rij["domein"] == domein:
                (weg if rij["status"] == "weggelaten" else telt).append(veilig(rij["titel"]))
        return ", ".join(telt) or "geen", ", ".join(weg)

    def _woningen(self, code: str) -> str:
        return getal(_cijfer(self._per_gebied[code][0]["woningen_corporatie"]), 0)

    def _cel(self, code: str, maat: object) -> str:
        rij = next(rij for rij in self._per_gebied[code] if rij["maat"] == maat)
        kleur = "" if rij["kleur"] == "geen" else f" {rij['kleur']}"
        return f"{self._getal(rij, 'waarde')}{kleur}"

    def _getal(self, rij: dict[str, object], kolom: str) -> str:
        return getal(_cijfer(rij[kolom]), 3 if rij["eenheid"] == "score" else 1)

    # --- the map ---
    def _kaart(self) -> str:
        """The areas in the worst colour of the domains that are the corporation's own to answer."""
        eigen = [d for d, rol in self._domeinen.items() if rol == "verantwoordelijk"]
        gebieden = self._laag.loc[self._laag["regiocode"].isin(list(self._per_gebied))]
        kleuren = [
            max((self._domeinkleur(c, d) for d in eigen or self._domeinen), key=_ERNST.index)
            for c in gebieden["regiocode"]
        ]
        wijken = {code: self._gebiedsnaam(code) for code in self._gebieden("wijk")}
        namen = [self._namen[code] or code for code in gebieden["regiocode"]]
        domeinen = "de eigen domeinen (verantwoordelijk)" if eigen else "alle domeinen"
        return teken_scankaart(
            gebieden.assign(kleur=kleuren, naam=namen),
            wijken,
            f"{self._editie.niveau}en",
            f"Slechtste kleur van {domeinen}",
        )


# What stands where there is no colour, from the most to the least that is known.
_STANDEN = {"gemeten": "geen kleur", "ontbreekt": "geen cijfer", "weggelaten": "weggelaten"}
_ROLKOPPEN = ("domein", "rol", "maten", "weggelaten in het eigen bestand")
_KOERSEN = ("bereikt", "op koers", "niet op koers", "onbekend")


def _cijfer(waarde: Any) -> float | None:
    return None if pd.isna(waarde) else float(waarde)
