"""Records of a publisher's file found by area, without reading the file.

Here: content that is read only where it is looked at, and an index of its records, made at the
first question and kept in folder `register` beside the snapshots. It may be thrown away.
Not here: what a record is (the dialects), what a cell says (`cel.py`).
"""

from __future__ import annotations

import errno
import hashlib
import json
import mmap
import os
import struct
import uuid
from bisect import bisect_left
from collections.abc import Callable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from veerkracht_dagster.tweede.ruw.blad import Gesplitst, Ruwbestand, Splitser

_RIJ = struct.Struct("<12sqqii")  # code, first and last byte, number of the record, its line
_NIET_TE_SCHRIJVEN = frozenset({errno.EACCES, errno.EPERM, errno.EROFS,
                                errno.ENOSPC, errno.EDQUOT, errno.EFBIG})  # fmt: skip


class Record(NamedTuple):
    """A record of a file: its number from 0, its line from 1, its first byte, its bytes."""

    rij: int
    regel: int
    begin: int
    inhoud: bytes


class Register:
    """The records of a file, by the code of their area."""

    def __init__(self, bestand: Ruwbestand, inhoud: Any, rijen: Any) -> None:
        self.bestand, self.inhoud, self._rijen = bestand, inhoud, rijen
        self._nummers = range(len(rijen) // _RIJ.size)

    def van(self, code: str) -> Iterator[Record]:
        """The records of an area."""
        for i in self._nummers[self._plek(code) :]:
            eigen, begin, eind, rij, regel = self._rij(i)
            if eigen != code:
                return
            yield Record(rij, regel, begin, self.inhoud[begin:eind])

    def codes(self, begin: str) -> Iterator[str]:
        """The codes that start so, each once."""
        vorige = None
        for i in self._nummers[self._plek(begin) :]:
            code = self._rij(i)[0]
            if not code.startswith(begin):
                return
            if code != vorige:
                yield code
            vorige = code

    def _plek(self, code: str) -> int:
        return bisect_left(self._nummers, code, key=lambda i: self._rij(i)[0])

    def _rij(self, nummer: int) -> tuple[str, int, int, int, int]:
        code, *plek = _RIJ.unpack_from(self._rijen, nummer * _RIJ.size)
        return code.rstrip(b"\0").decode(), *plek


def register_van(bestand: Ruwbestand, splitser: Splitser) -> Register:
    """The index of a file, from the folder beside it or made now."""
    return _register(bestand, splitser, bestand.stempel)


@lru_cache(maxsize=128)
def _register(bestand: Ruwbestand, splitser: Splitser, _stempel: str) -> Register:
    inhoud = inhoud_van(bestand)
    pad = _bewaarplaats(bestand, f".{splitser.naam}.records")
    if pad is not None and pad.is_file():
        return Register(bestand, inhoud, _open(pad))
    gepakt = _ingepakt(inhoud, splitser.doe(inhoud))
    if pad is not None:
        _bewaar(pad, lambda opzij: opzij.write_bytes(gepakt))
    return Register(bestand, inhoud, gepakt)


def _ingepakt(inhoud: Any, records: Gesplitst) -> bytes:
    """The index of records in the order of the file, sorted by area."""
    rijen, regel, vorige = [], 1, 0
    for nummer, (code, begin, eind) in enumerate(records):
        regel += inhoud[vorige:begin].count(b"\n")
        vorige = begin
        rijen.append((code.encode(), begin, eind, nummer, regel))
    return b"".join(_RIJ.pack(*rij) for rij in sorted(rijen))


def inhoud_van(bestand: Ruwbestand) -> Any:
    """The unpacked content as bytes that are read where they are looked at."""
    return _inhoud(bestand, bestand.stempel)


def eerste_regel(bestand: Ruwbestand) -> bytes:
    """The header of a file of text."""
    inhoud = inhoud_van(bestand)
    eind = inhoud.find(b"\n")
    return bytes(inhoud[: eind if eind >= 0 else len(inhoud)])


@lru_cache(maxsize=128)
def _inhoud(bestand: Ruwbestand, _stempel: str) -> Any:
    if not bestand.ingepakt:
        return _open(bestand.pad)
    pad = _bewaarplaats(bestand, ".uitgepakt")
    if pad is None:
        return bestand.bytes()
    if not pad.is_file():
        _bewaar(pad, lambda opzij: opzij.write_bytes(bestand.bytes()))
    return _open(pad) if pad.is_file() else bestand.bytes()


def onthouden(bestand: Ruwbestand, vraag: str, antwoord: Callable[[], bool]) -> bool:
    """The answer to a question about a whole file, kept beside its index."""
    pad = _bewaarplaats(bestand, ".antwoorden.json")
    bekend = json.loads(pad.read_bytes()) if pad is not None and pad.is_file() else {}
    if vraag not in bekend:
        bekend[vraag] = antwoord()
        if pad is not None:
            _bewaar(pad, lambda opzij: opzij.write_text(json.dumps(bekend)))
    return bool(bekend[vraag])


def _open(pad: Path) -> Any:
    with pad.open("rb") as stroom:
        if os.fstat(stroom.fileno()).st_size == 0:
            return b""
        return mmap.mmap(stroom.fileno(), 0, access=mmap.ACCESS_READ)


def _bewaarplaats(bestand: Ruwbestand, einde: str) -> Path | None:
    """Beside the snapshots, by content and stamp; None for a file that is no snapshot."""
    if bestand.pad.parent.name != bestand.sha256[:2]:
        return None
    lid = "" if bestand.lid is None else "-" + hashlib.sha256(bestand.lid.encode()).hexdigest()[:12]
    naam = f"{bestand.sha256[:32]}{lid}.{bestand.stempel}{einde}"
    return bestand.pad.parent.parent / "register" / naam


def _bewaar(pad: Path, schrijf: Callable[[Path], object]) -> None:
    """Aside and moved into place; where nothing can be written, nothing is kept."""
    opzij = pad.with_name(f".{uuid.uuid4().hex}{pad.suffix}")
    try:
        pad.parent.mkdir(exist_ok=True)
        schrijf(opzij)
        os.replace(opzij, pad)
    except OSError as fout:
        if opzij.exists():  # of what is not there, a disk that is read-only says that it is so
            opzij.unlink()
        if fout.errno not in _NIET_TE_SCHRIJVEN:
            raise
