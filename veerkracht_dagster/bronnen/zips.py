"""Members of a publisher's zip, looked at before anything is read; nothing is unpacked to disk.

Here: which members there are, and every reason not to trust a zip.
Not here: opening a member's bytes (`invoer.py`), or what they mean (`dialecten/`).
"""

from __future__ import annotations

import stat
import zipfile
from collections.abc import Sequence
from dataclasses import replace
from fnmatch import fnmatch
from pathlib import PurePosixPath

from veerkracht_dagster.bronnen.bijbestanden import bijbestand_van
from veerkracht_dagster.bronnen.fouten import Problemen, bronfout
from veerkracht_dagster.bronnen.invoer import (
    MEESTE_KEREN,
    PAS_VANAF,
    Bestand,
    geopende_zip,
    kapotte_zip,
    weiger_geen_gegevens,
)

_MEESTE_LEDEN = 500
GROOTSTE_INHOUD = 4 << 30
_OPNIEUW = "haal het bestand opnieuw op bij de uitgever"
_WANTROUW = "vertrouw dit bestand niet; " + _OPNIEUW
_VERSLEUTELD = 0x1


def is_zip(bestand: Bestand) -> bool:
    """Whether the file is a zip by its first bytes, whatever it is called."""
    with bestand.pad.open("rb") as stroom:
        return stroom.read(4) == b"PK\x03\x04"


def leden_van(bestand: Bestand, *patronen: str) -> list[Bestand]:
    """The members whose name, without folders and in lower case, is of one of `patronen`.

    What a program put beside them (a Mac keeps a `__MACOSX/._name` for every name) is passed over.

    Raises:
        BronFout: empty, HTML, damaged, unsafe, or no member that fits.
    """
    leden = [lid.filename for lid in veilige_leden(bestand) if not lid.is_dir()]
    passend = [
        lid
        for lid in leden
        if not bijbestand_van(lid)
        and any(fnmatch(PurePosixPath(lid).name.lower(), patroon) for patroon in patronen)
    ]
    if not passend:
        raise bronfout(
            bestand.naam,
            gevonden="een zip met " + (", ".join(leden[:5]) or "niets"),
            verwacht="een bestand " + " of ".join(patronen) + " in de zip",
            remedie=_OPNIEUW,
        )
    return [replace(bestand, lid=lid) for lid in sorted(passend)]


def veilige_leden(bestand: Bestand) -> list[zipfile.ZipInfo]:
    """What is in the zip, after looking at all of it.

    Raises:
        BronFout: empty, HTML, damaged; a path that leads out, a link, a password, or more than a
            publisher's file holds.
    """
    with bestand.pad.open("rb") as stroom:
        weiger_geen_gegevens(bestand, stroom.read(300))
    with geopende_zip(bestand) as zip_:
        leden = zip_.infolist()
    _weiger_onveilig(bestand, leden)
    _weiger_te_groot(bestand, leden)
    return leden


def _weiger_onveilig(bestand: Bestand, leden: Sequence[zipfile.ZipInfo]) -> None:
    problemen = Problemen(bestand.naam)
    for lid in leden:
        naam = PurePosixPath(lid.filename.replace("\\", "/"))
        if naam.is_absolute() or ".." in naam.parts or ":" in lid.filename:
            wat, verwacht = f"met het pad {lid.filename!r}", "paden binnen de zip"
        elif stat.S_ISLNK(lid.external_attr >> 16):
            wat, verwacht = f"{lid.filename!r} dat een verwijzing is", "gewone bestanden"
        elif lid.flag_bits & _VERSLEUTELD:
            wat, verwacht = f"{lid.filename!r} met een wachtwoord", "bestanden zonder wachtwoord"
        else:
            continue
        problemen.erbij(
            gevonden=f"een bestand in de zip {wat}", verwacht=verwacht, remedie=_WANTROUW
        )
    problemen.werp()


def _weiger_te_groot(bestand: Bestand, leden: Sequence[zipfile.ZipInfo]) -> None:
    inhoud = sum(lid.file_size for lid in leden)
    keren = inhoud / max(1, sum(lid.compress_size for lid in leden))
    te_veel = len(leden) > _MEESTE_LEDEN or inhoud > GROOTSTE_INHOUD
    if te_veel or (inhoud > PAS_VANAF and keren > MEESTE_KEREN):
        raise bronfout(
            bestand.naam,
            gevonden=f"een zip met {len(leden)} bestanden, {inhoud} bytes uitgepakt "
            f"({keren:.0f} keer zo groot als ingepakt)",
            verwacht=f"ten hoogste {_MEESTE_LEDEN} bestanden, {GROOTSTE_INHOUD} bytes en "
            f"{MEESTE_KEREN} keer zo groot",
            remedie=_WANTROUW,
        )


def weiger_beschadigd(bestand: Bestand) -> None:
    """Read every member once, for readers that do not check what they read themselves.

    Raises:
        BronFout: a member does not fit its checksum.
    """
    with geopende_zip(bestand) as zip_:
        kapot = zip_.testzip()
    if kapot is not None:
        raise kapotte_zip(bestand, f"{kapot} klopt niet met zijn controlegetal")
