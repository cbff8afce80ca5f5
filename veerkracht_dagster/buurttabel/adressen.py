"""The addresses of a year in memory: small numbers, so that two years of nine million rows fit.

Here: reading an address file brick by brick into sorted keys, and counting the addresses that two
years have in common per pair of areas.
Not here: which road an area takes (`omzetting.py`); the publisher's file (`bronnen/`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as pads

ADRES = ("postcode", "huisnummer")
_HOOGSTE_NUMMER = 2**20  # a key holds the postcode and, in its last 20 bits, the huisnummer
_BLOK = 2**19  # addresses looked up at a time: what is made meanwhile stays small
_TEKENS = [(ord("0"), ord("9"))] * 4 + [(ord("A"), ord("Z"))] * 2  # 1234AB


class AdresFout(ValueError):
    """An address file that cannot be joined: a postcode or number of another form, or a double."""


@dataclass(frozen=True)
class Adressen:
    """The addresses of a year: `sleutel` (sorted, each once) and per column the area it lies in.

    An area is its position in `codes`.
    """

    sleutel: np.ndarray
    regio: Mapping[str, np.ndarray]
    codes: Mapping[str, pd.Index]

    def __len__(self) -> int:
        return len(self.sleutel)

    def per_gebied(self, kolom: str, gebieden: pd.Index) -> np.ndarray:
        """Addresses in each of the areas; 0 in one that the list does not have."""
        geteld = np.bincount(self.regio[kolom], minlength=len(self.codes[kolom]) + 1)
        return geteld[self.codes[kolom].get_indexer(gebieden)].astype("float64")


def lees_adressen(bestand: Any, kolommen: tuple[str, ...]) -> Adressen:
    """Read an address file: postcode, huisnummer and the columns with area codes.

    Args:
        bestand: DataFrame, Arrow table or Arrow dataset (read in batches).

    Raises:
        AdresFout: a postcode that is not 4 digits and 2 capitals, a huisnummer that does not fit, a
            cell that is empty, or an address that is there twice.
    """
    if isinstance(bestand, pd.DataFrame):
        bestand = pa.Table.from_pandas(bestand[[*ADRES, *kolommen]], preserve_index=False)
    if isinstance(bestand, pa.Table):
        bestand = pads.dataset(bestand)
    brokken = bestand.scanner(columns=[*ADRES, *kolommen]).to_batches()
    sleutels: list[np.ndarray] = [np.empty(0, np.int64)]
    regio: dict[str, list[np.ndarray]] = {k: [np.empty(0, np.int32)] for k in kolommen}
    codes: dict[str, dict[str, int]] = {k: {} for k in kolommen}
    for brok in brokken:
        if len(brok):
            sleutels.append(_sleutels(brok))
            for kolom in kolommen:
                regio[kolom].append(_plaatsen(brok, kolom, codes[kolom]))
    gesorteerd = _oplopend(sleutels)
    sleutel = np.concatenate(sleutels)
    volgorde = None if gesorteerd else np.argsort(sleutel, kind="stable")
    if volgorde is not None:
        sleutel = sleutel[volgorde]
        if (dubbel := np.flatnonzero(np.diff(sleutel) == 0)).size:
            raise AdresFout(
                f"{len(dubbel)} adressen staan er dubbel in, zoals {_adres(sleutel[dubbel[0]])}; "
                "verwacht is een rij per postcode en huisnummer: haal de dubbele eruit"
            )
    per_kolom = {kolom: np.concatenate(delen) for kolom, delen in regio.items()}
    return Adressen(
        sleutel,
        {k: rij if volgorde is None else rij[volgorde] for k, rij in per_kolom.items()},
        {k: pd.Index(list(bekend), dtype=object) for k, bekend in codes.items()},
    )


def _oplopend(delen: list[np.ndarray]) -> bool:
    """Whether the parts, one after the other, go up without doubles."""
    vol = [deel for deel in delen if len(deel)]
    aansluitend = all(een[-1] < ander[0] for een, ander in pairwise(vol))
    return aansluitend and all((deel[1:] > deel[:-1]).all() for deel in vol)


def _sleutels(brok: pa.RecordBatch) -> np.ndarray:
    """A number per address, in the order of postcode and huisnummer."""
    postcode = brok.column("postcode").cast(pa.string())
    nummer = brok.column("huisnummer").cast(pa.int64())
    if postcode.null_count or nummer.null_count:
        raise AdresFout("een adres zonder postcode of huisnummer: vul het in of haal de rij weg")
    goed = pc.equal(pc.binary_length(postcode), 6).to_numpy(zero_copy_only=False)
    _, _, letters = postcode.buffers()
    begin = np.frombuffer(postcode.buffers()[1], np.int32)[postcode.offset]
    if goed.all():
        tekens = np.frombuffer(letters, np.uint8, 6 * len(goed), begin).reshape(-1, 6)
        uit = np.zeros(len(goed), np.int64)
        for plek, (laagste, hoogste) in enumerate(_TEKENS):
            teken = tekens[:, plek]
            goed &= (teken >= laagste) & (teken <= hoogste)
            uit *= hoogste - laagste + 1
            uit += teken - laagste
    if not goed.all():
        zoals = postcode[int(np.flatnonzero(~goed)[0])].as_py()
        raise AdresFout(f"postcode {zoals!r}: verwacht is de vorm 1234AB")
    nummers = nummer.to_numpy()
    if (buiten := (nummers < 0) | (nummers >= _HOOGSTE_NUMMER)).any():
        raise AdresFout(
            f"huisnummer {nummers[buiten][0]}: verwacht is 0 tot en met {_HOOGSTE_NUMMER - 1}"
        )
    return uit * _HOOGSTE_NUMMER + nummers


def _adres(sleutel: int) -> str:
    """The address of a key, as text."""
    postcode, nummer = divmod(int(sleutel), _HOOGSTE_NUMMER)
    tekens = []
    for laagste, hoogste in reversed(_TEKENS):
        postcode, teken = divmod(postcode, hoogste - laagste + 1)
        tekens.append(chr(laagste + teken))
    return f"{''.join(reversed(tekens))} {nummer}"


def _plaatsen(brok: pa.RecordBatch, kolom: str, bekend: dict[str, int]) -> np.ndarray:
    """Area codes as numbers; codes met for the first time are added to `bekend`."""
    gecodeerd = brok.column(kolom).dictionary_encode()
    if gecodeerd.null_count:
        raise AdresFout(f"een adres zonder {kolom}: vul hem in of haal de rij weg")
    vertaling = [bekend.setdefault(code, len(bekend)) for code in gecodeerd.dictionary.to_pylist()]
    return np.array(vertaling, np.int32)[gecodeerd.indices.to_numpy()]


def tel_paren(
    van: Adressen, naar: Adressen, kolom: str, nodig: pd.Index | None = None
) -> pd.DataFrame:
    """Addresses per pair of areas: those of `van` found again in `naar`.

    Args:
        nodig: only from these areas; default all.

    Returns: van_regio, naar_regio, aantal, totaal (addresses of van_regio, found again or not).
    """
    codes, van_regio = van.codes[kolom], van.regio[kolom]
    totaal = np.bincount(van_regio, minlength=len(codes))
    gevraagd = np.full(len(codes), True) if nodig is None else codes.isin(nodig)
    doelen = max(len(naar.codes[kolom]), 1)
    delen = [
        _tel(_paren(van, naar, kolom, gevraagd, slice(begin, begin + _BLOK)))
        for begin in range(0, max(len(van), 1), _BLOK)
    ]
    paren, aantal = _tel(*(np.concatenate(deel) for deel in zip(*delen, strict=True)))
    i, j = np.divmod(paren, doelen)
    uit = pd.DataFrame(
        {
            "van_regio": codes[i],
            "naar_regio": naar.codes[kolom][j],
            "aantal": aantal,
            "totaal": totaal[i],
        }
    )
    return uit.sort_values(["van_regio", "naar_regio"], ignore_index=True)


def _paren(
    van: Adressen, naar: Adressen, kolom: str, gevraagd: np.ndarray, blok: slice
) -> np.ndarray:
    """Per address of a block that is found again: its areas in both years, as one number."""
    regio = van.regio[kolom][blok]
    welke = gevraagd[regio]
    regio, sleutel = regio[welke], van.sleutel[blok][welke]
    if not len(sleutel) or not len(naar):
        return np.empty(0, np.int64)
    eerste, laatste = np.searchsorted(naar.sleutel, [sleutel[0], sleutel[-1]])
    gebied = naar.sleutel[eerste : laatste + 1]  # where this block can lie
    plaats = np.searchsorted(gebied, sleutel)
    plaats[plaats == len(gebied)] = 0
    gevonden = gebied[plaats] == sleutel if len(gebied) else np.zeros(len(sleutel), bool)
    doel = naar.regio[kolom][eerste : laatste + 1][plaats[gevonden]]
    return regio[gevonden].astype(np.int64) * len(naar.codes[kolom]) + doel


def _tel(paar: np.ndarray, maal: np.ndarray | None = None) -> tuple[np.ndarray, np.ndarray]:
    """Each number and how often it occurs, or the sum of `maal` of its occurrences.

    Neighbours mostly share an area: runs are sorted, not rows.
    """
    if not len(paar):
        return paar, np.zeros(0, np.int64)
    begin = np.concatenate([[0], np.flatnonzero(np.diff(paar)) + 1])
    lengte = np.diff(begin, append=len(paar)) if maal is None else np.add.reduceat(maal, begin)
    paren, welke = np.unique(paar[begin], return_inverse=True)
    aantal = np.zeros(len(paren), np.int64)
    np.add.at(aantal, welke, lengte)
    return paren, aantal


class Adresboeken(Mapping[int, Adressen]):
    """The address files of many years, read when asked for; those used last stay in memory.

    A year of the whole country is 9 million addresses, of 16 bytes each. `hoogstens` is how many
    addresses stay; the year asked for and the one used before it always do.
    """

    def __init__(
        self, bestanden: Mapping[int, Any], kolommen: tuple[str, ...], hoogstens: int = 40_000_000
    ) -> None:
        self._bestanden, self._kolommen, self._hoogstens = bestanden, kolommen, hoogstens
        self._gelezen: dict[int, Adressen] = {}  # used longest ago first

    def __getitem__(self, jaar: int) -> Adressen:
        boek = self._gelezen.pop(jaar, None)
        if boek is None:
            self._maak_plaats()
            boek = lees_adressen(self._bestanden[jaar], self._kolommen)
        self._gelezen[jaar] = boek
        return boek

    def _maak_plaats(self) -> None:
        """For one more year, as large as the largest."""
        while len(self._gelezen) > 1:
            groottes = [len(boek) for boek in self._gelezen.values()]
            if sum(groottes) + max(groottes) <= self._hoogstens:
                return
            del self._gelezen[next(iter(self._gelezen))]

    def __contains__(self, jaar: object) -> bool:
        return jaar in self._bestanden  # a Mapping of itself would read the file to find out

    def __iter__(self) -> Iterator[int]:
        return iter(self._bestanden)

    def __len__(self) -> int:
        return len(self._bestanden)
