"""When the machine fails: a full disk, a folder not to write in, too little memory, too few files.

Here: what a rebuild needs, asked for before it begins; and the one sentence for an error that has
such a cause, wherever it came up. Light to import.
Not here: files of publishers that are too large (`bronnen/leesproces.py`).
"""

from __future__ import annotations

import errno
import math
import os
import re
import resource
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from veerkracht_dagster.werkmap import Werkmap

_MIB, _GIB = 1 << 20, 1 << 30
# Of the sample (30 MB of files) 94 MB were made, 31 MB of it the files again; for a tenth of a
# country 270 MB with the files. Beside that what Dagster keeps of runs.
_KEREN_BRONNEN, _ALTIJD, _VOORBEELD = 3, 50 * _MIB, 30 * _MIB
# A rebuild of the sample has 0.9 GB at most in each process, and 3 GB of addresses.
_GEHEUGEN, _ADRESSEN, _MINSTE_ADRESSEN = 900 * _MIB, 4 * _GIB, 2 * _GIB
_BESTANDEN, _RUIM_BESTANDEN = 128, 4096
_NIETS = "Wat gepubliceerd is, is niet veranderd."

_VOL, _DICHT, _GEHEUGENTEKORT, _BESTANDENTEKORT = "vol", "dicht", "geheugen", "bestanden"
# In the words of the system, SQLite, DuckDB, Arrow, GDAL, the loader of libraries.
_TEKENS = {
    _BESTANDENTEKORT: r"too many open files|errno 24\b|errno 23\b|unable to open database file",
    _VOL: r"no space left|errno 28\b|disk is full|disk quota|errno 122\b|file too large|errno 27\b"
    r"|disk i/o error|could not write file|write failed",
    _DICHT: r"read-only file system|errno 30\b|readonly database|permission denied|errno 13\b",
    _GEHEUGENTEKORT: r"memoryerror|unable to allocate|cannot allocate memory|errno 12\b"
    r"|out of memory|out of memory error|failed to map segment|can't start new thread|bad_alloc"
    r"|realloc of size|malloc of size",
}


class MachineFout(RuntimeError):
    """The machine has too little of something; the message says of what, and how much is needed."""


def zin(tekst: str, werkmap: Werkmap, sinds: float = math.inf) -> str | None:
    """The sentence for an error of which this is the text; None where it has another cause.

    Args:
        sinds: when the work began, in seconds since 1970: what it published before it failed is
            published, and the sentence names it.
    """
    for soort, tekens in _TEKENS.items():
        if re.search(tekens, tekst, re.IGNORECASE):
            if soort == _DICHT and _elders(tekst, werkmap):
                return None
            return _ZINNEN[soort](tekst, werkmap).replace(_NIETS, _wat_bleef(werkmap, sinds))
    return None


def _wat_bleef(werkmap: Werkmap, sinds: float) -> str:
    """An edition is published as a whole; those after it in the same work may not be."""
    wijzers = sorted(werkmap.uitgaven.glob("*/actueel"))
    nieuw = [pad.parent.name for pad in wijzers if pad.lstat().st_mtime >= sinds]
    if not nieuw:
        return _NIETS
    zijn = "is" if len(nieuw) == 1 else "zijn"
    return (
        f"{', '.join(nieuw)} {zijn} hierbij al opnieuw gepubliceerd, en heel; wat verder "
        "gepubliceerd is, is niet veranderd."
    )


def _genoemd(tekst: str) -> str | None:
    """The path that an error names, as Python and Arrow do."""
    gevonden = re.search(r"'(/[^']+)'", tekst)
    return gevonden[1] if gevonden else None


def _elders(tekst: str, werkmap: Werkmap) -> bool:
    """Whether it is of a file outside the work folder, or of a publisher: that is another story."""
    genoemd = _genoemd(tekst)
    if genoemd is None:
        return False
    pad = Path(genoemd)
    eigen = (werkmap.pad, werkmap.dagster_home)
    return pad.is_relative_to(werkmap.bronnen) or not any(map(pad.is_relative_to, eigen))


def waarom(fout: BaseException, werkmap: Werkmap, sinds: float = math.inf) -> str | None:
    """The same for an error, by itself or by what it came from."""
    for een in _keten(fout):
        if isinstance(een, MachineFout):
            return str(een)
        if isinstance(een, OSError) and een.errno in (errno.ENOENT, errno.EEXIST):
            continue
        if gevonden := zin(f"{type(een).__name__}: {een}", werkmap, sinds):
            return gevonden
    return None


def _keten(fout: BaseException | None) -> Iterator[BaseException]:
    gezien: set[int] = set()
    while fout is not None and id(fout) not in gezien:
        gezien.add(id(fout))
        yield fout
        fout = fout.__cause__ or fout.__context__


def _vol(tekst: str, werkmap: Werkmap) -> str:
    genoemd = _genoemd(tekst)
    waar = Path(genoemd).parent if genoemd else werkmap.pad
    vrij, nodig = _vrij(waar), nodige_ruimte(werkmap)
    grens = resource.getrlimit(resource.RLIMIT_FSIZE)[0]
    kort = grens != resource.RLIM_INFINITY
    hoeveel = (
        f"een bestand mag hier niet groter worden dan {grens // _MIB} MiB (ulimit -f)"
        if kort
        else f"er is nog {vrij // _MIB} MiB vrij"
    )
    return (
        f"op de schijf van {waar} is te weinig ruimte: {hoeveel}, en een rebuild heeft ongeveer "
        f"{nodig // _MIB} MiB nodig. {_NIETS} Maak ruimte, of zet VEERKRACHT_WERK op een andere "
        "schijf, en draai opnieuw."
    )


def _dicht(tekst: str, werkmap: Werkmap) -> str:
    return (
        f"{_genoemd(tekst) or werkmap.pad} is niet te schrijven. {_NIETS} Maak de werkmap "
        f"{werkmap.pad} schrijfbaar voor deze gebruiker, of zet VEERKRACHT_WERK op een andere; "
        "audit, trace en export lezen alleen."
    )


def _te_weinig_geheugen(_tekst: str, werkmap: Werkmap) -> str:
    grens = resource.getrlimit(resource.RLIMIT_AS)[0]
    mag = "" if grens == resource.RLIM_INFINITY else f" (dit proces mag {grens // _MIB} MiB)"
    return (
        f"er is te weinig geheugen{mag}: een rebuild heeft per proces ongeveer {_GEHEUGEN // _MIB} "
        f"MiB nodig, en {_ADRESSEN // _GIB} GiB aan adressen. {_NIETS} Sluit andere programma's, "
        "draai met VEERKRACHT_PROCESSEN=1, of verhoog de grens (ulimit -v)."
    )


def _te_weinig_bestanden(_tekst: str, werkmap: Werkmap) -> str:
    grens = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    if grens >= _RUIM_BESTANDEN:  # SQLite says no more than that it could not open a file
        return _dicht("", werkmap)
    return (
        f"dit proces mag {grens} bestanden tegelijk open hebben, en heeft er ten minste "
        f"{_BESTANDEN} nodig. {_NIETS} Verhoog de grens (ulimit -n 1024) en draai opnieuw."
    )


_ZINNEN = {
    _VOL: _vol,
    _DICHT: _dicht,
    _GEHEUGENTEKORT: _te_weinig_geheugen,
    _BESTANDENTEKORT: _te_weinig_bestanden,
}


def begin(werkmap: Werkmap) -> None:
    """Before any library is loaded: as many files as one may have, and enough addresses.

    Raises:
        MachineFout: fewer than any command needs.
    """
    zacht, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    ruim = _RUIM_BESTANDEN if hard == resource.RLIM_INFINITY else min(hard, _RUIM_BESTANDEN)
    if 0 <= zacht < ruim:
        resource.setrlimit(resource.RLIMIT_NOFILE, (ruim, hard))
    if resource.getrlimit(resource.RLIMIT_NOFILE)[0] < _BESTANDEN:
        raise MachineFout(_te_weinig_bestanden("", werkmap))
    _weiger_adressen(werkmap, _MINSTE_ADRESSEN)


def _weiger_adressen(werkmap: Werkmap, nodig: int) -> None:
    """Libraries that find too little end the process without a word."""
    grens = resource.getrlimit(resource.RLIMIT_AS)[0]
    if grens != resource.RLIM_INFINITY and grens < nodig:
        raise MachineFout(_te_weinig_geheugen("", werkmap))


def vraag_ruimte(werkmap: Werkmap, processen: int = 1) -> None:
    """Before a rebuild: a folder to write in, room on the disk, and memory.

    Raises:
        MachineFout: too little of one; nothing was begun.
    """
    import psutil

    _weiger_onschrijfbaar(werkmap)
    if _vrij(werkmap.pad) < nodige_ruimte(werkmap):
        raise MachineFout(_vol("", werkmap))
    _weiger_adressen(werkmap, _ADRESSEN)
    over = psutil.virtual_memory().available + psutil.swap_memory().free
    if over < processen * _GEHEUGEN:
        raise MachineFout(
            f"er is {over // _MIB} MiB geheugen vrij, en een rebuild in {processen} processen "
            f"heeft er ongeveer {processen * _GEHEUGEN // _MIB} nodig. {_NIETS} "
            "Sluit andere programma's"
            + (", of draai met VEERKRACHT_PROCESSEN=1." if processen > 1 else ".")
        )


def nodige_ruimte(werkmap: Werkmap) -> int:
    """Bytes on the disk of the work folder that a rebuild will need, estimated from the size of the
    files that it did not keep yet; of what it makes again, the tables and the warehouse.
    """
    bronnen, bewaard = _grootte(werkmap.bronnen), _grootte(werkmap.pad / "snapshots")
    if werkmap.is_voorbeeld:
        bronnen = max(bronnen, _VOORBEELD)  # it is made first
    opnieuw = _grootte(werkmap.pad / "tabellen") + _grootte(werkmap.pad / "warehouse.duckdb")
    return _ALTIJD + _KEREN_BRONNEN * max(0, bronnen - bewaard) + opnieuw


def _grootte(pad: Path) -> int:
    """Bytes of a file, or of all files below a folder; links are not followed."""
    if pad.is_file():
        return pad.stat().st_size
    return sum(
        os.lstat(os.path.join(map_, naam)).st_size
        for map_, _, namen in os.walk(pad)
        for naam in namen
    )


def _vrij(pad: Path) -> int:
    return shutil.disk_usage(_bestaand(pad)).free


def _bestaand(pad: Path) -> Path:
    """The folder, or the nearest above it that is there."""
    return next(map_ for map_ in (pad, *pad.parents) if map_.is_dir())


def _weiger_onschrijfbaar(werkmap: Werkmap) -> None:
    for pad in (werkmap.pad, werkmap.dagster_home, werkmap.uitgaven):
        try:
            with tempfile.TemporaryFile(dir=_bestaand(pad)) as proef:
                proef.write(b"x" * 4096)
        except OSError as fout:
            vol = fout.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
            raise MachineFout((_vol if vol else _dicht)(f"'{pad}/'", werkmap)) from None
