"""Content-addressed store of publishers' files: a file is kept under its sha256, with a card.

Here: storing untouched bytes, finding them again, and checking that they are still what they were.
Not here: what the bytes mean (`bronnen/`), or the tables made of them.
"""

from __future__ import annotations

import hashlib
import os
import re
import uuid
from collections.abc import Callable, Collection
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

import orjson

_SHA256 = re.compile(r"[0-9a-f]{64}")
_BROK = 1 << 20


@dataclass(frozen=True)
class Snapshotkaart:
    """What is known of a snapshot: content hash, size, first name, publisher, licence, times."""

    sha256: str
    bytes: int
    bestandsnaam: str
    bron: str
    uitgever: str
    url: str
    licentie: str
    uitgeversversie: str | None
    opgehaald: str  # UTC, when these bytes were first stored
    etag: str | None = None  # of what was fetched: the server's marks of these bytes
    gewijzigd: str | None = None


@dataclass(frozen=True)
class Afwijking:
    """A snapshot that is not what its name says."""

    sha256: str
    wat: str


def _nu() -> datetime:
    return datetime.now(UTC)


class Snapshots:
    """The store in folder `map`: `<2 digits>/<sha256><suffix>` and `<sha256>.kaart.json`."""

    def __init__(self, map: Path, *, nu: Callable[[], datetime] = _nu) -> None:
        self.map = map
        self._nu = nu

    def bewaar(
        self,
        pad: Path,
        *,
        bron: str,
        url: str,
        uitgever: str,
        licentie: str,
        versie: str | None = None,
        sha256: str | None = None,
        etag: str | None = None,
        gewijzigd: str | None = None,
    ) -> Snapshotkaart:
        """Keep the bytes of `pad`; the same bytes again add nothing.

        Args:
            etag, gewijzigd: the server's marks of a file that was fetched.
            sha256: the file's hash when known; bytes already in store are then not read again.
        Raises:
            ValueError: `sha256` is given and is not the hash of what was read.
        """
        if sha256 is not None and self._is_bewaard(sha256):
            return self.kaart(sha256)
        self.map.mkdir(parents=True, exist_ok=True)
        opzij = self.map / f".{uuid.uuid4().hex}"
        try:
            gehasht, aantal = _kopieer(pad, opzij)
            if sha256 not in (None, gehasht):
                raise ValueError(
                    f"{pad.name}: veranderde tijdens het bewaren (verwacht sha256 {sha256}, "
                    f"gelezen {gehasht}); begin opnieuw als het bestand af is"
                )
            if self._is_bewaard(gehasht):
                return self.kaart(gehasht)
            kaart = Snapshotkaart(
                gehasht, aantal, pad.name, bron, uitgever, url, licentie, versie,
                self._nu().isoformat(timespec="seconds"), etag, gewijzigd,
            )  # fmt: skip
            self._zet_neer(opzij, kaart)
            return kaart
        finally:
            opzij.unlink(missing_ok=True)

    def pad(self, sha256: str) -> Path:
        """Where the bytes with this hash are.

        Raises:
            KeyError: they are not in the store.
        """
        return self._inhoud(self.kaart(sha256))

    def kaart(self, sha256: str) -> Snapshotkaart:
        """The card of the bytes with this hash.

        Raises:
            KeyError: they are not in the store.
        """
        plaats = self._kaartpad(sha256)
        if not plaats.is_file():
            raise KeyError(f"geen snapshot met sha256 {sha256} in {self.map}")
        return Snapshotkaart(**orjson.loads(plaats.read_bytes()))

    def kaarten(self) -> list[Snapshotkaart]:
        """Every card, sorted by hash."""
        paden = sorted(self.map.glob("??/*.kaart.json"))
        return [Snapshotkaart(**orjson.loads(pad.read_bytes())) for pad in paden]

    def controleer(self, alleen: Collection[str] | None = None) -> list[Afwijking]:
        """Hash every snapshot again; what does not match, is gone or has no card is listed.

        alleen: hashes of the snapshots to look at, and then at nothing else in the store.
        """
        afwijkingen = []
        bekend = set()
        for kaart in self.kaarten():
            if alleen is not None and kaart.sha256 not in alleen:
                continue
            plaats = self._inhoud(kaart)
            bekend.add(plaats)
            if not plaats.is_file():
                afwijkingen.append(Afwijking(kaart.sha256, "het bestand is weg"))
            elif (gehasht := _hash(plaats)) != kaart.sha256:
                afwijkingen.append(Afwijking(kaart.sha256, f"de inhoud is nu {gehasht}"))
        for plaats in sorted(self.map.glob("??/*")) if alleen is None else ():
            if plaats not in bekend and not plaats.name.endswith(".kaart.json"):
                afwijkingen.append(Afwijking(plaats.name[:64], "er is geen kaart bij"))
        return afwijkingen

    def _is_bewaard(self, sha256: str) -> bool:
        return self._kaartpad(sha256).is_file() and self._inhoud(self.kaart(sha256)).is_file()

    def _zet_neer(self, opzij: Path, kaart: Snapshotkaart) -> None:
        """Content first, card last: a card says that the content is there and whole."""
        plaats = self._inhoud(kaart)
        plaats.parent.mkdir(parents=True, exist_ok=True)
        opzij.chmod(0o444)
        os.replace(opzij, plaats)
        kaartpad = self._kaartpad(kaart.sha256)
        if not kaartpad.exists():
            opzij.write_bytes(orjson.dumps(asdict(kaart), option=orjson.OPT_INDENT_2))
            os.replace(opzij, kaartpad)

    def _kaartpad(self, sha256: str) -> Path:
        if not _SHA256.fullmatch(sha256):
            raise KeyError(f"{sha256!r} is geen sha256 (64 hexadecimale cijfers)")
        return self.map / sha256[:2] / f"{sha256}.kaart.json"

    def _inhoud(self, kaart: Snapshotkaart) -> Path:
        """GDAL looks at a file's suffix, so the bytes keep that of their first name."""
        return self.map / kaart.sha256[:2] / f"{kaart.sha256}{_achtervoegsel(kaart.bestandsnaam)}"


def _achtervoegsel(naam: str) -> str:
    gevonden = re.search(r"(\.[a-z0-9]{1,8}){1,2}$", naam.lower())
    # never the suffix of a card
    return gevonden[0].replace(".kaart.json", ".json") if gevonden else ""


def _kopieer(van: Path, naar: Path) -> tuple[str, int]:
    """Copy, flushed to disk; returns sha256 and number of bytes of what was written."""
    gehasht, aantal = hashlib.sha256(), 0
    with van.open("rb") as bron, naar.open("xb") as doel:
        while brok := bron.read(_BROK):
            gehasht.update(brok)
            doel.write(brok)
            aantal += len(brok)
        doel.flush()
        os.fsync(doel.fileno())
    return gehasht.hexdigest(), aantal


def _hash(pad: Path) -> str:
    with pad.open("rb") as stroom:
        return hashlib.file_digest(stroom, "sha256").hexdigest()
