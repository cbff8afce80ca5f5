"""The pages of a corporation's scan: an overview with a map, a page per wijk, a spreadsheet.

Here: how the rows of the table `scan` are shown.
Not here: the figures and colours (`indicatoren/scan.py`).
"""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from pathlib import Path

import geopandas as gpd
import pandas as pd
import shapely

from veerkracht_dagster.catalogus.models import Catalogus, Editie
from veerkracht_dagster.rapport.bladzijde import als_html, getal, tabel, veilig
from veerkracht_dagster.rapport.werkblad import schrijf_werkblad

KLEUREN = {"groen": "#b7e1cd", "oranje": "#fce8b2", "rood": "#f4c7c3", "geen": "#ffffff"}
_ERNST = ("geen", "groen", "oranje", "rood")
_KAART = 640  # pixels of its longest side
Rijen = list[dict[str, object]]


def schrijf_scans(
    map_: Path, cijfers: pd.DataFrame, laag: gpd.GeoDataFrame, editie: Editie, cat: Catalogus
) -> None:
    """Write a folder per corporation into an existing folder.

    Args:
        cijfers: table `scan`.
        laag: any layer of the edition: names and ground of its areas.
    """
    namen = dict(zip(laag["regiocode"], laag["regionaam"], strict=True))
    for sleutel, rijen in cijfers.groupby("corporatie", sort=True):
        doel = map_ / str(sleutel)
        doel.mkdir()
        _Scan(rijen, laag, namen, editie, cat).schrijf(doel)


class _Scan:
    """One corporation's rows by area: each area has the same measures of the same domains."""

    def __init__(
        self,
        cijfers: pd.DataFrame,
        laag: gpd.GeoDataFrame,
        namen: Mapping[str, str],
        editie: Editie,
        cat: Catalogus,
    ) -> None:
        self._cijfers, self._laag, self._namen = cijfers, laag, namen
        self._editie, self._cat = editie, cat
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
        pad.write_text(als_html(titel, "\n".join(regels)), encoding="utf-8")

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
            "## Rol per domein", "", *tabel(["domein", "rol", "maten", ""], rollen),
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
            rijen.append([veilig(self._gebiedsnaam(code)), *(getal(n, 0) for n in telling)])
        if not rijen:
            return ["In geen enkele wijk heeft de corporatie veel bezit.", ""]
        uitleg = "Aantal maten, in wijken waar de corporatie veel bezit heeft."
        return [uitleg, "", *tabel(["wijk", *_KOERSEN], rijen)]

    def _wijk(self, code: str) -> list[str]:
        regels = [
            f"# {veilig(self._gebiedsnaam(code))}", "",
            f"[Terug naar {veilig(self._naam)}](index.html) · woningen van de corporatie: "
            f"{self._woningen(code)} · veel bezit: {self._per_gebied[code][0]['veel_bezit']}", "",
        ]  # fmt: skip
        koppen = ["domein", "rol", "maat", "begin", "eind", "eenheid", "kleur", "in streefjaar", ""]
        rijen = [
            [
                veilig(rij["domein"]),
                str(rij["rol"]),
                veilig(rij["titel"]),
                self._getal(rij, "begin"),
                self._getal(rij, "waarde"),
                veilig(rij["eenheid"]),
                str(rij["kleur"]) if rij["kleur"] != "geen" else _STANDEN[str(rij["status"])],
                self._getal(rij, "verwacht"),
                str(rij["koers"]) if rij["kleur"] != "geen" else "",
            ]
            for rij in self._per_gebied[code]
        ]
        regels += tabel(koppen, rijen)
        buurten = [b for b in self._gebieden("buurt") if b[2:8] == code[2:]]
        if buurten:
            telt = [rij for rij in self._per_gebied[code] if rij["status"] != "weggelaten"]
            maten, titels = ([rij[k] for rij in telt] for k in ("maat", "titel"))
            per_buurt = [
                [veilig(self._namen.get(buurt, buurt)), self._woningen(buurt),
                 *(self._cel(buurt, maat) for maat in maten)]
                for buurt in buurten
            ]  # fmt: skip
            koppen = ["buurt", "woningen", *map(veilig, titels)]
            regels += ["## Buurten", "", *tabel(koppen, per_buurt)]
        return regels

    # --- cells ---
    def _gebieden(self, niveau: str) -> list[str]:
        begin = {"wijk": "WK", "buurt": "BU"}[niveau]
        return sorted(code for code in self._per_gebied if code.startswith(begin))

    def _gebiedsnaam(self, code: str) -> str:
        naam = self._namen.get(code)
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
        reden = f"weggelaten in het bestand van de corporatie: {', '.join(weg)}" if weg else ""
        return ", ".join(telt) or "geen", reden

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
        kaart = self._laag.loc[self._laag["regiocode"].isin(list(self._per_gebied))]
        vlakken = kaart.geometry.dropna()
        if vlakken.is_empty.all():
            return _SVG.format(b=_KAART, h=30, inhoud='<text x="8" y="20">Geen grenzen</text>')
        x0, y0, x1, y1 = vlakken.total_bounds
        schaal = _KAART / max(x1 - x0, y1 - y0, 1.0)
        delen = []
        for code, vlak in zip(kaart["regiocode"], kaart.geometry, strict=True):
            if vlak is None or vlak.is_empty:
                continue
            kleuren = [self._domeinkleur(code, d) for d in eigen or self._domeinen]
            kleur = max(kleuren, key=_ERNST.index)
            uitleg = escape(f"{self._namen.get(code) or code}: {kleur}")
            delen.append(
                f'<path d="{_pad(vlak, x0, y1, schaal)}" fill="{KLEUREN[kleur]}" '
                f'stroke="#3c4043" stroke-width="0.7" fill-rule="evenodd">'
                f"<title>{uitleg}</title></path>"
            )
        hoogte, breedte = round((y1 - y0) * schaal) + 1, round((x1 - x0) * schaal) + 1
        return _SVG.format(b=breedte, h=hoogte, inhoud="".join(delen))


# What stands where there is no colour, from the most to the least that is known.
_STANDEN = {"gemeten": "geen kleur", "ontbreekt": "geen cijfer", "weggelaten": "weggelaten"}
_KOERSEN = ("bereikt", "op koers", "niet op koers", "onbekend")
_SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {b} {h}" width="{b}" height="{h}" '
    'role="img"><title>Kaart van het werkgebied</title>{inhoud}</svg>\n'
)


def _pad(vlak: shapely.Geometry, x0: float, y1: float, schaal: float) -> str:
    """An area as an SVG path in whole tenths of pixels, from the top left."""
    grof = shapely.simplify(vlak, 0.3 / schaal)
    delen = []
    for ring in shapely.get_rings(shapely.get_parts(grof)):
        punten = [
            f"{(x - x0) * schaal:.1f},{(y1 - y) * schaal:.1f}"
            for x, y in shapely.get_coordinates(ring).tolist()
        ]
        delen.append("M" + "L".join(punten) + "Z")
    return "".join(delen)


def _cijfer(waarde: object) -> float | None:
    return None if waarde is None or pd.isna(waarde) else float(waarde)  # type: ignore
