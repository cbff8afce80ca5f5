"""sha256 of files, remembered by path, size and time of change.

Here: hashing, its memory, and the version of a delivery. Not here: keeping the files
(`snapshots.py`).
"""

from __future__ import annotations

import hashlib
import os
import time
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import orjson

# A file changed this shortly ago may change again within the clock's resolution: not remembered.
_TE_VERS_NS = 50_000_000
AFWEZIG = "afwezig"


def sha256_van(pad: Path) -> str:
    """sha256 of a file's content, as 64 hexadecimal digits."""
    with pad.open("rb") as stroom:
        return hashlib.file_digest(stroom, "sha256").hexdigest()


@dataclass(frozen=True)
class _Afdruk:
    bytes: int
    mtime_ns: int
    sha256: str


class Vingerafdrukken:
    """Hashes of files, kept in a small JSON file, so that unchanged files are not read again.

    The JSON is a memory only: absent or unreadable, everything is hashed anew.
    """

    def __init__(self, pad: Path) -> None:
        self._pad = pad
        self._afdrukken = self._lees()
        self._gewijzigd = False

    def sha256(self, bestand: Path) -> str:
        """sha256 of `bestand`; from memory when its path, size and mtime are the same."""
        staat = bestand.stat()
        sleutel = str(bestand.resolve())
        bekend = self._afdrukken.get(sleutel)
        if bekend and (bekend.bytes, bekend.mtime_ns) == (staat.st_size, staat.st_mtime_ns):
            return bekend.sha256
        gehasht = sha256_van(bestand)
        if time.time_ns() - staat.st_mtime_ns > _TE_VERS_NS:
            self._afdrukken[sleutel] = _Afdruk(staat.st_size, staat.st_mtime_ns, gehasht)
            self._gewijzigd = True
        return gehasht

    def schrijf(self) -> None:
        """Write the memory, aside and moved into place, if anything was added."""
        if not self._gewijzigd:
            return
        self._pad.parent.mkdir(parents=True, exist_ok=True)
        opzij = self._pad.with_name(f".{self._pad.name}.{uuid.uuid4().hex}")
        opzij.write_bytes(orjson.dumps({k: vars(a) for k, a in sorted(self._afdrukken.items())}))
        os.replace(opzij, self._pad)
        self._gewijzigd = False

    def _lees(self) -> dict[str, _Afdruk]:
        if not self._pad.is_file():
            return {}
        try:
            inhoud = orjson.loads(self._pad.read_bytes())
            return {str(k): _Afdruk(**a) for k, a in inhoud.items()}
        except (orjson.JSONDecodeError, AttributeError, TypeError):
            return {}


def versie_van(bestanden: Iterable[tuple[str, str]]) -> str:
    """One version for (relative path, sha256) pairs, whatever their order; 'afwezig' for none."""
    paren = sorted(bestanden)
    if not paren:
        return AFWEZIG
    return hashlib.sha256(orjson.dumps(paren)).hexdigest()
