"""What a release says of itself, read where a receipt needs it: figures, crosswalk, deliveries.

Here: one cell or one column of a published table, the parts of an area, the years that count.
Not here: computing any figure (`bon.py`, `rekenwijze/stappen.py`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import Any

import orjson

from veerkracht_dagster.bonnen.leestabel import (
    Leestabel,
    OnleesbareTabel,
    als_sql,
    naam_in_sql,
    van_namen,
)
from veerkracht_dagster.catalogus.cijfers import buurtkolommen
from veerkracht_dagster.catalogus.models import Catalogus, Editie
from veerkracht_dagster.celstatus import status_van
from veerkracht_dagster.opslag.snapshots import Snapshotkaart, Snapshots
from veerkracht_dagster.rekenwijze.omzetten import STUKKOLOMMEN, Stuk
from veerkracht_dagster.rekenwijze.rekenen import MET_WAARDE
from veerkracht_dagster.tweede.ruw import (
    NIVEAUS_VAN,
    Bewijslevering,
    Opzoeker,
    Ruwbestand,
    opzoekers,
)


class GeenBewijs(ValueError):
    """A release does not say what it was made of, or that is gone; the message says what to do."""


_GEBIEDEN = "kwetsbare_bewoners"  # a table with a row for every area of the edition


@contextmanager
def _van_release() -> Iterator[None]:
    """A file of a release that cannot be read is made again by publishing again."""
    try:
        yield
    except OnleesbareTabel as fout:
        raise GeenBewijs(f"{fout}; publiceer opnieuw met `veerkracht rebuild`") from None


def _met_waarde(kolom: str) -> str:
    """In SQL: the rows where the column has a figure."""
    return f"{naam_in_sql(status_van(kolom))} IN ({', '.join(map(als_sql, MET_WAARDE))})"


def gemeente_van(code: str) -> str:
    """What the codes of a gemeente's areas have in common."""
    return code[:6]


def in_gemeente(sleutel: str, code: str) -> str:
    """In SQL: the areas of the same gemeente, so that the parts of a file without are skipped."""
    begin = gemeente_van(code)
    return f"{naam_in_sql(sleutel)} BETWEEN {als_sql(begin)} AND {als_sql(begin + '~')}"


class Gepubliceerd:
    """A published release: `map` is its folder. Rows are read a gemeente at a time, each once.

    Raises:
        GeenBewijs: there is no release, or it is from before receipts.
    """

    def __init__(self, map: Path, snapshots: Snapshots, cat: Catalogus) -> None:
        self.map, self.snapshots, self.cat = map, snapshots, cat
        pad = map / "release.json"
        if not pad.is_file():
            raise GeenBewijs(f"{map}: er is niets gepubliceerd; draai `veerkracht rebuild`")
        self.release: dict[str, Any] = orjson.loads(pad.read_bytes())
        if not self.release.get("leveringen") or not self._pad("buurt_omzetting").is_file():
            raise GeenBewijs(
                f"release {self.release['release_id']} noemt haar leveringen niet: zij is van voor "
                "de bonnen; publiceer de editie opnieuw met `veerkracht rebuild`"
            )
        parameters = {k: x for k, x in self.release["parameters"].items() if k != "omzetting"}
        velden = ("titel", "begin", "eind", "niveau", "basisjaar")
        self.editie = Editie.model_validate(
            {
                **{veld: self.release[veld] for veld in velden},
                "parameters": parameters,
                "gemeenten": self.release.get("gemeenten", []),
            }
        )
        omzetting = self.release["parameters"].get("omzetting", {})
        self.minimum_dekking = omzetting.get("minimum_dekking", cat.omzetting.minimum_dekking)
        self._begin()

    def _begin(self) -> None:
        """Nothing read yet."""
        self._rijen: dict[tuple[str, str], dict[str, dict[str, Any]]] = {}
        self._lijsten: dict[tuple[str, str], list[Any]] = {}
        self._opzoekers: dict[tuple[str, int], Opzoeker | None] = {}
        self._heeft_cijfers: dict[tuple[str, int], bool] = {}
        self._bereik: dict[tuple[tuple[str, ...], int], bool] = {}
        self._kaarten: dict[str, Snapshotkaart] = {}
        self._stukken: dict[str, dict[tuple[str, int], list[Stuk]]] = {}

    # --- published tables ----------------------------------------------------------------------
    def _pad(self, tabel: str) -> Path:
        eigen = tabel in self.cat.kaartlagen or tabel.startswith("buurttabel_")
        return (self.map if eigen else self.map / "tabellen") / f"{tabel}.parquet"

    def _tabel(self, tabel: str) -> Leestabel:
        return Leestabel(self._pad(tabel))

    def _lees(self, tabel: str, kolommen: str, waar: str) -> list[dict[str, Any]]:
        with _van_release():
            namen, rijen = self._tabel(tabel).rijen(kolommen, waar)
        return [dict(zip(namen, rij, strict=True)) for rij in rijen]

    def _samen(self, tabel: str, sleutel: str, naam: str) -> str:
        """Columns that are read with one: the next figure asks for the next column."""
        if not tabel.startswith("buurttabel_"):
            return "* EXCLUDE geometry" if tabel in self.cat.kaartlagen else "*"
        kaal = naam.removesuffix(status_van(""))
        groep = [kaal]
        if tabel.endswith((str(self.editie.begin), str(self.editie.eind))):
            groep = list(dict.fromkeys([kaal, *self._invoer_van_lagen]))
        return van_namen(sleutel, [k for n in groep for k in (n, status_van(n))])

    @cached_property
    def _invoer_van_lagen(self) -> list[str]:
        """Columns of the buurttabel that layers are made of, in the years at either end."""
        tabellen = [t for laag in self.cat.kaartlagen.values() for t in laag.indicatoren]
        return [k for tabel in tabellen for k in buurtkolommen(self.cat, tabel)]

    def _blok(self, tabel: str, naam: str, code: str) -> dict[str, dict[str, Any]]:
        """Of a table with a row per area the rows of a gemeente, with at least that column."""
        blok = self._rijen.setdefault((tabel, gemeente_van(code)), {})
        if naam not in blok.get(code, ()):
            sleutel = f"{self.editie.niveau}code" if tabel in self.cat.kaartlagen else "regiocode"
            kolommen = self._samen(tabel, sleutel, naam)
            for rij in self._lees(tabel, kolommen, in_gemeente(sleutel, code)):
                blok.setdefault(rij[sleutel], {}).update(rij)
        return blok

    def rij(self, tabel: str, naam: str, code: str) -> Mapping[str, Any]:
        """The row of an area in a published table, with at least that column."""
        blok = self._blok(tabel, naam, code)
        if code not in blok:
            raise self._zonder(tabel, f"rij van {code}")
        return blok[code]

    def cel(self, tabel: str, naam: str, code: str) -> Any:
        """A cell of a published table with a row per area."""
        rij = self.rij(tabel, naam, code)
        if naam not in rij:
            raise self._zonder(tabel, f"kolom {naam}")
        return rij[naam]

    def _zonder(self, tabel: str, wat: str) -> GeenBewijs:
        return GeenBewijs(
            f"{self._pad(tabel)} heeft geen {wat}; publiceer opnieuw met `veerkracht rebuild`"
        )

    def kolommen(self, tabel: str, namen: Sequence[str]) -> list[list[Any]]:
        """Columns of a published table, in the order of its rows."""
        nieuw = [naam for naam in dict.fromkeys(namen) if (tabel, naam) not in self._lijsten]
        if nieuw:
            with _van_release():
                gelezen = self._tabel(tabel).kolommen(nieuw)
            self._lijsten |= {(tabel, k): x for k, x in zip(nieuw, gelezen, strict=True)}
        return [self._lijsten[tabel, naam] for naam in namen]

    def rijen_van(self, tabel: str, waar: str = "") -> list[dict[str, Any]]:
        """Rows of a published table: all, or those for which `waar` (SQL) holds."""
        return self._lees(tabel, "*", waar)

    def waarden(self, tabel: str, wat: Sequence[str], waar: str = "") -> list[list[Any]]:
        """What each of `wat` (SQL) gives, row by row, where `waar` holds."""
        with _van_release():
            _, rijen = self._tabel(tabel).rijen(", ".join(wat), waar)
        return [[rij[i] for rij in rijen] for i in range(len(wat))]

    @cached_property
    def codes(self) -> list[str]:
        """The areas of the edition."""
        return self.kolommen(_GEBIEDEN, ["regiocode"])[0]

    def heeft(self, code: str) -> bool:
        """Whether it is an area of the edition."""
        return code in self.van_gemeente(code)

    def van_gemeente(self, code: str) -> list[str]:
        """The areas of the same gemeente."""
        return list(self._blok(_GEBIEDEN, "regiocode", code))

    def rijen(
        self, kolommen: Sequence[tuple[str, str]], codes: Sequence[str] | None
    ) -> list[list[Any]]:
        """Per area its code and the figures (table, column), from tables with a row per area.

        codes: of these areas; None: of all, in their order.
        """
        if codes is not None:
            return [[code, *(self.cel(*kolom, code) for kolom in kolommen)] for code in codes]
        alle = [(_GEBIEDEN, "regiocode"), *kolommen]
        for tabel in dict.fromkeys(tabel for tabel, _ in alle):
            self.kolommen(tabel, [k for t, k in alle if t == tabel])
        return [list(rij) for rij in zip(*(self._lijsten[k] for k in alle), strict=True)]

    # --- years ---------------------------------------------------------------------------------
    @cached_property
    def jaren(self) -> list[int]:
        """The years that the release has a harmonised table of."""
        paden = self.map.glob("buurttabel_*.parquet")
        return sorted(int(pad.stem.removeprefix("buurttabel_")) for pad in paden)

    def jaar_voor(self, kolommen: Sequence[str], anker: int, code: str) -> int | None:
        """That year if it has figures in them all, else the nearest earlier one that reaches.

        code: an area that is asked about anyhow; where it has a figure, no other is looked at.
        """
        if anker in self.jaren and all(self._heeft(k, anker, code) for k in kolommen):
            return anker
        return self._eerste(kolommen, anker - 1, anker)

    def jaar_van_groep(self, kolommen: Sequence[str], anker: int) -> int | None:
        """The nearest year that reaches enough areas, that year itself included."""
        return self._eerste(kolommen, anker, anker)

    def _eerste(self, kolommen: Sequence[str], vanaf: int, anker: int) -> int | None:
        laatste = anker - self.editie.parameters.terugval_jaren
        jaren = (jaar for jaar in range(vanaf, laatste - 1, -1) if jaar in self.jaren)
        return next((jaar for jaar in jaren if self._bereikt(tuple(kolommen), jaar)), None)

    def _heeft(self, kolom: str, jaar: int, code: str) -> bool:
        if (kolom, jaar) not in self._heeft_cijfers:
            tabel, naam = f"buurttabel_{jaar}", status_van(kolom)
            self._heeft_cijfers[kolom, jaar] = self.cel(tabel, naam, code) in MET_WAARDE or bool(
                self._lees(tabel, "count(*) AS aantal", _met_waarde(kolom))[0]["aantal"]
            )
        return self._heeft_cijfers[kolom, jaar]

    def _bereikt(self, kolommen: tuple[str, ...], jaar: int) -> bool:
        """Do enough of the areas with residents have a figure in all columns."""
        if (kolommen, jaar) not in self._bereik:
            waar = " AND ".join(map(_met_waarde, kolommen))
            (met,) = self.waarden(f"buurttabel_{jaar}", ["regiocode"], waar)
            deel = len(self.bewoond.intersection(met)) / max(len(self.bewoond), 1)
            genoeg = self.editie.parameters.terugval_bereik
            self._bereik[kolommen, jaar] = deel > 0 and deel >= genoeg
        return self._bereik[kolommen, jaar]

    @cached_property
    def bewoond(self) -> set[str]:
        """The areas of the edition but those of which it is known that nobody lives there."""
        bekend: dict[str, float] = {}
        laatste = self.editie.eind - self.editie.parameters.terugval_jaren
        for jaar in range(self.editie.eind, laatste - 1, -1):
            if jaar in self.jaren:
                wat = ["regiocode", "inwoners"]
                codes, inwoners = self.waarden(f"buurttabel_{jaar}", wat, _met_waarde("inwoners"))
                bekend = {**dict(zip(codes, inwoners, strict=True)), **bekend}
        return {code for code in self.codes if bekend.get(code) != 0}

    # --- evidence --------------------------------------------------------------------------------
    def stukken(self, code: str, gebiedsjaar: int) -> list[Stuk]:
        """The crosswalk rows that lead from a year's areas to an area."""
        gemeente = gemeente_van(code)
        if gemeente not in self._stukken:
            per_gebied = self._stukken.setdefault(gemeente, {})
            for rij in self._lees("buurt_omzetting", "*", in_gemeente("naar_regio", code)):
                if mist := [kolom for kolom in STUKKOLOMMEN if kolom not in rij]:
                    raise self._zonder("buurt_omzetting", f"kolom {', '.join(mist)}")
                deel = Stuk(*(rij[k] for k in STUKKOLOMMEN))
                per_gebied.setdefault((rij["naar_regio"], rij["gebiedsjaar"]), []).append(deel)
        return self._stukken[gemeente].get((code, gebiedsjaar), [])

    def opzoeker(self, bron: str, jaar: int) -> Opzoeker | None:
        """The delivery of a source and year: its wijken, of an edition of these, else its buurten;
        None where there is none.

        Raises:
            GeenBewijs: a snapshot is gone.
            GeenTweedeLezer: the dialect is not read here.
        """
        if (bron, jaar) not in self._opzoekers:
            delen = self.release["leveringen"].get(str(jaar), {}).get(bron, ())
            leveringen = [
                Bewijslevering(
                    bron, jaar, deel["dialect"], tuple(map(self._ruw, deel["bestanden"]))
                )
                for deel in delen
            ]
            kolommen = self.cat.kolommen_van(bron)
            per_niveau = (
                opzoekers(leveringen, kolommen, niveau)
                for niveau in NIVEAUS_VAN[self.editie.niveau]
            )
            self._opzoekers[bron, jaar] = next(filter(None, per_niveau), None)
        return self._opzoekers[bron, jaar]

    def kaart(self, sha256: str) -> Snapshotkaart:
        """The card of a snapshot."""
        if sha256 not in self._kaarten:
            self._kaarten[sha256] = self.snapshots.kaart(sha256)
        return self._kaarten[sha256]

    def _ruw(self, paar: Sequence[str]) -> Ruwbestand:
        naam, sha256 = paar
        try:
            return Ruwbestand(naam, sha256, self.snapshots.pad(sha256))
        except KeyError as fout:
            raise GeenBewijs(
                f"{naam}: {fout.args[0]}; zet de snapshots terug uit een reservekopie, of neem de "
                "bron opnieuw in met `veerkracht rebuild --alles`"
            ) from None
