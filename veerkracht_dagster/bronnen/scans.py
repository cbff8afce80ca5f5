"""What a corporation asks of its scan: one YAML file per corporation in `levering/scan/`.

Here: reading and refusing those files, and their version per edition.
Not here: the figures (`indicatoren/scan.py`), the pages (`rapport/scan.py`).
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from fnmatch import fnmatchcase
from pathlib import Path, PurePosixPath
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from veerkracht_dagster.bronnen.bijbestanden import bijbestand_van
from veerkracht_dagster.bronnen.fouten import BronFout, Probleem
from veerkracht_dagster.bronnen.invoer import is_gewoon
from veerkracht_dagster.bronnen.yaml import GROOTSTE, YamlFout, yaml_van
from veerkracht_dagster.catalogus.models import Catalogus, Getal, Maat, Rol

MAP = Path("levering") / "scan"
_PATROON = "*.y*ml"
_SLEUTEL = re.compile(r"^[a-z0-9][a-z0-9-]{0,60}$")
Werkgebied = Annotated[str, Field(pattern=r"^(GM\d{4}|WK\d{4}[0-9A-Z]{2}|BU\d{4}[0-9A-Z]{4})$")]


class Grenzen(BaseModel):
    """Where a measure turns green and red, other than the catalogue says."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    groen: Getal
    rood: Getal


class Scanopdracht(BaseModel):
    """One corporation: where it works, its roles, its cuts and its target year.

    bezit: its dwellings as it delivered them ('bik'), or all corporations' ('alle_corporaties').
    veel_bezit: share of the dwellings from which on it owns much.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    naam: str = Field(min_length=1, max_length=120)
    editie: str
    werkgebied: list[Werkgebied] = Field(min_length=1)
    streefjaar: int = Field(default=2040, ge=2000, le=2200)
    veel_bezit: Getal = Field(default=1 / 3, gt=0, le=1)
    bezit: Literal["bik", "alle_corporaties"] = "bik"
    rollen: dict[str, Rol] = {}
    grenzen: dict[str, Grenzen] = {}
    zonder: list[str] = []

    @model_validator(mode="after")
    def _geen_dubbel_gebied(self) -> Scanopdracht:
        dubbel = {code for code in self.werkgebied if self.werkgebied.count(code) > 1}
        if dubbel:
            raise ValueError(f"werkgebied noemt {sorted(dubbel)} meer dan een keer")
        return self

    def rol(self, domein: str, cat: Catalogus) -> Rol:
        """Its own role in a domain, else the usual one."""
        return self.rollen.get(domein, cat.domeinen[domein].rol)

    def maten(self, cat: Catalogus) -> dict[str, tuple[str, Maat]]:
        """Every measure of every domain: name -> domain and measure, with its own cuts.

        Those in `zonder` too: that it leaves them out is told, and not by their absence.
        """
        uit = {}
        for domein, definitie in cat.domeinen.items():
            for naam in definitie.maten:
                eigen = self.grenzen.get(naam)
                waarden = {} if eigen is None else eigen.model_dump()
                uit[naam] = (domein, Maat(**{**cat.maten[naam].model_dump(), **waarden}))
        return uit


def lees_scans(bronnen: Path, cat: Catalogus, editie: str | None = None) -> dict[str, Scanopdracht]:
    """Every corporation's file in a source folder, by its name without `.yml`.

    Args:
        editie: only the files that name this edition. One that names none that exists may be of
            any, and is refused for each.
    Raises:
        BronFout: all that is wrong with any of them.
    """
    uit: dict[str, Scanopdracht] = {}
    problemen: list[Probleem] = []
    for pad in _bestanden(bronnen):
        if editie is not None and _genoemde_editie(_begin(pad)) in cat.edities.keys() - {editie}:
            continue
        try:
            uit[pad.stem] = _lees(pad, cat)
        except BronFout as fout:
            problemen += fout.problemen
    if problemen:
        raise BronFout(*problemen)
    return {naam: opdracht for naam, opdracht in uit.items() if editie in (None, opdracht.editie)}


def scanversies(bronnen: Path, edities: Iterable[str]) -> dict[str, str]:
    """Version per edition of the files that name it; a file that names none counts for all."""
    sommen = {editie: hashlib.sha256() for editie in edities}
    for pad in _bestanden(bronnen):
        inhoud = _begin(pad)
        genoemd = _genoemde_editie(inhoud)
        for editie, som in sommen.items():
            if genoemd == editie or genoemd not in sommen:
                som.update(pad.name.encode() + b"\0" + inhoud)
    return {editie: som.hexdigest() for editie, som in sommen.items()}


def _begin(pad: Path) -> bytes:
    return pad.read_bytes()[: GROOTSTE + 1] if is_gewoon(pad) else b""


def _genoemde_editie(inhoud: bytes) -> str:
    """The edition that a file names, also one that is wrong otherwise; empty where it does not."""
    gevonden = re.search(rb"^editie:\s*['\"]?([\w-]+)", inhoud, re.MULTILINE)
    return gevonden[1].decode() if gevonden else ""


def leest_scan(naam: str) -> bool:
    """Whether a path in the source folder is that of a corporation's file."""
    pad = PurePosixPath(naam)
    eigen = pad.parent == PurePosixPath(MAP) and fnmatchcase(pad.name, _PATROON)
    return eigen and bijbestand_van(naam) is None


def _bestanden(bronnen: Path) -> list[Path]:
    gevonden = (bronnen / MAP).glob(_PATROON)
    return sorted(pad for pad in gevonden if leest_scan(f"{MAP}/{pad.name}"))


def _lees(pad: Path, cat: Catalogus) -> Scanopdracht:
    naam = (MAP / pad.name).as_posix()

    def fout(gevonden: str, verwacht: str, remedie: str, kolom: str | None = None) -> BronFout:
        return BronFout(Probleem(gevonden, verwacht, remedie, bestand=naam, kolom=kolom))

    if not _SLEUTEL.match(pad.stem):
        raise fout(
            f"de bestandsnaam {pad.stem!r}",
            "kleine letters, cijfers en streepjes, zoals woonstichting-de-linde.yml",
            "geef het bestand zo een naam; ze wordt de map van de bladzijden",
        )
    if not is_gewoon(pad):
        raise fout(
            "een verwijzing, een map of een pijp",
            "het bestand zelf",
            "zet het bestand zelf in de map, of haal dit weg",
        )
    if pad.stat().st_size > GROOTSTE:
        raise fout(
            f"{pad.stat().st_size} bytes", f"ten hoogste {GROOTSTE}",
            "dit is geen opdracht voor een scan; haal het bestand weg",
        )  # fmt: skip
    try:
        opdracht = Scanopdracht.model_validate(yaml_van(pad.read_text(encoding="utf-8")))
    except (YamlFout, UnicodeDecodeError) as probleem:
        tekst = " ".join(str(probleem).split())[:200]
        raise fout(
            f"geen geldige YAML ({tekst})", "YAML in UTF-8", "herstel de regel"
        ) from probleem
    except ValidationError as probleem:
        raise BronFout(*(_probleem(naam, dict(e)) for e in probleem.errors())) from probleem
    vreemd = [*_onbekend(naam, opdracht, cat)]
    if vreemd:
        raise BronFout(*vreemd)
    try:
        opdracht.maten(cat)
    except ValidationError as probleem:
        tekst = str(probleem.errors()[0]["msg"])
        raise fout(tekst, "groen aan de betere kant van rood", "wissel ze om", "grenzen") from None
    return opdracht


def _probleem(naam: str, fout: dict) -> Probleem:
    sleutel = ".".join(str(deel) for deel in fout["loc"]) or None
    gevonden = "niets" if fout["type"] == "missing" else repr(fout["input"])[:80]
    remedie = {
        "missing": "vul de sleutel in",
        "extra_forbidden": "haal de sleutel weg; docs/scan.md noemt wat er kan",
    }.get(fout["type"], "verbeter de waarde; docs/scan.md noemt wat er kan")
    return Probleem(gevonden, fout["msg"], remedie, bestand=naam, kolom=sleutel)


def _onbekend(naam: str, opdracht: Scanopdracht, cat: Catalogus) -> Iterable[Probleem]:
    for sleutel, genoemd, bekend in (
        ("editie", [opdracht.editie], cat.edities),
        ("rollen", opdracht.rollen, cat.domeinen),
        ("grenzen", opdracht.grenzen, cat.maten),
        ("zonder", opdracht.zonder, cat.maten),
    ):
        for waarde in genoemd:
            if waarde not in bekend:
                yield Probleem(
                    repr(waarde),
                    "een van " + ", ".join(bekend),
                    "kies er een uit de catalogus",
                    bestand=naam,
                    kolom=sleutel,
                )
