"""The description of a release: `release.json`.

Here: what it says, reading and writing it, hashes of files, the git commit.
Not here: when a release becomes the current one (`publiceren.py`).
"""

from __future__ import annotations

import getpass
import hashlib
import json
import os
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from veerkracht_dagster.catalogus.models import Catalogus
from veerkracht_dagster.publicatie.uitgave import Uitgave

BESTANDSNAAM = "release.json"


class ReleaseFout(ValueError):
    """A `release.json` cannot be read; the message says where and what to do."""


@dataclass(frozen=True)
class Uitgavebestand:
    """One file of a release; `naam` is its path within the release, with slashes."""

    naam: str
    sha256: str
    bytes: int


@dataclass(frozen=True)
class Release:
    """All that `release.json` says.

    klassen: per layer, the number of areas per class code. zonder_vlak: per gemeente, the number of
    areas that no map of the base year has: they have figures, and cannot be drawn. halve_kaarten:
    the same of other years, whose areas then went another road to those of the edition. gemeenten:
    those of the edition, none where it is of all.

    `release_id` is a mark of the contents, and a release is an event: contents that come back have
    the same mark and another `nummer`, `gemaakt` and `vorige`. `nummer` counts the releases of an
    edition. `door`, `reden`, `run`: who made it, why, and in which run. `verdwenen`: `wat` of the
    release before is gone, and the `reden` that a person gave for it. `nagerekend`: how many cells
    the gate computed a second time, from the raw files.
    """

    release_id: str
    editie: str
    titel: str
    niveau: str
    basisjaar: int
    begin: int
    eind: int
    gemaakt: str
    vorige: str | None
    bijsluiter: str
    parameters: dict[str, Any]
    omzetting: dict[str, Any]
    klassen: dict[str, dict[str, int]]
    controles: list[dict[str, Any]]
    kaarten: list[dict[str, Any]]
    versies: dict[str, Any]
    git: dict[str, Any] | None
    bestanden: tuple[Uitgavebestand, ...]
    leveringen: dict[str, dict[str, Any]] = field(default_factory=dict)
    grondslag: dict[str, dict[str, Any]] = field(default_factory=dict)
    zonder_vlak: dict[str, int] = field(default_factory=dict)
    halve_kaarten: dict[str, dict[str, int]] = field(default_factory=dict)
    nummer: int = 1
    door: str = ""
    reden: str = ""
    run: str = ""
    verdwenen: dict[str, Any] = field(default_factory=dict)
    gemeenten: list[str] = field(default_factory=list)
    nagerekend: int | None = None

    def naar_json(self) -> str:
        """The text of `release.json`."""
        return json.dumps(asdict(self), ensure_ascii=False, indent=2) + "\n"


def beschrijf(
    uitgave: Uitgave,
    cat: Catalogus,
    *,
    release_id: str,
    map_release: Path,
    vorige: Release | None,
    gemaakt: datetime,
    verdwenen: Sequence[str] = (),
) -> Release:
    """The description of the files in `map_release`, all but `release.json` itself.

    Args:
        vorige: the release that is current now; of the same mark, it is described anew.
        verdwenen: what of it is gone, for which the reason is in `uitgave.aanleiding`.
    """
    editie, aanleiding = uitgave.editie, uitgave.aanleiding
    zelfde = vorige is not None and vorige.release_id == release_id
    return Release(
        release_id=release_id,
        editie=uitgave.sleutel,
        titel=editie.titel,
        niveau=editie.niveau,
        basisjaar=editie.basisjaar,
        begin=editie.begin,
        eind=editie.eind,
        gemaakt=gemaakt.isoformat(timespec="seconds"),
        vorige=vorige_van(vorige, release_id),
        bijsluiter=cat.bijsluiter,
        parameters=editie.parameters.model_dump(mode="json"),
        omzetting=cat.omzetting.model_dump(mode="json"),
        klassen={naam: klassentelling(naam, uitgave, cat) for naam in uitgave.lagen},
        controles=[dict(controle) for controle in uitgave.controles],
        kaarten=[dict(kaart) for kaart in uitgave.kaarten],
        versies=dict(uitgave.versies),
        git=None if uitgave.git is None else dict(uitgave.git),
        bestanden=tuple(bestanden_in(map_release)),
        leveringen={str(jaar): dict(van) for jaar, van in uitgave.leveringen.items()},
        grondslag={str(jaar): dict(van) for jaar, van in uitgave.grondslag.items()},
        zonder_vlak=zonder_vlak(uitgave),
        halve_kaarten={jaar: dict(per) for jaar, per in uitgave.halve_kaarten.items()},
        nummer=1 if vorige is None else vorige.nummer + (not zelfde),
        door=aanleiding.door,
        reden=aanleiding.reden,
        run=aanleiding.run,
        verdwenen=_verdwenen(vorige if zelfde else None, verdwenen, aanleiding.verdwenen),
        gemeenten=list(editie.gemeenten),
        nagerekend=uitgave.telling.cellen or None,
    )


def vorige_van(huidig: Release | None, kenmerk: str) -> str | None:
    """The mark of the release before the one with mark `kenmerk`, now that `huidig` is current."""
    if huidig is None:
        return None
    return huidig.vorige if huidig.release_id == kenmerk else huidig.release_id


def _verdwenen(zelfde: Release | None, wat: Sequence[str], reden: str) -> dict[str, Any]:
    if wat:
        return {"wat": list(wat), "reden": reden}
    return {} if zelfde is None else zelfde.verdwenen


def klassentelling(naam: str, uitgave: Uitgave, cat: Catalogus) -> dict[str, int]:
    """Number of areas per class code of a layer, also where it is 0; codes as text for JSON.

    Of a layer in which no area has a class only how many have none: that none is in a class was
    not measured.
    """
    telling, geen = uitgave.lagen[naam]["klasse"].value_counts(), cat.geen_meting.code
    gemeten = telling.drop(geen, errors="ignore").sum() > 0
    codes = [*cat.kaartlagen[naam].klassen, geen] if gemeten else [geen]
    return {str(code): int(telling.get(code, 0)) for code in codes}


def zonder_vlak(uitgave: Uitgave) -> dict[str, int]:
    """Number of areas without a polygon per gemeente that has any; every layer has the same."""
    laag = next(iter(uitgave.lagen.values()))
    telling = laag.loc[laag.geometry.isna(), "gemeentecode"].value_counts().sort_index()
    return {str(gemeente): int(aantal) for gemeente, aantal in telling.items()}


def bestanden_in(map_release: Path) -> list[Uitgavebestand]:
    """Name, sha256 and size of every file of a release folder but `release.json`, by name."""
    paden = [pad for pad in map_release.rglob("*") if pad.is_file() and pad.name != BESTANDSNAAM]
    return sorted(
        (
            Uitgavebestand(
                pad.relative_to(map_release).as_posix(), sha256_van(pad), pad.stat().st_size
            )
            for pad in paden
        ),
        key=lambda bestand: bestand.naam,
    )


def sha256_van(pad: Path) -> str:
    """The sha256 of a file, in hexadecimals."""
    with pad.open("rb") as bestand:
        return hashlib.file_digest(bestand, "sha256").hexdigest()


def is_gaaf(map_release: Path, release: Release) -> bool:
    """Are the files exactly those that the release names, to the bit?"""
    return tuple(bestanden_in(map_release)) == release.bestanden


def schrijf_release(map_release: Path, release: Release) -> None:
    """Write `release.json` into the folder."""
    (map_release / BESTANDSNAAM).write_text(release.naar_json(), encoding="utf-8")


def lees_release(map_release: Path) -> Release | None:
    """The release in a folder, None if there is no `release.json`.

    Raises:
        ReleaseFout: the file is there but is not a release description.
    """
    pad = map_release / BESTANDSNAAM
    if not pad.is_file():
        return None
    try:
        inhoud: Mapping[str, Any] = json.loads(pad.read_text(encoding="utf-8"))
        bestanden = tuple(Uitgavebestand(**bestand) for bestand in inhoud["bestanden"])
        return Release(**{**inhoud, "bestanden": bestanden})
    except (ValueError, TypeError, KeyError) as fout:
        raise ReleaseFout(
            f"{pad}: geen leesbare releasebeschrijving ({type(fout).__name__}: {fout}); zet die "
            "map opzij en publiceer de editie opnieuw"
        ) from None


def bewaarde_releases(map_editie: Path) -> list[str]:
    """The releases whose folder stands in that of an edition, by their mark."""
    paden = map_editie.glob(f"[!.]*/{BESTANDSNAAM}")
    return sorted(pad.parent.name for pad in paden if not pad.parent.is_symlink())


def wie() -> str:
    """Who makes a release: the user of this process, as the system calls them."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a number without a name, as in some containers
        return f"gebruiker {os.getuid()}"


def git_commit(map_code: Path) -> dict[str, Any] | None:
    """Commit of the code and whether files differ from it; None outside git or without git."""
    try:
        commit = _git(map_code, "rev-parse", "HEAD")
        return {"commit": commit, "gewijzigd": bool(_git(map_code, "status", "--porcelain"))}
    except (FileNotFoundError, subprocess.CalledProcessError):
        return None


def _git(map_code: Path, *opdracht: str) -> str:
    uit = subprocess.run(
        ["git", "-C", str(map_code), *opdracht], capture_output=True, text=True, check=True
    )
    return uit.stdout.strip()
