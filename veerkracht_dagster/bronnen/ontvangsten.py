"""Receipts: which files made up each version of a source and year that ever came in.

Here: a small JSON file per version beside the snapshots, which one was fetched last, which one the
last table was made of, and which one somebody chose to rebuild from. Nothing is overwritten but
those pointers.
Not here: the bytes (`opslag/snapshots.py`), fetching (`ophalen/`), which version counts
(`ophalen/innemen.py`).
"""

from __future__ import annotations

import os
import re
import uuid
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson

from veerkracht_dagster.bronnen.invoer import Bestand
from veerkracht_dagster.opslag.snapshots import Snapshots
from veerkracht_dagster.opslag.vingerafdrukken import versie_van

_VERSIE = re.compile(r"[0-9a-f]{64}")
_LAATSTE, _GEKOZEN, _AANVAARD = "laatst_opgehaald", "gekozen", "aanvaard"
_GEZIEN = "laatst_gezien"
_PER_KEER = ("weg", "adres", "merk", "mislukt", "ook_langs", "gelijk_aan")
_LANGS = "langs_"  # and the name of a way: what came along it last, whether or not it counts


@dataclass(frozen=True)
class Mislukt:
    """A way that was tried and gave nothing that can be used, where, and why."""

    weg: str
    adres: str
    reden: str


@dataclass(frozen=True)
class Ontvangst:
    """A version of a source and year: its files by name and hash, and how it came.

    weg, adres: how and where it was fetched, None when it was found in the source folder. merk: the
    publisher's marks at that moment. uitgeversversie, reden: the publisher's own words for the
    version. mislukt: the ways before it that failed, the last time it was asked for. ook_langs:
    another way, along which the same content came then. gelijk_aan: the version with the same
    content that counts instead.
    """

    bron: str
    peiljaar: int
    bestanden: tuple[tuple[str, str], ...]
    ontvangen: str
    weg: str | None = None
    adres: str | None = None
    uitgeversversie: str | None = None
    reden: str | None = None
    merk: dict[str, Any] = field(default_factory=dict)
    mislukt: tuple[Mislukt, ...] = ()
    ook_langs: str | None = None
    gelijk_aan: str | None = None

    @property
    def versie(self) -> str:
        """The version of these files, as `vingerafdrukken.versie_van` makes it."""
        return versie_van(self.bestanden)


class Ontvangsten:
    """The receipts in the folder of a snapshot store: `ontvangsten/<bron>/<peiljaar>/`."""

    def __init__(self, snapshots: Snapshots) -> None:
        self._snapshots = snapshots
        self.map = snapshots.map / "ontvangsten"

    def bewaar(self, ontvangst: Ontvangst) -> None:
        """Keep a receipt, and what came along its way last; the same files again add nothing."""
        pad = self._pad(ontvangst.bron, ontvangst.peiljaar, ontvangst.versie)
        if not pad.exists():
            schrijf_opzij(pad, orjson.dumps(asdict(ontvangst), option=orjson.OPT_INDENT_2))
        if ontvangst.weg is not None:
            self._wijs(ontvangst, f"{_LANGS}{ontvangst.weg}")

    def telt(self, ontvangst: Ontvangst) -> None:
        """This is what the publisher has now: what was fetched last."""
        self._wijs(ontvangst, _LAATSTE)

    def alle(self, bron: str, peiljaar: int) -> list[Ontvangst]:
        """Every version that came in, oldest first."""
        paden = (self.map / bron / str(peiljaar)).glob("*.json")
        return sorted((_lees(pad) for pad in paden), key=lambda o: (o.ontvangen, o.versie))

    def laatste(self, bron: str, peiljaar: int) -> Ontvangst | None:
        """What was fetched last, with the marks it had then."""
        return self._van(bron, peiljaar, _LAATSTE)

    def onthoud_gezien(self, bron: str, peiljaar: int, versie: str | None) -> None:
        """What was fetched last is what the publisher was then seen to have."""
        schrijf_opzij(self.map / bron / str(peiljaar) / _GEZIEN, orjson.dumps({"versie": versie}))

    def gezien(self, bron: str, peiljaar: int) -> str | None:
        """The version that was seen at the publisher when what was fetched last was fetched."""
        pad = self.map / bron / str(peiljaar) / _GEZIEN
        return orjson.loads(pad.read_bytes())["versie"] if pad.is_file() else None

    def langs(self, bron: str, peiljaar: int, weg: str) -> Ontvangst | None:
        """What was fetched last along a way, with the marks it had then."""
        return self._van(bron, peiljaar, f"{_LANGS}{weg}")

    def gekozen(self, bron: str, peiljaar: int) -> Ontvangst | None:
        """What somebody chose to rebuild from, instead of the newest."""
        return self._van(bron, peiljaar, _GEKOZEN)

    def aanvaard(self, bron: str, peiljaar: int) -> Ontvangst | None:
        """What the last table was made of."""
        return self._van(bron, peiljaar, _AANVAARD)

    def aanvaardt(self, ontvangst: Ontvangst) -> None:
        """A table was made of this version: what comes next is compared with it."""
        self._wijs(ontvangst, _AANVAARD)

    def kies(self, bron: str, peiljaar: int, versie: str | None) -> Ontvangst | None:
        """Rebuild from a version, given by the first digits of its hash; None: from the newest.

        Raises:
            KeyError: no version, or more than one, begins so.
        """
        wijzer = self.map / bron / str(peiljaar) / _GEKOZEN
        if versie is None:
            wijzer.unlink(missing_ok=True)
            return None
        passend = [o for o in self.alle(bron, peiljaar) if o.versie.startswith(versie.lower())]
        if len(passend) != 1:
            raise KeyError(f"{len(passend)} versies van {bron} {peiljaar} beginnen met {versie!r}")
        schrijf_opzij(wijzer, orjson.dumps({"versie": passend[0].versie}))
        return passend[0]

    def bestanden(self, ontvangst: Ontvangst) -> list[Bestand]:
        """The files of a receipt, where their bytes are in the store.

        Raises:
            KeyError: the bytes are not in the store any more.
        """
        return [Bestand(naam, self._snapshots.pad(s), s) for naam, s in ontvangst.bestanden]

    def _van(self, bron: str, peiljaar: int, wijzer: str) -> Ontvangst | None:
        pad = self.map / bron / str(peiljaar) / wijzer
        if not pad.is_file():
            return None
        inhoud = orjson.loads(pad.read_bytes())
        ontvangst = _lees(self._pad(bron, peiljaar, inhoud.pop("versie")))
        # The same files may come again, along another way or under other marks: the latest count.
        return _ontvangst({**vars(ontvangst), **inhoud})

    def _wijs(self, ontvangst: Ontvangst, wijzer: str) -> None:
        """Point at a receipt, with what may differ each time that the same files come."""
        velden = asdict(ontvangst)
        inhoud = {"versie": ontvangst.versie, **{veld: velden[veld] for veld in _PER_KEER}}
        schrijf_opzij(
            self.map / ontvangst.bron / str(ontvangst.peiljaar) / wijzer, orjson.dumps(inhoud)
        )

    def _pad(self, bron: str, peiljaar: int, versie: str) -> Path:
        if not _VERSIE.fullmatch(versie):
            raise KeyError(f"{versie!r} is geen versie (64 hexadecimale cijfers)")
        return self.map / bron / str(peiljaar) / f"{versie}.json"


def nu() -> datetime:
    """The moment, in UTC."""
    return datetime.now(UTC)


def ontvangst_van(
    bron: str,
    peiljaar: int,
    bestanden: Iterable[tuple[str, str]],
    *,
    klok: Callable[[], datetime] = nu,
    **anders: Any,
) -> Ontvangst:
    """A receipt of now."""
    moment = klok().isoformat(timespec="milliseconds")
    return Ontvangst(bron, peiljaar, tuple(sorted(bestanden)), moment, **anders)


def _lees(pad: Path) -> Ontvangst:
    return _ontvangst(orjson.loads(pad.read_bytes()))


def _ontvangst(velden: Mapping[str, Any]) -> Ontvangst:
    bestanden = tuple((naam, sha256) for naam, sha256 in velden["bestanden"])
    mislukt = tuple(
        m if isinstance(m, Mislukt) else Mislukt(**m) for m in velden.get("mislukt", ())
    )
    return Ontvangst(**{**velden, "bestanden": bestanden, "mislukt": mislukt})


def schrijf_opzij(pad: Path, inhoud: bytes) -> None:
    """Write aside and move into place; what is there already stays as it is."""
    if pad.is_file() and pad.read_bytes() == inhoud:
        return
    pad.parent.mkdir(parents=True, exist_ok=True)
    opzij = pad.with_name(f".{pad.name}.{uuid.uuid4().hex}")
    opzij.write_bytes(inhoud)
    os.replace(opzij, pad)
