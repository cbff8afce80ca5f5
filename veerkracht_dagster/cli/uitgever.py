"""`veerkracht voorbeeld serve`: the sample publisher over HTTP, alone or around another command.

Here: making its files, starting it, and telling how to fetch from it.
Not here: the server (`voorbeeld/uitgever/`).
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from veerkracht_dagster.cli.weergave import VERKEERD_GEBRUIK, fout

if TYPE_CHECKING:
    from veerkracht_dagster.voorbeeld.uitgever import Uitgever


def voer_uit(
    map_: Path,
    *,
    poort: int,
    echt: Path | None,
    leveringen: Path | None,
    opdracht: Sequence[str],
) -> None:
    """Run the command."""
    from veerkracht_dagster.voorbeeld.uitgever import Uitgever, aanbod_van_land, echt_aanbod

    if echt is not None:
        if not echt.is_dir():
            fout(f"{echt} is not a folder; give the one with the real files", VERKEERD_GEBRUIK)
        aanbod = echt_aanbod(echt)
    else:
        from veerkracht_dagster.voorbeeld import maak_land, schrijf_geheel

        land = maak_land()
        if not map_.is_dir():
            schrijf_geheel(land, map_)
        if leveringen is not None and not (leveringen / "levering").is_dir():
            shutil.copytree(map_ / "levering", leveringen / "levering")
        aanbod = aanbod_van_land(land, map_)
    try:
        uitgever = Uitgever(aanbod, poort)
    except OSError as bezet:
        fout(f"port {poort} is not free ({bezet}); give another one with --poort")
    with uitgever:
        if opdracht:
            raise typer.Exit(_draai(uitgever, opdracht))
        _vertel(uitgever)
        try:
            uitgever.wacht()
        except KeyboardInterrupt:
            typer.echo("stopped")


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
    typer.echo(
        f"The sample publisher serves on {uitgever.url} (Ctrl-C stops it). In another shell:\n"
    )
    for naam, waarde in _omgeving(uitgever).items():
        typer.echo(f"  export {naam}='{waarde}'")
    typer.echo(
        f"\n  curl {uitgever.url}/datasets.cbs.nl/odata/v1/CBS/84799NED/Properties"
        f"\n  curl -X POST '{uitgever.url}/_storing/503?keren=2&pad=84799NED'    # a fault, twice"
        f"\n  curl -X POST {uitgever.url}/_uitgave/84799NED                      # a next version"
        f"\n  curl {uitgever.url}/_stand                                         # what was asked"
    )
