"""The crosswalk of a release beside a count of its own, pair of areas by pair of areas.

Here: which pairs of years, what is kept of them, and every difference.
Not here: counting (`wegen.py`), the audit that asks for it (`audit/controleren.py`).
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from veerkracht_dagster.catalogus.models import Catalogus, Editie, Omzetting
from veerkracht_dagster.tweede.gelijk import SPELING, gelijk
from veerkracht_dagster.tweede.hertellen.adressen import Adresteller
from veerkracht_dagster.tweede.hertellen.bewaard import Bewaard, naam_van
from veerkracht_dagster.tweede.hertellen.jaar import Jaren
from veerkracht_dagster.tweede.hertellen.vormen import afdrukken, genormeerd, geschreven
from veerkracht_dagster.tweede.hertellen.wegen import Kaartenbak, Wegrij
from veerkracht_dagster.tweede.ruw import Bewijslevering, GeenTweedeLezer
from veerkracht_dagster.tweede.vergelijken import Verschil

_TEKST, _GETAL = pa.large_string(), pa.float64()
_GEBIEDEN = pa.schema(
    [("code", _TEKST), ("regionaam", _TEKST), ("gemeentenaam", _TEKST), ("geschreven", _TEKST),
     ("genormeerd", _TEKST)]
)  # fmt: skip
_RIJEN = pa.schema(
    [("van_regio", _TEKST), ("naar_regio", _TEKST), ("gewicht", _GETAL), ("methode", _TEKST),
     ("aantal", _GETAL), ("via", _TEKST), ("maat", _GETAL)]
)  # fmt: skip
_GEMETEN = ("aantal", "maat")
_PAAR = ("van_regio", "naar_regio")
_GETELD = _RIJEN.append(pa.field("speling", _GETAL))


@dataclass
class Hertelling:
    """What was counted: rows and pairs of years, and the seconds that it took.

    bewaard: pairs that were counted before. niet: why it was not counted.
    """

    rijen: int = 0
    paren: int = 0
    bewaard: int = 0
    seconden: float = 0.0
    verschillen: list[Verschil] = field(default_factory=list)
    niet: list[str] = field(default_factory=list)


def hertel(
    omzetting: pa.Table,
    gebieden: pa.Table,
    vlakken: pa.Table,
    leveringen: Mapping[int, Mapping[str, Sequence[Bewijslevering]]],
    editie: Editie,
    cat: Catalogus,
    map_bewaard: Path,
) -> Hertelling:
    """Count the crosswalk of a release again, and compare it and its areas, names and shapes.

    Args:
        omzetting: the published crosswalk, with gebiedsjaar. gebieden: regiocode, regionaam and
            gemeentenaam as published; vlakken: regiocode and geometry (well-known binary).
        leveringen: per year and source the files that the crosswalk stands on.
        cat: that of the release, of which rules and years are read.
        map_bewaard: where counts are kept.
    """
    uit, begin = Hertelling(), time.monotonic()
    jaren = {*pc.unique(omzetting["gebiedsjaar"]).to_pylist()}
    if onbekend := sorted(({editie.basisjaar} | jaren) - leveringen.keys()):
        if jaren:
            uit.niet.append(
                f"de omzetting is niet herteld: de uitgave noemt niet waarop de gebieden van "
                f"{', '.join(map(str, onbekend))} staan; publiceer opnieuw met `veerkracht rebuild "
                "--alles`"
            )
        return uit
    teller = _Teller(leveringen, editie, cat.omzetting, Bewaard(map_bewaard))
    jaren |= cat.gebiedsjaren(editie) & leveringen.keys()
    try:
        eigen = _alleen(teller.gebieden(), "code", editie.heeft)
        uit.verschillen += _naamverschillen(gebieden, eigen)
        uit.verschillen += _vormverschillen(vlakken, eigen)
        for jaar in sorted(jaren):
            moet = _van_editie(teller.rijen(jaar), editie)
            is_ = omzetting.filter(pc.equal(omzetting["gebiedsjaar"], jaar))
            uit.paren += 1
            uit.rijen += len(moet)
            uit.verschillen += _verschillen(jaar, is_, moet)
    except GeenTweedeLezer as reden:
        uit.niet.append(f"de omzetting is niet of niet geheel herteld: {reden}")
    finally:
        teller.sluit()
    uit.bewaard = uit.paren - teller.geteld
    uit.seconden = time.monotonic() - begin
    return uit


def _van_editie(rijen: pa.Table, editie: Editie) -> pa.Table:
    """All parts of the old areas that reach an area of the edition."""
    erin = set(_alleen(rijen, "naar_regio", editie.heeft)["van_regio"].to_pylist())
    return _alleen(rijen, "van_regio", erin.__contains__)


def _alleen(tabel: pa.Table, kolom: str, hoort: Callable[[str], bool]) -> pa.Table:
    codes = tabel[kolom].to_pylist()
    return tabel if all(map(hoort, codes)) else tabel.filter(pa.array(map(hoort, codes)))


class _Teller:
    """Counts what is not kept; a year is read when a count needs it."""

    def __init__(
        self,
        leveringen: Mapping[int, Mapping[str, Sequence[Bewijslevering]]],
        editie: Editie,
        regels: Omzetting,
        bewaard: Bewaard,
    ) -> None:
        self._leveringen, self._editie, self._regels = leveringen, editie, regels
        self._bewaard, teller = bewaard, Adresteller()
        self._bak = Kaartenbak(Jaren(leveringen, editie.niveau), regels, teller)
        self._buurtenbak = (
            Kaartenbak(Jaren(leveringen, "buurt"), regels, teller)
            if editie.niveau == "wijk"
            else None
        )
        self.geteld = 0

    def sluit(self) -> None:
        """Throw away what was read."""
        self._bak.teller.sluit()

    def gebieden(self) -> pa.Table:
        """Name, gemeente and shape of the areas of the edition."""
        jaar, niveau = self._editie.basisjaar, self._editie.niveau
        naam = naam_van({"gebieden": jaar, "niveau": niveau, **self._bestanden([jaar])})
        uit = self._bewaard.lees(naam)
        if uit is None:
            eigen = self._bak.jaren[jaar]
            vlakken = geschreven(eigen.vlak)
            namen = ([van[code] for code in eigen.codes] for van in (eigen.naam, eigen.gemeente))
            vormen = (afdrukken(vlakken), afdrukken(genormeerd(vlakken)))
            uit = _tabel(zip(eigen.codes, *namen, *vormen, strict=True), _GEBIEDEN)
            self._bewaard.bewaar(naam, uit)
        return uit

    def rijen(self, jaar: int) -> pa.Table:
        """The crosswalk from a year's areas to those of the edition."""
        basis = self._editie.basisjaar
        van, tot = sorted((jaar, basis))
        naam = naam_van(
            {
                "van": jaar,
                "naar": basis,
                "niveau": self._editie.niveau,
                "regels": self._regels.model_dump(mode="json"),
                **self._bestanden(range(van, tot + 1)),
            }
        )
        uit = self._bewaard.lees(naam)
        if uit is None:
            self.geteld += 1
            rijen = [*self._bak.rijen(jaar, basis), *self._uit_buurten(jaar, basis)]
            geteld = sorted(rijen, key=lambda rij: (rij.van, rij.naar))
            uit = _tabel(geteld, _GETELD)
            self._bewaard.bewaar(naam, uit)
        return uit

    def _uit_buurten(self, jaar: int, basis: int) -> Iterator[Wegrij]:
        """To wijken lead the buurten too."""
        if self._buurtenbak is not None:
            yield from self._buurtenbak.rijen(jaar, basis, self._bak.jaren[basis])

    def _bestanden(self, jaren: Iterable[int]) -> dict[str, Any]:
        return {
            f"bestanden {jaar}": [
                [bron, deel.dialect, [[b.naam, b.sha256] for b in deel.bestanden]]
                for bron, delen in sorted(self._leveringen.get(jaar, {}).items())
                for deel in delen
            ]
            for jaar in jaren
        }


def _tabel(rijen: Iterable[Sequence[Any]], schema: pa.Schema) -> pa.Table:
    kolommen = list(zip(*rijen, strict=True)) or [()] * len(schema)
    return pa.table(
        [pa.array(k, v.type) for k, v in zip(kolommen, schema, strict=True)], schema=schema
    )


def _naamverschillen(is_: pa.Table, moet: pa.Table) -> Iterator[Verschil]:
    """Areas that are not there, or not called what the publisher calls them."""
    namen = {rij["code"]: rij for rij in moet.to_pylist()}
    gezien = set()
    for rij in is_.to_pylist():
        code = rij["regiocode"]
        gezien.add(code)
        if code not in namen:
            yield Verschil("gebieden", "regiocode", code, code, None)
            continue
        for kolom in ("regionaam", "gemeentenaam"):
            if not gelijk(rij[kolom], namen[code][kolom]):
                yield Verschil("gebieden", kolom, code, rij[kolom], namen[code][kolom])
    for code in sorted(namen.keys() - gezien):
        yield Verschil("gebieden", "regiocode", code, None, code)


def _vormverschillen(is_: pa.Table, moet: pa.Table) -> Iterator[Verschil]:
    """Areas of another shape: point for point, wherever it begins."""
    codes, vlakken = is_["regiocode"].to_pylist(), is_["geometry"].to_pylist()
    vormen = {rij["code"]: rij for rij in moet.to_pylist()}
    anders = [
        i
        for i, (code, vorm) in enumerate(zip(codes, afdrukken(vlakken), strict=True))
        if code in vormen and vorm != vormen[code]["geschreven"]
    ]
    genormd = afdrukken(genormeerd([vlakken[i] for i in anders]))
    for i, vorm in zip(anders, genormd, strict=True):
        if vorm != vormen[codes[i]]["genormeerd"]:
            yield Verschil("gebieden", "geometry", codes[i], "een ander vlak", "dat van de kaart")
    for code in sorted(vormen.keys() - set(codes)):
        yield Verschil("gebieden", "geometry", code, None, "een vlak")


def _verschillen(jaar: int, is_: pa.Table, moet: pa.Table) -> Iterator[Verschil]:
    """Every pair of areas that one has and the other not, or with another road or count."""
    kolommen = [k for k in _RIJEN.names if k in is_.column_names]  # `via` and `maat` came later
    is_ = is_.select(kolommen).cast(pa.schema([_RIJEN.field(k) for k in kolommen]))
    if _zelfde_tabel(is_, moet):
        return
    tabel = f"buurt_omzetting {jaar}"
    gepubliceerd, geteld = _per_paar(is_), _per_paar(moet)
    keren = Counter(zip(*(is_[k].to_pylist() for k in _PAAR), strict=True))
    for paar in sorted(gepubliceerd.keys() | geteld.keys()):
        code = " ".join(paar)
        een, ander = gepubliceerd.get(paar), geteld.get(paar)
        if keren[paar] > 1:
            yield Verschil(tabel, "methode", code, f"{keren[paar]} rijen", "een rij")
        if een is None or ander is None:
            wegen = (rij and rij["methode"] for rij in (een, ander))
            yield Verschil(tabel, "methode", code, *wegen)
            continue
        for kolom in kolommen[2:]:
            speling = ander["speling"] if kolom in _GEMETEN else 0.0
            if not _zelfde(een[kolom], ander[kolom], speling):
                yield Verschil(tabel, kolom, code, een[kolom], ander[kolom])


def _per_paar(tabel: pa.Table) -> dict[tuple[str, ...], dict[str, Any]]:
    return {tuple(rij[k] for k in _PAAR): rij for rij in tabel.to_pylist()}


def _zelfde(een: Any, ander: Any, speling: float) -> bool:
    getallen = isinstance(een, float) and isinstance(ander, float)
    return gelijk(een, ander) or (getallen and abs(een - ander) <= speling)


def _zelfde_tabel(is_: pa.Table, moet: pa.Table) -> bool:
    """Whether nothing differs: the answer for nearly every crosswalk, without looking at rows."""
    if len(is_) != len(moet):
        return False
    for veld in is_.schema:
        een, ander = is_[veld.name], moet[veld.name]
        if veld.type == _TEKST:
            if not een.combine_chunks().equals(ander.combine_chunks()):
                return False
            continue
        een, ander = een.to_numpy(), ander.to_numpy()
        ruimte = SPELING * np.maximum(1.0, np.abs(ander))
        if veld.name in _GEMETEN:
            ruimte = np.maximum(ruimte, moet["speling"].to_numpy())
        leeg = np.isnan(een) | np.isnan(ander)
        if not np.where(leeg, np.isnan(een) & np.isnan(ander), np.abs(een - ander) <= ruimte).all():
            return False
    return True
