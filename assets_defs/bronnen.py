"""Stage `bronnen`: what publishers deliver, kept untouched and read into a typed table per source.

Belongs here: the observable deliveries and the source tables as assets, by the catalogue.
Not here: parsing, hashing, figures.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Any

import dagster as dg
import pandas as pd
import pyarrow as pa

from assets_defs.afleveren import als_tabel, lever_af
from assets_defs.controles import JAREN_MET_GEGEVENS
from assets_defs.kenmerken import tabelkenmerken
from assets_defs.partities import JAREN, PEILJAREN
from veerkracht_dagster.bronnen.controles import controleer_bron
from veerkracht_dagster.bronnen.fouten import BronFout
from veerkracht_dagster.bronnen.lezen import DIALECTEN
from veerkracht_dagster.bronnen.ontvangsten import Ontvangst
from veerkracht_dagster.bronnen.ophalen.innemen import Ingenomen, Innemer, Versies
from veerkracht_dagster.bronnen.uitkijk.kalender import niet_gekomen
from veerkracht_dagster.catalogus import Catalogus, CatalogusFout, catalogus
from veerkracht_dagster.instantie.hulpbronnen import Werkplaats
from veerkracht_dagster.instantie.io_manager import LUI
from veerkracht_dagster.instantie.versies import laatste_records
from veerkracht_dagster.sporen.afkomst import ALLE, Afkomst, Tabellen, per_basis
from veerkracht_dagster.tweede.ruw.lezers import kent

AFWEZIG = "afwezig"  # of a year without a delivery: why


def weiger_onbekende_dialecten(cat: Catalogus) -> None:
    """Every dialect that the catalogue names has a reader, and of figures a second one.

    Raises:
        CatalogusFout: not so; without the second no release could be proved.
    """
    for bron, ingang in cat.bronnen.items():
        for plaats in ingang.vindplaatsen:
            waar = f"bronnen.yml: {bron}.vindplaatsen: dialect '{plaats.dialect}'"
            if plaats.dialect not in DIALECTEN:
                raise CatalogusFout(
                    f"{waar} heeft geen lezer; kies uit {', '.join(DIALECTEN)}, of schrijf er een "
                    "in bronnen/dialecten/ en zet hem in bronnen/lezen.py"
                )
            if bron in cat.gebiedsbronnen and not kent(plaats.dialect):
                raise CatalogusFout(
                    f"{waar} heeft geen tweede lezer, waarmee audit en poort nalezen: schrijf er "
                    "een in tweede/ruw/ en zet hem in tweede/ruw/lezers.py"
                )


weiger_onbekende_dialecten(catalogus())


def leveringsleutel(bron: str) -> dg.AssetKey:
    """Asset key of what the publisher delivers for a source."""
    return dg.AssetKey(["levering", bron])


def _levering(bron: str) -> dg.SourceAsset:
    omschrijving = catalogus().bronnen[bron]

    @dg.observable_source_asset(
        key=leveringsleutel(bron),
        group_name="bronnen",
        partitions_def=PEILJAREN,
        description=f"Wat {omschrijving.uitgever} levert: {omschrijving.titel}, per peiljaar.",
        metadata={
            "url": dg.MetadataValue.url(omschrijving.url),
            "licentie": omschrijving.licentie,
            "uitgever": omschrijving.uitgever,
            "plaatsen": list(dict.fromkeys(p.patroon for p in omschrijving.vindplaatsen)),
            "kaarten": f"van elk bestand dat binnenkwam: bij {bron}, op de bladzijde van een jaar",
        },
        tags={"stap": "bronnen", "dagster/kind/" + omschrijving.kind: ""},
    )
    def waarneming(werkplaats: Werkplaats) -> dg.DataVersionsByPartition:
        versies = leveringsversies(werkplaats, bron)
        if versies.onbereikt:  # silence is no news: the observation fails, and says why
            raise dg.Failure("\n".join(dict.fromkeys(m for m, _ in versies.onbereikt.values())))
        return dg.DataVersionsByPartition(versies.per_jaar)

    return waarneming


def leveringsversies(werkplaats: Werkplaats, bron: str, *, uitgevers: bool = True) -> Versies:
    """Version of what counts now, per peiljaar, and of which years the publisher did not answer.

    Args:
        uitgevers: ask the publishers, where fetching is switched on; else what was last seen.
    """
    innemer = Innemer(werkplaats.werkmap)
    jaren = [int(jaar) for jaar in PEILJAREN.get_partition_keys()]
    return innemer.versies(bron, jaren, uitgevers=uitgevers)


def _brontabel(bron: str) -> dg.AssetsDefinition:
    groot = bron in LUI

    @dg.asset(
        **tabelkenmerken(bron, leveringsleutel(bron)),
        partitions_def=PEILJAREN,
    )
    def brontabel(context: dg.AssetExecutionContext, werkplaats: Werkplaats) -> Iterator[Any]:
        innemer = Innemer(werkplaats.werkmap)
        tabellen, afkomst, feiten, controles, genomen = {}, {}, {}, {}, []
        geweigerd: dict[str, str] = {}
        with innemer.verbonden():
            for jaar in sorted(context.partition_keys):
                try:
                    ingenomen = innemer.neem_in(bron, int(jaar))
                except BronFout as fout:
                    geweigerd[jaar] = str(fout)  # the other years first, then all refusals at once
                    continue
                tabel, afkomst[jaar] = ingenomen.tabel, _afkomst(ingenomen)
                feiten[jaar] = _feiten(ingenomen)
                controles[jaar] = controleer_bron(bron, tabel, afkomst[jaar])
                tabellen[jaar] = (
                    pa.Table.from_pandas(tabel, preserve_index=False) if groot else tabel
                )
                genomen.append(ingenomen)
        alle = Tabellen(tabellen, afkomst)
        yield from lever_af(context, bron, alle, feiten, controles, geweigerd)
        yield _jaren_met_gegevens(context, tabellen, feiten)
        for ingenomen in genomen:
            innemer.aanvaard(ingenomen)

    return brontabel


def _jaren_met_gegevens(
    context: dg.AssetExecutionContext,
    tabellen: Mapping[str, Any],
    feiten: Mapping[str, Mapping[str, Any]],
) -> dg.AssetCheckResult:
    """Of all years as they stand now: a check of the UI is of the asset, not of a partition."""
    eerder = laatste_records(context.instance, context.asset_key)
    rijen = []
    for jaar in PEILJAREN.get_partition_keys():
        if jaar in tabellen:
            aantal, reden = len(tabellen[jaar]), feiten[jaar].get(AFWEZIG)
        else:
            gemaakt = eerder[jaar].asset_materialization if jaar in eerder else None
            aantal = _waarde(gemaakt, "dagster/row_count", 0)
            reden = _waarde(gemaakt, AFWEZIG, None if gemaakt else "nog niet gelezen")
        rijen.append({"peiljaar": jaar, "rijen": aantal, "waarom niet": None if aantal else reden})
    (naam,) = JAREN_MET_GEGEVENS
    return dg.AssetCheckResult(
        check_name=naam,
        passed=all(rij["rijen"] for rij in rijen),
        severity=dg.AssetCheckSeverity.WARN,
        metadata={"per peiljaar": als_tabel(pd.DataFrame(rijen), 100)},
    )


def _waarde(gemaakt: dg.AssetMaterialization | None, sleutel: str, anders: Any) -> Any:
    metadata = gemaakt.metadata if gemaakt else {}
    return metadata[sleutel].value if sleutel in metadata else anders


def _afkomst(ingenomen: Ingenomen) -> Afkomst:
    verslag = ingenomen.verslag
    return Afkomst(
        bestanden=per_basis({ALLE: verslag.gebruikt}),
        kolommen=verslag.kolommen or {},
        levering=ingenomen.vastgelegd.beschrijving,
    )


def _feiten(ingenomen: Ingenomen) -> dict[str, Any]:
    vastgelegd, verslag = ingenomen.vastgelegd, ingenomen.verslag
    if not vastgelegd.kaarten:
        return {AFWEZIG: verslag.reden or vastgelegd.reden or "geen levering"}
    feiten: dict[str, Any] = {
        "kaarten": als_tabel(_kaarten(ingenomen)),
        "uitgeversversie": verslag.uitgeversversie or "niet vermeld",
        "licentie": vastgelegd.kaarten[0].licentie,
    }
    feiten |= _langs_welke_weg(ingenomen.ontvangst)
    if ingenomen.verschil is not None:
        feiten["wat er nieuw is"] = ingenomen.verschil.uitleg
        feiten["soort verandering"] = ", ".join(ingenomen.verschil.soorten)
    if verslag.niet_gevonden:
        feiten["niet gevonden kolommen"] = ", ".join(verslag.niet_gevonden)
    if verslag.opmerkingen:
        feiten["opmerkingen"] = "\n".join(verslag.opmerkingen)
    return feiten


def _langs_welke_weg(ontvangst: Ontvangst | None) -> dict[str, Any]:
    """How it came, and what was tried in vain before it."""
    if ontvangst is None or ontvangst.weg is None:
        return {"weg": "bronnenmap"}
    feiten: dict[str, Any] = {"weg": ontvangst.weg, "adres": ontvangst.adres or "niet bewaard"}
    if ontvangst.mislukt:
        feiten["geprobeerd en niet gelukt"] = als_tabel(
            pd.DataFrame([vars(mislukt) for mislukt in ontvangst.mislukt])
        )
    if ontvangst.ook_langs:
        feiten["dezelfde inhoud kwam nu langs"] = ontvangst.ook_langs
    return feiten


# What one looks for first; the long ones last, since the UI cuts off what does not fit.
_OP_DE_KAART = ("bestandsnaam", "rijen", "uitgeversversie", "opgehaald", "gewijzigd", "licentie",
                "url", "sha256", "bytes", "uitgever")  # fmt: skip


def _kaarten(ingenomen: Ingenomen) -> pd.DataFrame:
    """The card of every file: what it is, of when, from whom, under which licence, its hash."""
    kaarten = pd.DataFrame([vars(kaart) for kaart in ingenomen.vastgelegd.kaarten])
    rijen = {bestand.sha256: bestand.rijen for bestand in ingenomen.verslag.bestanden}
    kaarten["rijen"] = kaarten["sha256"].map(rijen).astype("Int64")
    kaarten["uitgeversversie"] = kaarten["uitgeversversie"].fillna("niet vermeld")
    return kaarten[list(_OP_DE_KAART)].dropna(axis=1, how="all")


def _leeftijd(bron: str) -> dg.AssetChecksDefinition:
    """How old the newest peiljaar is: not when something ran, but what year the figures are of."""

    @dg.asset_check(
        asset=leveringsleutel(bron),
        name="peiljaar",
        description="Is het nieuwste peiljaar dat volgens de kalender verschenen is, ook hier?",
    )
    def peiljaar(werkplaats: Werkplaats) -> dg.AssetCheckResult:
        innemer, vandaag = Innemer(werkplaats.werkmap), date.today()
        aanwezig = innemer.aanwezige_jaren(bron, JAREN)
        kalender = catalogus().bronnen[bron].kalender
        mist = (
            niet_gekomen(kalender, JAREN, aanwezig, vandaag, catalogus().eerste_peiljaar)
            if kalender
            else []
        )
        nieuwste = max(aanwezig, default=None)
        return dg.AssetCheckResult(
            passed=not mist,
            severity=dg.AssetCheckSeverity.WARN,
            metadata={
                "nieuwste peiljaar": nieuwste if nieuwste is not None else "geen",
                "jaren oud": vandaag.year - nieuwste if nieuwste is not None else "onbekend",
                "verwacht en niet gekomen": ", ".join(map(str, mist)) or "niets",
            },
        )

    return peiljaar


def _per_bron(maak: Callable[[str], Any]) -> list[Any]:
    return [maak(bron) for bron in catalogus().bronnen]


leveringen = _per_bron(_levering)
brontabellen = _per_bron(_brontabel)
leeftijden = _per_bron(_leeftijd)
