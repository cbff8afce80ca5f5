"""The commands and their options; each hands over to one module.

Here: arguments and help. Not here: printing (`weergave.py`, `stand.py`) or work.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from click import Context
from typer.core import TyperGroup

from veerkracht_dagster.cli import aanvullen
from veerkracht_dagster.cli.voorbeeld import voorbeeld_app
from veerkracht_dagster.cli.weergave import VERKEERD_GEBRUIK, Json, fout
from veerkracht_dagster.publicatie.wijzer import maak_af
from veerkracht_dagster.werkmap import Werkmap

app = typer.Typer(
    name="veerkracht",
    help="Veerkrachtkaarten: van de bestanden van de uitgevers naar negen kaartlagen per buurt.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)


@app.callback()
def eerst() -> None:
    """Veerkrachtkaarten: van de bestanden van de uitgevers naar negen kaartlagen per buurt."""
    werkmap = Werkmap.uit_omgeving()
    for regel in maak_af(werkmap.uitgaven, werkmap.warehouse):
        typer.echo(f"let op: {regel}", err=True)


app.add_typer(voorbeeld_app, name="voorbeeld")


class _MetVersies(TyperGroup):
    """`bronnen cbs_kerncijfers 2024` is `bronnen versies cbs_kerncijfers 2024`."""

    zonder_naam = "versies"

    def parse_args(self, ctx: Context, args: list[str]) -> list[str]:
        if not args or args[0] not in {*self.commands, "--help"}:
            args = [self.zonder_naam, *args]
        return super().parse_args(ctx, args)


bronnen_app = typer.Typer(
    cls=_MetVersies, help="What came of each source and year, and what its addresses answer now."
)
app.add_typer(bronnen_app, name="bronnen")

Editie = Annotated[
    str | None,
    typer.Option(help="Only this edition, such as 2014-2020.", autocompletion=aanvullen.edities),
]
EenEditie = Annotated[str, typer.Option(help="Edition.", autocompletion=aanvullen.edities)]


@app.command()
def rebuild(
    editie: Editie = None,
    bron: Annotated[
        str | None,
        typer.Option(
            help="Only this source and what became stale because of it; of other sources what was "
            "never read."
        ),
    ] = None,
    alles: Annotated[bool, typer.Option("--alles", help="Also what is not stale.")] = False,
    verdwenen: Annotated[
        str,
        typer.Option(
            metavar="REASON",
            help="Why what stood in a release may be gone from the next one; it stands in the "
            "release. Without a reason such a release is refused.",
        ),
    ] = "",
    verhuisd: Annotated[
        bool,
        typer.Option(
            "--verhuisd", help="The sources of this work folder are at another place from now on."
        ),
    ] = False,
    niet_wachten: Annotated[
        bool,
        typer.Option("--niet-wachten", help="Stop when another rebuild is at work here."),
    ] = False,
    json_: Json = False,
) -> None:
    """Bring everything up to date, from source files to published release; only what is stale."""
    from veerkracht_dagster.cli import herbouw

    _kies("editie", editie, "edities")
    _kies("bron", bron, "bronnen")
    vraag = herbouw.Herbouwvraag(editie, bron, alles, verdwenen.strip(), verhuisd)
    herbouw.voer_uit(vraag, wachten=not niet_wachten, als_json=json_)


@app.command()
def status(
    editie: Annotated[
        str | None,
        typer.Option(help="Also the classes of this edition.", autocompletion=aanvullen.edities),
    ] = None,
    gebied: Annotated[
        str | None,
        typer.Option(
            help="Instead: what the layers say of one area, by its code or name; of a wijk or "
            "gemeente, of the areas in it.",
            autocompletion=aanvullen.gebieden,
        ),
    ] = None,
    json_: Json = False,
) -> None:
    """What is there, from which release, how old, and what a rebuild would compute."""
    from veerkracht_dagster.cli import stand

    _kies("editie", editie, "edities")
    if gebied is not None:
        from veerkracht_dagster.cli import gebiedsstand

        gebiedsstand.voer_uit(gebied, editie, als_json=json_)
        return
    stand.voer_uit(editie=editie, als_json=json_)


@app.command()
def trace(
    gebied: Annotated[
        str,
        typer.Argument(
            help="Code or name of the area, such as BU00140000 or 'Centrum, Delft'; of a report "
            "its group, such as Nederland; of another overview the key of its row, with slashes.",
            autocompletion=aanvullen.gebieden,
        ),
    ],
    cijfer: Annotated[
        str,
        typer.Argument(
            help="A layer, a figure of an indicator, a column of a source, a measure of the "
            "report, or overview.column.",
            autocompletion=aanvullen.cijfers,
        ),
    ],
    editie: EenEditie = "2014-2020",
    jaar: Annotated[int | None, typer.Option(help="Peiljaar, for a column of a source.")] = None,
    diep: Annotated[bool, typer.Option("--diep", help="All of it, unfolded.")] = False,
    json_: Json = False,
    prov: Annotated[bool, typer.Option("--prov", help="Print W3C PROV as JSON-LD.")] = False,
    bewijs: Annotated[
        Path | None,
        typer.Option(
            file_okay=False,
            help="Write a bundle to this new folder, that anyone recomputes with Python alone.",
        ),
    ] = None,
) -> None:
    """Where a figure comes from: rule, formula, weights, and the raw text in a file."""
    from veerkracht_dagster.cli import trace as uitvoeren

    _kies("editie", editie, "edities")
    uitvoeren.voer_uit(
        gebied, cijfer, editie, jaar=jaar, diep=diep, als_json=json_, prov=prov, bewijs=bewijs
    )


@app.command()
def audit(editie: Editie = None, json_: Json = False) -> None:
    """Recompute every published figure from the raw files, and hash every file again."""
    from veerkracht_dagster.cli import audit as uitvoeren

    _kies("editie", editie, "edities")
    uitvoeren.voer_uit(editie, als_json=json_)


@app.command()
def verschil(
    van: Annotated[
        str | None, typer.Argument(help="A release or a run; else the release before the current.")
    ] = None,
    naar: Annotated[str | None, typer.Argument(help="Another; else what is current.")] = None,
    editie: Editie = None,
    json_: Json = False,
) -> None:
    """What changed between two releases or runs, and why: source, catalogue, boundaries or code."""
    from veerkracht_dagster.cli import verschil as uitvoeren

    _kies("editie", editie, "edities")
    uitvoeren.voer_uit(van, naar, editie, als_json=json_)


@bronnen_app.command("versies")
def bronnen_versies(
    bron: Annotated[str | None, typer.Argument(help="A source, such as cbs_kerncijfers.")] = None,
    jaar: Annotated[int | None, typer.Argument(help="The peiljaar.")] = None,
    kies: Annotated[
        str | None,
        typer.Option(help="Rebuild from this version (first digits of its hash), or 'nieuwste'."),
    ] = None,
    json_: Json = False,
) -> None:
    """Along which way every source and year came; with both, every version that came in.

    An older version can be chosen, to rebuild from it.
    """
    from veerkracht_dagster.cli import versies, wegen

    _kies("bron", bron, "bronnen")
    if bron is None:
        wegen.voer_uit(als_json=json_)
        return
    if jaar is None:
        fout(f"{bron} of which year? veerkracht bronnen {bron} 2020", VERKEERD_GEBRUIK)
    versies.voer_uit(bron, jaar, kies=kies, als_json=json_)


@bronnen_app.command("keur")
def bronnen_keur(
    bron: Annotated[str | None, typer.Option(help="Only this source.")] = None,
    jaar: Annotated[int | None, typer.Option(help="Only this peiljaar.")] = None,
    json_: Json = False,
) -> None:
    """Ask every address of every way what it answers now, without downloading files.

    Shows size, date, what the first bytes look like, when it was last confirmed here, and what a
    rebuild would do. Exit code 1 where an edition needs a source and year that no way gives.
    """
    from veerkracht_dagster.cli import keur

    _kies("bron", bron, "bronnen")
    keur.voer_uit(bron=bron, jaar=jaar, als_json=json_)


@app.command()
def catalogus(
    naam: Annotated[
        str | None, typer.Argument(help="A source, table, column, layer or edition.")
    ] = None,
    docs: Annotated[
        Path | None,
        typer.Option(file_okay=False, help="Write the generated pages to this folder instead."),
    ] = None,
    code: Annotated[
        bool,
        typer.Option(
            "--code", help="Of a table: what counts for its code version, and so makes it stale."
        ),
    ] = False,
    json_: Json = False,
) -> None:
    """Browse the catalogue: sources, columns, indicators, layers, editions."""
    from veerkracht_dagster.cli import bladeren

    if docs is not None:
        bladeren.schrijf_docs(docs, als_json=json_)
    elif code:
        bladeren.toon_code(naam, als_json=json_)
    else:
        bladeren.voer_uit(naam, als_json=json_)


@app.command()
def lineage(
    naam: Annotated[
        str | None,
        typer.Argument(help="A column: our name, such as K_eind, or the publisher's."),
    ] = None,
    openlineage: Annotated[
        Path | None,
        typer.Option(dir_okay=False, help="Write all of it as OpenLineage events to this file."),
    ] = None,
    json_: Json = False,
) -> None:
    """What a column is made of and where it goes, from the publisher's name to the maps."""
    from veerkracht_dagster.cli import lineage as uitvoeren

    if (naam is None) == (openlineage is None):
        fout("give a column, or --openlineage with a file", VERKEERD_GEBRUIK)
    if openlineage is not None:
        uitvoeren.schrijf(openlineage, als_json=json_)
    elif naam is not None:
        uitvoeren.voer_uit(naam, als_json=json_)


@app.command()
def export(
    gemeente: Annotated[
        str,
        typer.Option(
            help="Code or name of the gemeente, such as GM0014.",
            autocompletion=aanvullen.gemeenten,
        ),
    ],
    editie: EenEditie = "2014-2020",
    naar: Annotated[Path, typer.Option(file_okay=False, help="Folder to write to.")] = Path(),
    json_: Json = False,
) -> None:
    """One gemeente's layers out of the published release, as a GeoPackage with its colours."""
    from veerkracht_dagster.cli import uitvoer

    _kies("editie", editie, "edities")
    uitvoer.voer_uit(gemeente, editie, naar, als_json=json_)


@app.command()
def kaart(
    laag: Annotated[str, typer.Argument(help="A layer, such as signaal_absoluut.")],
    gemeente: Annotated[
        str | None, typer.Option(help="Only this gemeente, such as GM0014.")
    ] = None,
    editie: EenEditie = "2014-2020",
    breedte: Annotated[int, typer.Option(help="Width in pixels.", min=300, max=12_000)] = 3_600,
    naar: Annotated[Path, typer.Option(file_okay=False, help="Folder to write to.")] = Path(),
    json_: Json = False,
) -> None:
    """A picture of one layer of the published release, large enough for a wall (PNG)."""
    from veerkracht_dagster.cli import kaart as uitvoeren

    _kies("editie", editie, "edities")
    _kies("laag", laag, "kaartlagen")
    uitvoeren.voer_uit(laag, editie, naar, gemeente=gemeente, breedte=breedte, als_json=json_)


def _kies(soort: str, waarde: str | None, veld: str) -> None:
    """An edition, source or layer must be in the catalogue; else say which there are."""
    from veerkracht_dagster.catalogus import catalogus as lees

    bekend = getattr(lees(), veld)
    if waarde is not None and waarde not in bekend:
        fout(
            f"{soort} '{waarde}' is not in the catalogue; choose from: {', '.join(bekend)}",
            VERKEERD_GEBRUIK,
        )
