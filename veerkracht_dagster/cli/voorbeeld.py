"""`veerkracht voorbeeld`: the sample country, as files and over HTTP.

Here: arguments and help. Not here: the country (`voorbeeldland/`).
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from veerkracht_dagster.cli.weergave import VERKEERD_GEBRUIK, Json, fout, toon_json

voorbeeld_app = typer.Typer(help="The embedded sample country.", no_args_is_help=True)


@voorbeeld_app.command("maak")
def voorbeeld_maak(
    map_: Annotated[
        Path,
        typer.Argument(metavar="MAP", file_okay=False, help="New or empty folder to write to."),
    ],
    gemeenten: Annotated[int, typer.Option(help="Number of gemeenten, at least 4.")] = 4,
    buurten: Annotated[
        int, typer.Option(help="Number of buurten, at least 12 per gemeente.")
    ] = 150,
    zaad: Annotated[int, typer.Option(help="Seed: the same seed gives the same files.")] = 2014,
    adressen: Annotated[bool, typer.Option(help="With the address files.")] = True,
    json_: Json = False,
) -> None:
    """Write the sample publisher's files, of any size up to the whole country."""
    from veerkracht_dagster.voorbeeldland import Grootte, maak_land, schrijf_geheel

    try:
        grootte = Grootte(gemeenten=gemeenten, buurten=buurten)
    except ValueError as te_klein:
        fout(str(te_klein), VERKEERD_GEBRUIK)
    if map_.is_dir() and any(map_.iterdir()):
        fout(f"{map_} is not empty, and two countries in it would mix", VERKEERD_GEBRUIK)
    land = maak_land(grootte, zaad=zaad)
    paden = schrijf_geheel(land, map_, adressen=adressen)
    if json_:
        toon_json({"map": str(map_), "bestanden": [str(pad) for pad in paden]})
    else:
        typer.echo(f"{len(paden)} files in {map_}")


@voorbeeld_app.command("serve")
def voorbeeld_serve(
    map_: Annotated[
        Path,
        typer.Argument(
            metavar="MAP", file_okay=False, help="Folder of its files; made when it is not there."
        ),
    ],
    opdracht: Annotated[
        list[str] | None,
        typer.Argument(metavar="[-- COMMAND]", help="A command to run while it serves."),
    ] = None,
    poort: Annotated[int, typer.Option(help="Port on 127.0.0.1; 0 takes a free one.")] = 0,
    naief: Annotated[
        bool,
        typer.Option("--naief", help="In the forms that were assumed, not those that are served."),
    ] = False,
    echt: Annotated[
        Path | None, typer.Option(help="Serve recorded real answers from this folder instead.")
    ] = None,
    leveringen: Annotated[
        Path | None, typer.Option(help="Source folder in which to put the sample's deliveries.")
    ] = None,
    uit: Annotated[
        list[str] | None, typer.Option(help="A host that does not answer; may be given again.")
    ] = None,
    weigert: Annotated[
        list[str] | None,
        typer.Option(help="Beginning of addresses that answer 403 to all but browsers."),
    ] = None,
) -> None:
    """The sample publisher over real HTTP on loopback: CBS, PDOK and the Leefbaarometer."""
    from veerkracht_dagster.cli import uitgever

    uitgever.voer_uit(
        uitgever.Meeloper(
            map_,
            poort=poort,
            naief=naief,
            echt=echt,
            leveringen=leveringen,
            uit=uit or (),
            weigert=weigert or (),
            opdracht=opdracht or (),
        )
    )
