"""Stage `publicatie`: the audited release of an edition as an asset.

Belongs here: gathering an edition's tables, cards and check results, and showing the release.
Not here: writing, auditing, swapping (`veerkracht_dagster/publicatie/`).
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import dagster as dg
import pandas as pd

from assets_defs.afleveren import AFDRUK, als_tabel, met_versies
from assets_defs.edities import EDITIESLEUTEL
from assets_defs.kenmerken import EIGENAAR
from assets_defs.partities import EDITIE_OMZETTING, EDITIE_PEILJAREN, EDITIES
from assets_defs.uitgavecontroles import (
    UITGAVECONTROLES,
    Tabelcontroles,
    eerder_geweigerd,
    uitgavecontroles,
)
from assets_defs.weigeren import weigering
from veerkracht_dagster.buurttabel.optelling import HOGER, tel_jaren_op
from veerkracht_dagster.catalogus import Editie, catalogus
from veerkracht_dagster.catalogus.vorm import eigen_gebieden
from veerkracht_dagster.codeversie import (
    STAPPEN,
    codeversie,
    codeversie_van_stap,
    codeversie_van_uitgave,
)
from veerkracht_dagster.instantie.hulpbronnen import Werkplaats
from veerkracht_dagster.instantie.tags import REDEN_TAG
from veerkracht_dagster.kaartlagen.leengrenzen import tekengrond
from veerkracht_dagster.opslag.snapshots import Snapshots
from veerkracht_dagster.publicatie.halve_kaarten import halve_kaarten
from veerkracht_dagster.publicatie.leegte import (
    LegeEditie,
    noteer_leeg,
)
from veerkracht_dagster.publicatie.publiceren import (
    AuditFout,
    huidige_release,
    publiceer,
)
from veerkracht_dagster.publicatie.release import Release, git_commit, wie
from veerkracht_dagster.publicatie.uitgave import Aanleiding, Uitgave
from veerkracht_dagster.publicatie.verdwenen import IS_HIJ_ER, Verdwenen
from veerkracht_dagster.publicatie.verschil import VERSCHIL_JSON, VERSCHIL_TEKST
from veerkracht_dagster.publicatie.wijzer import ACTUEEL
from veerkracht_dagster.sporen.afkomst import Afkomst, Beschrijving, grondslag_van
from veerkracht_dagster.tweede.kolommen import weiger_halve_regels
from veerkracht_dagster.tweede.poort import Poort, Verklaarder
from veerkracht_dagster.tweede.ruilen import Invoer
from veerkracht_dagster.tweede.stukken import (
    Tabellenwinkel,
    eigen_wegen,
    verzamel,
)

_CAT = catalogus()
_TABELLEN = (*_CAT.indicatoren, *_CAT.overzichten, *_CAT.kaartlagen)


class Uitgeven(dg.Config):
    """verdwenen: why what stood in the release before may be gone from this one; without a reason
    such a release is refused.
    """

    verdwenen: str = ""


weiger_halve_regels()


@dg.asset(
    name="release",
    group_name="publicatie",
    description=(
        "Uitgave van een editie. Klaargezet, doorgelicht en dan pas verwisseld: GeoPackage, "
        "GeoParquet, buurttabel, warehouse en release.json. Faalt de doorlichting, dan blijft "
        "wat er stond."
    ),
    kinds={"duckdb", "geopackage", "parquet"},
    owners=[EIGENAAR],
    tags={"stap": "publicatie"},
    code_version=codeversie_van_uitgave(),
    partitions_def=EDITIES,
    deps=[EDITIESLEUTEL],
    ins={
        "buurttabel": dg.AssetIn("buurttabel", partition_mapping=EDITIE_PEILJAREN),
        "buurt_omzetting": dg.AssetIn("buurt_omzetting", partition_mapping=EDITIE_OMZETTING),
        **{naam: dg.AssetIn(naam) for naam in _TABELLEN},
    },
    backfill_policy=dg.BackfillPolicy.single_run(),
    check_specs=[
        dg.AssetCheckSpec(naam, asset="release", description=tekst)
        for naam, tekst in UITGAVECONTROLES.items()
    ],
)
def release(
    context: dg.AssetExecutionContext,
    config: Uitgeven,
    werkplaats: Werkplaats,
    buurttabel: Any,
    buurt_omzetting: Any,
    **tabellen: Any,
) -> Iterator[Any]:
    """The release of each edition in this run."""
    werkmap = werkplaats.werkmap
    git = git_commit(Path(__file__).parent)
    aanleiding = Aanleiding(
        door=wie(),
        reden=context.run.tags.get(REDEN_TAG, "gevraagd zonder herbouw, in de UI of met dg"),
        run=context.run_id,
        verdwenen=config.verdwenen.strip(),
    )
    afdrukken: dict[str, str] = {}
    geweigerd: dict[str, str] = {}
    controles = Tabelcontroles(context.instance)
    versies = {stap: codeversie_van_stap(stap) for stap in STAPPEN}
    eigen = {naam: _jaren(buurttabel, _CAT.edities[naam]) for naam in context.partition_keys}
    van = buurttabel.afkomst
    buurttabel.clear()  # on the areas of other editions too: of a country, 250 MiB
    for naam in sorted(context.partition_keys):
        editie, jaren = _CAT.edities[naam], eigen.pop(naam)
        nodig = _CAT.gebiedsjaren(editie)
        gemaakt = {int(j): tabel for j, tabel in buurt_omzetting.items() if int(j) in nodig}
        omzettingen = {j: eigen_wegen(tabel, editie) for j, tabel in gemaakt.items()}
        leveringen = {j: van[str(j)].leveringen for j in jaren}
        winkel = Tabellenwinkel(werkmap.tabellen)
        grondslag = grondslag_van({j: buurt_omzetting.afkomst[str(j)] for j in gemaakt}, editie)
        op_grond = {*gemaakt, *map(int, grondslag)} - {editie.basisjaar}
        stukken = verzamel(editie, omzettingen, leveringen, werkmap.snapshots, winkel.lees)
        poort = Poort(stukken, _CAT)
        uitgave = Uitgave(
            sleutel=naam,
            editie=editie,
            herrekening=poort,
            telling=poort.telling,
            lagen={laag: tabellen[laag][naam] for laag in _CAT.kaartlagen},
            indicatoren={ind: tabellen[ind][naam] for ind in _CAT.indicatoren},
            overzichten={over: tabellen[over][naam] for over in _CAT.overzichten},
            buurttabellen=jaren,
            optellingen=tel_jaren_op(jaren, HOGER if editie.niveau == "buurt" else HOGER[1:], _CAT),
            kaarten=_kaarten([van[str(j)] for j in jaren], editie, leveringen, werkmap.snapshots),
            controles=controles.van(naam),
            versies=versies,
            git=git,
            omzettingen=omzettingen,
            leveringen=leveringen,
            grondslag=grondslag,
            halve_kaarten=halve_kaarten(werkmap.tabellen, op_grond, editie.niveau),
            verklaar=Verklaarder(werkmap, Invoer(stukken, _CAT, tuple(jaren)), versies),
            grond=tekengrond(
                tabellen[next(iter(_CAT.kaartlagen))][naam],
                werkmap.tabellen,
                editie.niveau,
                editie.basisjaar,
            ),
            aanleiding=aanleiding,
        )
        try:
            uit = publiceer(werkmap.uitgaven, werkmap.warehouse, uitgave)
        except LegeEditie as fout:
            if huidige_release(werkmap.uitgaven, naam) is not None:
                geweigerd[naam] = f"{fout}. Wat gepubliceerd was staat er nog. {IS_HIJ_ER}"
                continue
            noteer_leeg(werkmap.uitgaven / naam, str(fout))
            afdrukken[naam] = "niet gepubliceerd"
            context.add_asset_metadata({"niet gepubliceerd": str(fout)}, partition_key=naam)
            continue
        except (AuditFout, Verdwenen) as fout:
            geweigerd[naam] = str(fout)  # the other editions first
            continue
        afdrukken[naam] = uit.release_id
        context.add_asset_metadata(
            {**_feiten(uit, werkmap.uitgaven / naam), AFDRUK: uit.release_id}, partition_key=naam
        )
    alle = eerder_geweigerd(context.instance, behalve=context.partition_keys) | geweigerd
    uitslagen = list(uitgavecontroles(werkmap.uitgaven, alle))
    if geweigerd:
        yield from uitslagen
        raise weigering(geweigerd)
    yield from met_versies(
        context,
        afdrukken,
        lambda versie: dg.MaterializeResult(data_version=versie, check_results=uitslagen),
    )


@dg.asset(
    name="uitgaveverschil",
    group_name="publicatie",
    description=(
        "Verschil van een uitgave met de vorige. Welke cijfers en klassen veranderden, de "
        "grootste veranderingen, en waardoor: bron, catalogus, grenzen of code, telkens een invoer "
        "geruild en alles herrekend. Het gaat mee in de uitgave, die er zonder niet verschijnt; "
        "veerkracht verschil vergelijkt elke twee."
    ),
    kinds={"markdown"},
    owners=[EIGENAAR],
    tags={"stap": "publicatie"},
    code_version=codeversie("uitgaveverschil"),
    partitions_def=EDITIES,
    deps=["release"],
    backfill_policy=dg.BackfillPolicy.single_run(),
)
def uitgaveverschil(
    context: dg.AssetExecutionContext, werkplaats: Werkplaats
) -> Iterator[dg.MaterializeResult]:
    """The difference that went along with each release in this run."""
    afdrukken: dict[str, str] = {}
    for naam in sorted(context.partition_keys):
        map_release = werkplaats.werkmap.uitgaven / naam / ACTUEEL
        if not map_release.is_dir():
            afdrukken[naam] = "niet gepubliceerd"
            continue
        inhoud = json.loads((map_release / VERSCHIL_JSON).read_bytes())
        afdrukken[naam] = f"{inhoud['van'] or 'geen'} > {inhoud['naar']}"
        context.add_asset_metadata(
            {
                "verschil": dg.MetadataValue.md((map_release / VERSCHIL_TEKST).read_text("utf-8")),
                "van": inhoud["van"] or "geen",
                "naar": inhoud["naar"],
                "cijfers veranderd": inhoud["veranderd"],
                "klassen veranderd": sum(sum(t.values()) for t in inhoud["klassen"].values()),
                AFDRUK: afdrukken[naam],
            },
            partition_key=naam,
        )
    yield from met_versies(context, afdrukken, _gemaakt)


def _gemaakt(versie: dg.DataVersion) -> dg.MaterializeResult:
    return dg.MaterializeResult(data_version=versie)


def _jaren(buurttabel: Mapping[str, pd.DataFrame], editie: Editie) -> dict[int, pd.DataFrame]:
    """The harmonised years of an edition, on its own areas."""
    uit = {}
    for jaar in editie.peiljaren:
        if (tabel := buurttabel.get(str(jaar))) is not None:
            uit[jaar] = eigen_gebieden(tabel, editie).reset_index(drop=True)
    return uit


def _kaarten(
    afkomst: Iterable[Afkomst],
    editie: Editie,
    leveringen: Mapping[int, Mapping[str, Beschrijving]],
    snapshots: Snapshots,
) -> list[dict[str, Any]]:
    """Cards of the publishers' files that the tables were made of, and that describe them."""
    hashes = set().union(*(van.hashes(editie.basisjaar) for van in afkomst))
    hashes |= {
        sha256
        for van_jaar in leveringen.values()
        for delen in van_jaar.values()
        for deel in delen
        for _, sha256 in deel["bestanden"]
    }
    return [vars(snapshots.kaart(sha256)) for sha256 in sorted(hashes)]


def _op_volgorde(klassen: pd.DataFrame) -> pd.DataFrame:
    """Classes in order with 'geen meting' last; nothing where a layer does not have the class."""
    geen = str(_CAT.geen_meting.code)
    volgorde = [*sorted((str(k) for k in klassen if k != geen), key=int), geen]
    return klassen[volgorde].rename(columns={geen: _CAT.geen_meting.label})


def _halve(uit: Release) -> pd.DataFrame:
    """Areas that the map of a year does not have, per gemeente; the base year first."""
    alle = {str(uit.basisjaar): uit.zonder_vlak} | uit.halve_kaarten
    rijen = [(jaar, gm, n) for jaar, per in alle.items() for gm, n in per.items()]
    return pd.DataFrame(rijen, columns=["kaart van", "gemeente", "gebieden zonder vlak"])


def _feiten(uit: Release, map_editie: Path) -> dict[str, Any]:
    actueel = map_editie / ACTUEEL
    bestanden = pd.DataFrame([vars(bestand) for bestand in uit.bestanden])
    klassen = pd.DataFrame(uit.klassen).T.rename_axis("kaartlaag").astype("Int64")
    return {
        "release_id": uit.release_id,
        "vorige": uit.vorige or "geen",
        "nummer": uit.nummer,
        "aanleiding": f"{uit.reden} ({uit.door})",
        **(
            {
                "weg uit de vorige": "; ".join(uit.verdwenen["wat"]),
                "reden dat het weg is": uit.verdwenen["reden"],
            }
            if uit.verdwenen
            else {}
        ),
        "map": dg.MetadataValue.path(str(actueel)),
        "dagster/uri": actueel.absolute().as_uri(),
        "verschil": dg.MetadataValue.md((actueel / VERSCHIL_TEKST).read_text("utf-8")),
        "klassen": als_tabel(_op_volgorde(klassen).reset_index()),
        "bestanden": als_tabel(bestanden, 60),
        "bronbestanden": len(uit.kaarten),
        **(
            {"kaarten van een deel": als_tabel(_halve(uit), 60)}
            if uit.zonder_vlak or uit.halve_kaarten
            else {}
        ),
        "controles": f"{sum(c['goed'] for c in uit.controles)} van {len(uit.controles)} goed",
    }
