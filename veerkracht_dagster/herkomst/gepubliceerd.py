"""What a release says of itself, read where a receipt needs it: figures, crosswalk, deliveries.

Here: one cell or one column of a published table, the parts of an area, the years that count.
Not here: computing any figure (`bon.py`, `stappen.py`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import orjson
import pyarrow as pa
import pyarrow.compute  # arrays look it up when first used: 0.05 s at start
import pyarrow.parquet as pq

from veerkracht_dagster.catalogus.models import Catalogus, Editie
from veerkracht_dagster.celstatus import status_van
from veerkracht_dagster.herkomst.omzetten import Stuk
from veerkracht_dagster.herkomst.rekenen import MET_WAARDE
from veerkracht_dagster.herkomst.ruw import Levering, Opzoeker, Ruwbestand, opzoekers
from veerkracht_dagster.opslag.snapshots import Kaart, Snapshots


class GeenBewijs(ValueError):
    """A release does not say what it was made of, or that is gone; the message says what to do."""


_GEBIEDEN = "kwetsbare_bewoners"  # a table with a row for every area of the edition


def _lijst(deel: pa.Array) -> list[Any]:
    """An Arrow array as Python values: as `to_pylist`, but for numbers and repeated texts fast."""
    if pa.types.is_dictionary(deel.type):
        teksten = deel.dictionary.to_pylist()
        return [None if i is None else teksten[i] for i in _getallen(deel.indices, np.int32)]
    return _getallen(deel, np.float64) if pa.types.is_float64(deel.type) else deel.to_pylist()


def _getallen(deel: pa.Array, soort: type) -> list[Any]:
    """From the buffers: Arrow's own way of giving numbers looks at pandas, for 0.2 s at start."""
    geldig, inhoud = deel.buffers()
    waarden = np.frombuffer(inhoud, soort)[deel.offset : deel.offset + len(deel)].tolist()
    if geldig is None or deel.null_count == 0:
        return waarden
    er_is = np.unpackbits(np.frombuffer(geldig, np.uint8), bitorder="little")
    er_is = er_is[deel.offset : deel.offset + len(deel)].tolist()
    return [x if is_er else None for x, is_er in zip(waarden, er_is, strict=True)]


class Gepubliceerd:
    """A published release: `map` is its folder. Tables are read by column, each once.

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
            {**{veld: self.release[veld] for veld in velden}, "parameters": parameters}
        )
        omzetting = self.release["parameters"].get("omzetting", {})
        self.minimum_dekking = omzetting.get("minimum_dekking", cat.omzetting.minimum_dekking)
        self._begin()

    def _begin(self) -> None:
        """Nothing read yet."""
        self._bestanden: dict[str, pq.ParquetFile] = {}
        self._kolommen: dict[tuple[str, str], pa.ChunkedArray] = {}
        self._lijsten: dict[tuple[str, str], list[Any]] = {}
        self._opzoekers: dict[tuple[str, int], Opzoeker | None] = {}
        self._heeft_cijfers: dict[tuple[str, int], bool] = {}
        self._plekken: dict[str, Mapping[str, int]] = {}
        self._kaarten: dict[str, Kaart] = {}
        self._stukken: dict[str, dict[int, list[Stuk]]] = {}

    # --- published tables ----------------------------------------------------------------------
    def _pad(self, tabel: str) -> Path:
        eigen = tabel in self.cat.kaartlagen or tabel.startswith("buurttabel_")
        return (self.map if eigen else self.map / "tabellen") / f"{tabel}.parquet"

    def _bestand(self, tabel: str) -> pq.ParquetFile:
        if tabel not in self._bestanden:
            pad = self._pad(tabel)
            if not pad.is_file():
                raise GeenBewijs(f"{pad} is er niet; publiceer opnieuw met `veerkracht rebuild`")
            # Texts as numbers in a list of texts: six times as fast to read.
            teksten = [
                v.name for v in pq.read_schema(pad) if v.type in (pa.string(), pa.large_string())
            ]
            self._bestanden[tabel] = pq.ParquetFile(pad, memory_map=True, read_dictionary=teksten)
        return self._bestanden[tabel]

    def namen(self, tabel: str) -> list[str]:
        """The columns of a published table."""
        return list(self._bestand(tabel).schema_arrow.names)

    def laad(self, tabel: str, kolommen: Sequence[str]) -> None:
        """Read columns in one go."""
        nodig = [k for k in dict.fromkeys(kolommen) if (tabel, k) not in self._kolommen]
        if nodig and tabel in self.cat.indicatoren:
            nodig = self.namen(tabel)  # the next figure asks for the next column
        if nodig:
            gelezen = self._lees(tabel, nodig)
            self._kolommen |= {(tabel, k): gelezen[k] for k in nodig}

    def _lees(self, tabel: str, kolommen: Sequence[str]) -> pa.Table:
        return self._bestand(tabel).read(columns=list(kolommen), use_threads=False)

    def kolom(self, tabel: str, naam: str) -> list[Any]:
        """A column of a published table, in the order of its rows."""
        if (tabel, naam) not in self._lijsten:
            self.laad(tabel, [naam])
            delen = self._kolommen[tabel, naam].chunks
            self._lijsten[tabel, naam] = [x for deel in delen for x in _lijst(deel)]
        return self._lijsten[tabel, naam]

    def alle_rijen(self, tabel: str) -> list[dict[str, Any]]:
        """A published table, row by row."""
        namen = self.namen(tabel)
        reeksen = [self.kolom(tabel, naam) for naam in namen]
        return [dict(zip(namen, rij, strict=True)) for rij in zip(*reeksen, strict=True)]

    def cel(self, tabel: str, naam: str, code: str) -> Any:
        """A cell of a published table with a row per area."""
        self.laad(tabel, [naam])
        return self._kolommen[tabel, naam][self._plek(tabel)[code]].as_py()

    def _plek(self, tabel: str) -> Mapping[str, int]:
        if tabel not in self._plekken:
            sleutel = f"{self.editie.niveau}code" if tabel in self.cat.kaartlagen else "regiocode"
            self.laad(tabel, [sleutel])
            self.laad(_GEBIEDEN, ["regiocode"])
            if self._kolommen[tabel, sleutel].equals(self._kolommen[_GEBIEDEN, "regiocode"]):
                self._plekken[tabel] = self._eigen_plek
            else:
                codes = self.kolom(tabel, sleutel)
                self._plekken[tabel] = {code: i for i, code in enumerate(codes)}
        return self._plekken[tabel]

    @cached_property
    def codes(self) -> list[str]:
        """The areas of the edition."""
        return self.kolom(_GEBIEDEN, "regiocode")

    @cached_property
    def _eigen_plek(self) -> dict[str, int]:
        return {code: i for i, code in enumerate(self.codes)}

    def heeft(self, code: str) -> bool:
        """Whether it is an area of the edition."""
        return code in self._eigen_plek

    def van_gemeente(self, code: str) -> list[str]:
        """The areas of the same gemeente."""
        return [ander for ander in self.codes if ander[2:6] == code[2:6]]

    def rijen(self, kolommen: Sequence[tuple[str, str]], codes: Sequence[str]) -> list[list[Any]]:
        """Per area its code and the figures (table, column), from tables with a row per area."""
        for tabel in dict.fromkeys(tabel for tabel, _ in kolommen):
            self.laad(tabel, [k for t, k in kolommen if t == tabel])
        reeksen = [self.kolom(*kolom) for kolom in kolommen]
        if len(codes) == len(self.codes):
            return [list(rij) for rij in zip(self.codes, *reeksen, strict=True)]
        plekken = [self._eigen_plek[code] for code in codes]
        return [[self.codes[i], *(reeks[i] for reeks in reeksen)] for i in plekken]

    # --- years ---------------------------------------------------------------------------------
    @cached_property
    def jaren(self) -> list[int]:
        """The years that the release has a harmonised table of."""
        paden = self.map.glob("buurttabel_*.parquet")
        return sorted(int(pad.stem.removeprefix("buurttabel_")) for pad in paden)

    def jaar_voor(self, kolommen: Sequence[str], anker: int, code: str) -> int | None:
        """That year, else the nearest earlier one that has them all and reaches enough areas.

        code: an area that is asked about anyhow; where it has a figure, no other is looked at.
        """
        for jaar in range(anker, anker - self.editie.parameters.terugval_jaren - 1, -1):
            if jaar in self.jaren and all(self._geldt(k, jaar, anker, code) for k in kolommen):
                return jaar
        return None

    def _geldt(self, kolom: str, jaar: int, anker: int, code: str) -> bool:
        if (kolom, jaar) not in self._heeft_cijfers:
            tabel, naam = f"buurttabel_{jaar}", status_van(kolom)
            self.laad(tabel, [kolom, naam])
            self._heeft_cijfers[kolom, jaar] = self.cel(tabel, naam, code) in MET_WAARDE or any(
                staat in MET_WAARDE for staat in self.kolom(tabel, naam)
            )
        if not self._heeft_cijfers[kolom, jaar]:
            return False
        if jaar == anker:
            return True
        bron = self.cat.kolommen[kolom].bron
        nodig = self._bereik(bron, anker) if anker in self.jaren else 0
        return self._bereik(bron, jaar) >= self.editie.parameters.terugval_bereik * nodig

    def _bereik(self, bron: str, jaar: int) -> int:
        wegen = self.kolom(f"buurttabel_{jaar}", f"omzetting_{bron}")
        return sum(weg != "geen" for weg in wegen)

    # --- evidence --------------------------------------------------------------------------------
    def stukken(self, code: str, gebiedsjaar: int) -> list[Stuk]:
        """The crosswalk rows that lead from a year's areas to an area."""
        if code not in self._stukken:
            per_jaar = self._stukken.setdefault(code, {})
            for jaar, van, gewicht, methode, aantal in self._rijen_naar(code):
                per_jaar.setdefault(jaar, []).append(Stuk(van, gewicht, methode, aantal))
        return self._stukken[code].get(gebiedsjaar, [])

    def _rijen_naar(self, code: str) -> Iterator[tuple[Any, ...]]:
        """Not by a filter of Arrow: of a Python text that looks at pandas, which costs 0.2 s."""
        namen = ("gebiedsjaar", "van_regio", "gewicht", "methode", "aantal")
        self.laad("buurt_omzetting", ("naar_regio", *namen))
        kolommen = [self._kolommen["buurt_omzetting", naam] for naam in namen]
        begin = 0
        for deel, plek in self._naar:
            if (nummer := plek.get(code)) is not None:
                for i in np.flatnonzero(deel == nummer).tolist():
                    yield tuple(kolom[begin + i].as_py() for kolom in kolommen)
            begin += len(deel)

    @cached_property
    def _naar(self) -> list[tuple[np.ndarray, dict[str, int]]]:
        """Per part of the crosswalk the numbers of the areas it leads to, and those areas."""
        delen = self._kolommen["buurt_omzetting", "naar_regio"].chunks
        return [
            (
                np.array(_getallen(deel.indices, np.int32)),
                {code: i for i, code in enumerate(_lijst(deel.dictionary))},
            )
            for deel in delen
        ]

    def opzoeker(self, bron: str, jaar: int) -> Opzoeker | None:
        """The delivery of a source and year; None where there is none.

        Raises:
            GeenBewijs: a snapshot is gone.
            GeenTweedeLezer: the dialect is not read here.
        """
        if (bron, jaar) not in self._opzoekers:
            delen = self.release["leveringen"].get(str(jaar), {}).get(bron, ())
            leveringen = [
                Levering(bron, jaar, deel["dialect"], tuple(map(self._ruw, deel["bestanden"])))
                for deel in delen
            ]
            kolommen = self.cat.kolommen_van(bron)
            self._opzoekers[bron, jaar] = opzoekers(leveringen, kolommen, self.editie.niveau)
        return self._opzoekers[bron, jaar]

    def kaart(self, sha256: str) -> Kaart:
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
