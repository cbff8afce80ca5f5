"""A receipt of any area, made in the UI: the job `bon`.

Here: what is asked, and where the receipt is shown. Not here: the receipt (`bonnen/`).
"""

import dagster as dg

from veerkracht_dagster.catalogus import catalogus
from veerkracht_dagster.instantie.hulpbronnen import Werkplaats


class Gevraagd(dg.Config):
    """gebied: code or name of an area, also as `name, gemeente`; of a report its group. cijfer: a
    layer or figure. diep: all of it, unfolded.
    """

    gebied: str
    cijfer: str = "signaal_absoluut"
    editie: str = next(iter(catalogus().edities))
    diep: bool = False


@dg.op(
    description="De bon van een cijfer: regel, formule, gewichten en de ruwe tekst van de uitgever."
)
def maak_bon(context: dg.OpExecutionContext, config: Gevraagd, werkplaats: Werkplaats) -> None:
    """The receipt, as Markdown on the page of the run and as an observation of the layer."""
    from veerkracht_dagster.bonnen.bon import Bonnen
    from veerkracht_dagster.bonnen.gepubliceerd import GeenBewijs, Gepubliceerd
    from veerkracht_dagster.bonnen.onbekend import OnbekendCijfer
    from veerkracht_dagster.bonnen.plaatsen import OnbekendePlaats, zoek_of_zelf
    from veerkracht_dagster.bonnen.voorbeelden import als_tekst
    from veerkracht_dagster.bonnen.vraag import bon_van
    from veerkracht_dagster.publicatie.wijzer import ACTUEEL

    cat, werkmap = catalogus(), werkplaats.werkmap
    if config.editie not in cat.edities:
        raise _weiger(f"editie {config.editie} is er niet; kies uit {', '.join(cat.edities)}")
    try:
        gebied = zoek_of_zelf(werkmap.tabellen, config.editie, config.gebied)
        uitgave = Gepubliceerd(werkmap.uitgaven / config.editie / ACTUEEL, werkmap.snapshots, cat)
        bon = bon_van(Bonnen(uitgave, diep=config.diep), gebied, config.cijfer)
    except (OnbekendePlaats, OnbekendCijfer, GeenBewijs, FileNotFoundError) as onbekend:
        raise _weiger(str(onbekend)) from None
    release = uitgave.release["release_id"]
    kop = f"{config.gebied} ({gebied}) · {config.cijfer} · {config.editie} · uitgave {release}"
    tekst = dg.MetadataValue.md(f"#### {kop}\n\n```text\n{als_tekst(bon)}\n```")
    context.log.info(kop)
    context.add_output_metadata({"bon": tekst, "gebied": gebied, "uitgave": release})
    if config.cijfer in cat.kaartlagen:
        context.log_event(
            dg.AssetObservation(
                config.cijfer,
                partition=config.editie,
                description=f"Bon: {kop}",
                metadata={"bon": tekst},
            )
        )


def _weiger(melding: str) -> dg.Failure:
    return dg.Failure(melding, allow_retries=False)


@dg.job(
    description="De bon van een gebied naar keuze: Launchpad > ops: {maak_bon: {config: {gebied: "
    "Binnenstad, cijfer: signaal_absoluut}}}."
)
def bon() -> None:
    """See `maak_bon`."""
    maak_bon()
