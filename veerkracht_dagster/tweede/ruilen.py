"""Why figures changed: an edition replayed with one input at a time swapped for its new one.

Here: what differs between the inputs of two releases (source files, catalogue entries, boundaries,
code), and which changed figures each difference makes by itself.
Not here: which figures changed (`publicatie/verschil.py`), the second computation (`naspel.py`).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from pydantic import ValidationError

from veerkracht_dagster.catalogus.models import Catalogus
from veerkracht_dagster.tweede.gelijk import gelijk
from veerkracht_dagster.tweede.ingangen import EDITIE, Pad, anders, ingangen, met_ingang
from veerkracht_dagster.tweede.jaartabel import Jaartabel
from veerkracht_dagster.tweede.naspel import Naspel
from veerkracht_dagster.tweede.ruw import Bewijslevering
from veerkracht_dagster.tweede.stukken import Bewijsstukken
from veerkracht_dagster.tweede.vergelijken import verwacht

Kolomnaam = tuple[str, str]  # table, column
Veranderd = Mapping[Kolomnaam, Mapping[str, tuple[Any, Any]]]  # -> area -> (then, now)
_KLASSE = "klasse"
# Words and colours: they make no figure.
_WOORDEN = {"titel", "omschrijving", "bijsluiter", "eenheid", "formule"}


@dataclass(frozen=True)
class Invoer:
    """All that an edition is computed from, but for the code."""

    stukken: Bewijsstukken
    cat: Catalogus
    jaren: tuple[int, ...]

    @cached_property
    def _vast(self) -> str:
        """What of the catalogue a harmonised year depends on."""
        dump = self.cat.model_dump(mode="json", include={"kolommen", "omzetting"})
        return json.dumps([dump, list(self.cat.bronnen), self.stukken.editie.niveau])

    def sleutel(self, jaar: int) -> tuple[object, ...]:
        """Two inputs with the same key make the same harmonised year."""
        leveringen = self.stukken.leveringen.get(jaar, {})
        bestanden = [(bron, _hashes(delen)) for bron, delen in sorted(leveringen.items())]
        wegen = tuple(sorted((j, id(w)) for j, w in self.stukken.wegen.items()))
        return jaar, repr(bestanden), wegen, id(self.stukken.codes), self._vast


@dataclass
class Oorzaak:
    """One difference between the inputs, and how many changed figures it makes by itself.

    soort: bron, catalogus, grenzen or code. cijfers: None where it cannot be swapped alone.
    """

    soort: str
    wat: str
    oud: str
    nieuw: str
    cijfers: int | None = 0
    klassen: int = 0
    per_tabel: dict[str, int] = field(default_factory=dict)


@dataclass
class Verklaring:
    """Why figures changed. samen: only by several causes together; onverklaard: by none found."""

    oorzaken: list[Oorzaak] = field(default_factory=list)
    samen: int = 0
    onverklaard: int = 0
    opmerkingen: list[str] = field(default_factory=list)


def verklaar(
    oud: Invoer, nieuw: Invoer, veranderd: Veranderd, code: Mapping[str, tuple[str, str]]
) -> Verklaring:
    """Find what made each changed figure.

    Args:
        code: stages whose code version differs: (then, now).
    """
    reken, uit = _Rekenaar(), Verklaring()
    basis = _Cellen(reken.naspel(oud), oud.cat, veranderd)
    over = {(kolom, area) for kolom, cellen in veranderd.items() for area in cellen}
    geraakt: set[tuple[Kolomnaam, str]] = set()
    for oorzaak, invoer in _verschillen(oud, nieuw):
        if invoer is None:
            oorzaak.cijfers = None
        else:
            try:
                anders_ = _Cellen(reken.naspel(invoer), invoer.cat, veranderd)
            except KeyError as mist:  # an entry that asks for another that is not there yet
                oorzaak.cijfers = None
                uit.opmerkingen.append(f"{oorzaak.wat}: apart niet na te spelen, {mist} ontbreekt")
            else:
                raak = {plek for plek in over if not basis.zelfde(anders_, plek)}
                _tel(oorzaak, raak)
                geraakt |= raak
        uit.oorzaken.append(oorzaak)
    anders = {
        (k, area) for k, area in over if not gelijk(veranderd[k][area][0], basis.van(k, area))
    }
    if code and anders:
        oorzaak = door_code(code)
        _tel(oorzaak, anders)
        uit.oorzaken.append(oorzaak)
        geraakt |= anders
    rest = over - geraakt
    if rest:
        samen = _Cellen(reken.naspel(nieuw), nieuw.cat, veranderd)
        door_meer = {plek for plek in rest if not basis.zelfde(samen, plek)}
        uit.samen, uit.onverklaard = len(door_meer), len(rest - door_meer)
    uit.oorzaken.sort(key=lambda o: -(o.cijfers or 0))
    return uit


def door_code(code: Mapping[str, tuple[str, str]]) -> Oorzaak:
    """That the code is another one, by stage: (then, now)."""
    was, is_ = (", ".join(versie[i] for versie in code.values()) for i in (0, 1))
    return Oorzaak("code", ", ".join(code), was, is_)


def _tel(oorzaak: Oorzaak, raak: Iterable[tuple[Kolomnaam, str]]) -> None:
    oorzaak.cijfers = 0
    for (tabel, kolom), _ in raak:
        oorzaak.cijfers += 1
        oorzaak.klassen += kolom == _KLASSE
        oorzaak.per_tabel[tabel] = oorzaak.per_tabel.get(tabel, 0) + 1


class _Rekenaar:
    """Replays; a harmonised year that was made for one swap serves the next."""

    def __init__(self) -> None:
        self._jaren: dict[tuple[object, ...], Jaartabel] = {}

    def naspel(self, invoer: Invoer) -> Naspel:
        jaren = {}
        for jaar in invoer.jaren:
            sleutel = invoer.sleutel(jaar)
            if sleutel not in self._jaren:
                self._jaren[sleutel] = invoer.stukken.jaartabel(jaar, invoer.cat)
            jaren[jaar] = self._jaren[sleutel]
        return Naspel(invoer.stukken.editie, invoer.stukken.codes, jaren, invoer.cat)


class _Cellen:
    """The replayed cells of the columns in which anything changed."""

    def __init__(self, naspel: Naspel, cat: Catalogus, veranderd: Veranderd) -> None:
        self._plek = {code: i for i, code in enumerate(naspel.codes)}
        self._kolommen: dict[Kolomnaam, Sequence[Any]] = {
            (tabel, kolom): waarden
            for tabel, kolommen in verwacht(naspel, cat)
            for kolom, waarden in kolommen.items()
            if (tabel, kolom) in veranderd
        }

    def van(self, kolom: Kolomnaam, code: str) -> Any:
        waarden, i = self._kolommen.get(kolom), self._plek.get(code)
        return None if waarden is None or i is None else waarden[i]

    def zelfde(self, ander: _Cellen, plek: tuple[Kolomnaam, str]) -> bool:
        return gelijk(self.van(*plek), ander.van(*plek))


# --- what differs -----------------------------------------------------------------------------
def _verschillen(oud: Invoer, nieuw: Invoer) -> Iterator[tuple[Oorzaak, Invoer | None]]:
    """Every difference, with the old inputs in which it alone is swapped; None: not alone."""
    yield from _bronnen(oud, nieuw)
    yield from _grenzen(oud, nieuw)
    yield from _catalogus(oud, nieuw)


def _hashes(delen: Sequence[Bewijslevering]) -> tuple[object, ...]:
    return tuple((d.dialect, tuple((b.naam, b.sha256) for b in d.bestanden)) for d in delen)


def _bronnen(oud: Invoer, nieuw: Invoer) -> Iterator[tuple[Oorzaak, Invoer]]:
    van, naar = oud.stukken.leveringen, nieuw.stukken.leveringen
    groepen: dict[tuple[str, object, object], list[int]] = {}
    for jaar in sorted({*van, *naar}):
        for bron in sorted({*van.get(jaar, {}), *naar.get(jaar, {})}):
            een, ander = (_hashes(x.get(jaar, {}).get(bron, ())) for x in (van, naar))
            if een != ander:
                groepen.setdefault((bron, een, ander), []).append(jaar)
    for (bron, _, _), jaren in groepen.items():
        geruild = {jaar: dict(delen) for jaar, delen in van.items()}
        for jaar in jaren:
            geruild.setdefault(jaar, {}).pop(bron, None)
            if bron in naar.get(jaar, {}):
                geruild[jaar][bron] = naar[jaar][bron]
        oude, nieuwe = (x.get(jaren[0], {}).get(bron, ()) for x in (van, naar))
        was, is_ = _bestanden(oude, nieuwe), _bestanden(nieuwe, oude)
        oorzaak = Oorzaak("bron", f"{bron} {', '.join(map(str, jaren))}", was, is_)
        alle_jaren = tuple(sorted({*oud.jaren, *(j for j in jaren if j in nieuw.jaren)}))
        stukken = replace(oud.stukken, leveringen=geruild, notities=[])
        yield oorzaak, replace(oud, stukken=stukken, jaren=alle_jaren)


_GRENZEN = ("niveau", "basisjaar", "gemeenten")  # of an edition: which areas it is about


def _bestanden(delen: Sequence[Bewijslevering], naast: Sequence[Bewijslevering]) -> str:
    """The files that are not the same beside them, and how many are."""
    ook = {(b.naam, b.sha256) for deel in naast for b in deel.bestanden}
    alle = [b for deel in delen for b in deel.bestanden]
    anders = [f"{b.kort} ({b.sha256[:12]})" for b in alle if (b.naam, b.sha256) not in ook]
    rest = f" en nog {len(anders) - 2}" if len(anders) > 2 else ""
    gelijk = len(alle) - len(anders)
    met = f"; {gelijk} gelijk gebleven" if anders and gelijk else ""
    return (", ".join(anders[:2]) + rest + met) or ("niets" if not alle else "niets anders")


def _grenzen(oud: Invoer, nieuw: Invoer) -> Iterator[tuple[Oorzaak, Invoer]]:
    een, ander = oud.stukken, nieuw.stukken
    if een.codes != ander.codes or any(
        getattr(een.editie, v) != getattr(ander.editie, v) for v in _GRENZEN
    ):
        editie = een.editie.model_copy(update={v: getattr(ander.editie, v) for v in _GRENZEN})
        was, is_ = (
            f"{len(s.codes)} {s.editie.niveau}en van {s.editie.basisjaar}" for s in (een, ander)
        )
        oorzaak = Oorzaak("grenzen", "gebieden en hun omzetting", was, is_)
        stukken = replace(een, editie=editie, codes=ander.codes, wegen=ander.wegen, notities=[])
        yield oorzaak, replace(oud, stukken=stukken)
        return
    for jaar in sorted({*een.wegen, *ander.wegen}):
        van, naar = een.wegen.get(jaar, {}), ander.wegen.get(jaar, {})
        if van == naar:
            continue
        verlegd = sum(van.get(code) != naar.get(code) for code in {*van, *naar})
        oorzaak = Oorzaak(
            "grenzen", f"omzetting {jaar} naar {een.editie.basisjaar}",
            f"{sum(map(len, van.values()))} delen",
            f"{sum(map(len, naar.values()))} delen, {verlegd} gebieden anders",
        )  # fmt: skip
        stukken = replace(een, wegen={**een.wegen, jaar: naar}, notities=[])
        yield oorzaak, replace(oud, stukken=stukken)


def _catalogus(oud: Invoer, nieuw: Invoer) -> Iterator[tuple[Oorzaak, Invoer | None]]:
    van, naar = (ingangen(x.cat, x.stukken.editie) for x in (oud, nieuw))
    for pad in anders(van, naar):
        if pad[-1] in _WOORDEN or (pad[0] == EDITIE and pad[1] in _GRENZEN):
            continue
        oorzaak = Oorzaak("catalogus", ".".join(pad), _kort(pad, van), _kort(pad, naar))
        try:
            cat, editie = met_ingang(oud.cat, oud.stukken.editie, pad, naar.get(pad))
        except ValidationError:
            yield oorzaak, None
            continue
        jaren = tuple(sorted({*oud.jaren, *(j for j in editie.peiljaren if j in nieuw.jaren)}))
        yield oorzaak, Invoer(replace(oud.stukken, editie=editie, notities=[]), cat, jaren)


def _kort(pad: Pad, van: Mapping[Pad, Any]) -> str:
    if pad not in van:
        return "niets"
    tekst = json.dumps(van[pad], ensure_ascii=False)
    return tekst if len(tekst) <= 80 else tekst[:77] + "..."
