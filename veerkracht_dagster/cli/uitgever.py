"""`veerkracht voorbeeld serve`: the sample publisher over HTTP, alone or around another command.

Here: making its files, starting it, and telling how to fetch from it.
Not here: the server (`voorbeeldland/uitgever/`).
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from veerkracht_dagster.cli.weergave import VERKEERD_GEBRUIK, fout

if TYPE_CHECKING:
    from veerkracht_dagster.voorbeeldland.uitgever import Aanbod, Uitgever


@dataclass(frozen=True)
class Meeloper:
    """What to serve, and how.

    naief: in the forms that were assumed before anybody looked. echt: recorded answers instead.
    leveringen: a source folder that gets the sample's deliveries. uit: hosts that do not answer.
    weigert: beginnings of addresses that answer 403 to all but browsers.
    """

    map: Path
    poort: int = 0
    naief: bool = False
    echt: Path | None = None
    leveringen: Path | None = None
    uit: Sequence[str] = ()
    weigert: Sequence[str] = ()
    opdracht: Sequence[str] = ()


def voer_uit(wat: Meeloper) -> None:
    """Run the command."""
    from veerkracht_dagster.voorbeeldland.uitgever import Uitgever
    from veerkracht_dagster.voorbeeldland.uitgever.storingen import BROWSER, Storingssoort

    aanbod = _aanbod(wat)
    try:
        uitgever = Uitgever(aanbod, wat.poort)
    except OSError as bezet:
        fout(f"port {wat.poort} is not free ({bezet}); give another one with --poort")
    with uitgever:
        if wat.uit:
            uitgever.breek(Storingssoort.GESLOTEN, *wat.uit)
        if wat.weigert:
            uitgever.breek(Storingssoort.VERBODEN, *wat.weigert, behalve=BROWSER)
        if wat.opdracht:
            raise typer.Exit(_draai(uitgever, wat.opdracht))
        _vertel(uitgever)
        try:
            uitgever.wacht()
        except KeyboardInterrupt:
            typer.echo("stopped")


def _aanbod(wat: Meeloper) -> Aanbod:
    from veerkracht_dagster.voorbeeldland import ALLE_JAREN, maak_land
    from veerkracht_dagster.voorbeeldland.leveringen import schrijf_leveringen
    from veerkracht_dagster.voorbeeldland.uitgever import aanbod_van_land, echt_aanbod

    if wat.echt is not None:
        if not wat.echt.is_dir():
            fout(f"{wat.echt} is not a folder; give the one with the real files", VERKEERD_GEBRUIK)
        return echt_aanbod(wat.echt)
    land = maak_land(jaren=ALLE_JAREN)
    if wat.leveringen is not None and not (wat.leveringen / "levering").is_dir():
        schrijf_leveringen(land, wat.leveringen)
    vorm = "naief" if wat.naief else "werkelijk"
    return aanbod_van_land(
        land, wat.map / vorm, naief=wat.naief, geheugen=wat.map / "uitgaven.json"
    )


def _omgeving(uitgever: Uitgever) -> dict[str, str]:
    return {"VEERKRACHT_OPHALEN": "ja", "VEERKRACHT_ADRESSEN": f"*={uitgever.url}"}


def _draai(uitgever: Uitgever, opdracht: Sequence[str]) -> int:
    """Another command, while the publisher serves; its exit code is ours."""
    typer.echo(f"The sample publisher serves on {uitgever.url} meanwhile.", err=True)
    try:
        return subprocess.run(
            opdracht, env={**os.environ, **_omgeving(uitgever)}, check=False
        ).returncode
    except FileNotFoundError:
        fout(f"there is no command {opdracht[0]}", VERKEERD_GEBRUIK)
    except KeyboardInterrupt:
        return 130


def _vertel(uitgever: Uitgever) -> None:
    from veerkracht_dagster.voorbeeldland.uitgever.uitgaven import Wat

    typer.echo(
        f"The sample publisher serves on {uitgever.url} (Ctrl-C stops it). In another shell:\n"
    )
    for naam, waarde in _omgeving(uitgever).items():
        typer.echo(f"  export {naam}='{waarde}'")
    voorbeelden = {
        f"curl {uitgever.url}/datasets.cbs.nl/odata/v1/CBS/84799NED/Properties": "",
        f"curl -X POST '{uitgever.url}/_storing/503?keren=2&pad=84799NED'": "a fault, twice",
        f"curl -X POST {uitgever.url}/_uitgave/84799NED": "a next version: another figure",
        f"curl -X POST '{uitgever.url}/_uitgave/84799NED?wat=kolom'": "or: " + ", ".join(Wat),
        f"curl {uitgever.url}/_stand": "what was asked",
    }
    breedte = max(map(len, voorbeelden))
    typer.echo("")
    for opdracht, uitleg in voorbeelden.items():
        typer.echo(f"  {opdracht.ljust(breedte)}  # {uitleg}" if uitleg else f"  {opdracht}")
