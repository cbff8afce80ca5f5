"""The pieces of evidence of an edition: deliveries, crosswalks, and the areas they lead to.

Here: from what tables and releases say of their files to what the second computation reads.
Not here: that computation (`jaartabel.py`, `naspel.py`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import pandas as pd
from upath import UPath

from veerkracht_dagster.catalogus.models import Catalogus, Editie, Kolom
from veerkracht_dagster.celstatus import status_van
from veerkracht_dagster.opslag.snapshots import Snapshots
from veerkracht_dagster.opslag.tabellen import lees_tabel
from veerkracht_dagster.rekenwijze.omzetten import STUKKOLOMMEN, Stuk
from veerkracht_dagster.sporen.afkomst import Beschrijving
from veerkracht_dagster.tweede.jaartabel import Bronjaar, Jaartabel, Wegen, maak_jaartabel
from veerkracht_dagster.tweede.naspel import Naspel
from veerkracht_dagster.tweede.ruw import (
    NIVEAUS_VAN,
    Bewijslevering,
    GeenTweedeLezer,
    Ruwbestand,
    lees_blad,
)
from veerkracht_dagster.tweede.ruw.lezers import cellen


class BewijsFout(ValueError):
    """A piece of evidence is not there; the message says which and what to do."""


@dataclass
class Bewijsstukken:
    """All that a second computation reads. leveringen: per year and source, the parts.

    brontabel: the pipeline's own source table, taken where a dialect has no second reader; every
    such case is in `notities`.
    """

    editie: Editie
    codes: list[str]
    wegen: Mapping[int, Wegen]
    leveringen: Mapping[int, Mapping[str, Sequence[Bewijslevering]]]
    brontabel: Callable[[str, int], pd.DataFrame]
    notities: list[str] = field(default_factory=list)

    def bronjaar(self, bron: str, jaar: int, cat: Catalogus) -> Bronjaar | None:
        """A source's cells of a year on its own areas; per level the first part that has any.

        Without wijken it is of buurten, as far as these add up.
        """
        kolommen = {naam: kolom for naam, kolom in cat.kolommen.items() if kolom.bron == bron}
        for niveau in NIVEAUS_VAN[self.editie.niveau]:
            if (gevonden := self._bronjaar(bron, jaar, kolommen, niveau)) is None:
                continue
            if niveau != self.editie.niveau:
                cellen_van = {
                    naam: cellen if kolommen[naam].telt_op else {}
                    for naam, cellen in gevonden.cellen.items()
                }
                gevonden = replace(gevonden, cellen=cellen_van)
            return gevonden
        return None

    def _bronjaar(
        self, bron: str, jaar: int, kolommen: Mapping[str, Kolom], niveau: str
    ) -> Bronjaar | None:
        for levering in self.leveringen.get(jaar, {}).get(bron, ()):
            try:
                blad = lees_blad(levering, kolommen, niveau)
            except GeenTweedeLezer as reden:
                self.notities.append(f"{bron} {jaar} is niet uit de ruwe tekst herlezen: {reden}")
                return self._uit_tabel(bron, jaar, list(kolommen), niveau)
            if blad.codes:
                codes = frozenset(blad.codes)
                return Bronjaar(niveau, blad.gebiedsjaar, codes, cellen(blad, kolommen))
        return None

    def _uit_tabel(
        self, bron: str, jaar: int, kolommen: Sequence[str], niveau: str
    ) -> Bronjaar | None:
        tabel = self.brontabel(bron, jaar)
        tabel = tabel.loc[tabel["niveau"] == niveau]
        if tabel.empty:
            return None
        codes = tabel["regiocode"].tolist()
        per_kolom = {}
        for naam in kolommen:
            waarden = [None if x != x else x for x in tabel[naam].tolist()]
            staten = tabel[status_van(naam)].tolist()
            per_kolom[naam] = dict(zip(codes, zip(waarden, staten, strict=True), strict=True))
        return Bronjaar(niveau, int(tabel["gebiedsjaar"].iloc[0]), frozenset(codes), per_kolom)

    def jaartabel(self, jaar: int, cat: Catalogus) -> Jaartabel:
        """The harmonised year on the areas of the edition."""
        gevonden = {bron: self.bronjaar(bron, jaar, cat) for bron in cat.bronnen}
        bronnen = {bron: jaar for bron, jaar in gevonden.items() if jaar is not None}
        minimum = cat.omzetting.minimum_dekking
        return maak_jaartabel(self.codes, bronnen, self.wegen, cat, minimum)

    def naspel(self, jaren: Iterable[int], cat: Catalogus) -> Naspel:
        """The whole edition a second time, from the raw files."""
        per_jaar = {jaar: self.jaartabel(jaar, cat) for jaar in sorted(jaren)}
        return Naspel(self.editie, self.codes, per_jaar, cat)


def leveringen_van(
    beschrijvingen: Mapping[str, Beschrijving], jaar: int, snapshots: Snapshots
) -> dict[str, list[Bewijslevering]]:
    """The parts per source of a year, with their files in the snapshot store.

    Raises:
        BewijsFout: a snapshot is gone.
    """
    return {
        bron: [
            Bewijslevering(
                bron, jaar, deel["dialect"],
                tuple(_bestand(naam, sha, snapshots) for naam, sha in deel["bestanden"]),
            )
            for deel in delen
        ]
        for bron, delen in beschrijvingen.items()
    }  # fmt: skip


def _bestand(naam: str, sha256: str, snapshots: Snapshots) -> Ruwbestand:
    try:
        pad = snapshots.pad(sha256)
    except KeyError as fout:
        raise BewijsFout(
            f"{naam}: {fout.args[0]}; zet de snapshots terug uit een reservekopie, of neem de bron "
            "opnieuw in met `veerkracht rebuild --alles`"
        ) from None
    return Ruwbestand(naam, sha256, pad)


def eigen_wegen(omzetting: pd.DataFrame, editie: Editie) -> pd.DataFrame:
    """The rows of table `buurt_omzetting` that lead to the areas of an edition; of an old area that
    lies in others too, all of it, so that it can be seen where it went."""
    eigen = (omzetting["niveau"] == editie.niveau) & (omzetting["basis"] == editie.basisjaar)
    uit = omzetting.loc[eigen & omzetting["gewicht"].notna()].drop(columns=["niveau", "basis"])
    if editie.gemeenten:
        erin = uit.loc[uit["naar_regio"].map(editie.heeft).astype(bool), "van_regio"]
        uit = uit.loc[uit["van_regio"].isin(erin)]
    return uit


def wegen_van(rijen: pd.DataFrame) -> dict[str, list[Stuk]]:
    """Crosswalk rows as parts per area of the edition."""
    uit: dict[str, list[Stuk]] = {}
    namen = ("naar_regio", *STUKKOLOMMEN)
    for naar, van, gewicht, methode, *maten in zip(
        *(rijen[k].tolist() for k in namen), strict=True
    ):
        aantal, maat = (None if x != x else x for x in maten)
        uit.setdefault(naar, []).append(Stuk(van, gewicht, methode, aantal, maat))
    return uit


def verzamel(
    editie: Editie,
    omzettingen: Mapping[int, pd.DataFrame],
    beschrijvingen: Mapping[int, Mapping[str, Beschrijving]],
    snapshots: Snapshots,
    brontabel: Callable[[str, int], pd.DataFrame],
) -> Bewijsstukken:
    """The evidence of an edition.

    Args:
        omzettingen: per year of areas, that of the base year among them, the rows of
            `eigen_wegen`.
        beschrijvingen: per year and source, what the table keeps of its delivery.
    Raises:
        BewijsFout: a snapshot is gone, or there is no crosswalk from the base year to itself.
    """
    if editie.basisjaar not in omzettingen:
        raise BewijsFout(
            f"{editie.titel}: er is geen omzetting van {editie.basisjaar} naar zichzelf, en dus "
            "geen lijst van gebieden; maak buurt_omzetting van dat jaar opnieuw"
        )
    wegen = {jaar: wegen_van(tabel) for jaar, tabel in omzettingen.items()}
    return Bewijsstukken(
        editie,
        sorted(filter(editie.heeft, wegen[editie.basisjaar])),
        wegen,
        {jaar: leveringen_van(b, jaar, snapshots) for jaar, b in beschrijvingen.items()},
        brontabel,
    )


class Tabellenwinkel:
    """The pipeline's own tables, read where a receipt or the audit needs one."""

    def __init__(self, tabellen: str) -> None:
        self._map = UPath(tabellen)

    def lees(self, naam: str, partitie: int | str) -> pd.DataFrame:
        """A table of a partition.

        Raises:
            BewijsFout: it is not there.
        """
        pad = self._map / naam / f"{partitie}.parquet"
        if not pad.exists():
            raise BewijsFout(f"{pad} is er niet; draai `veerkracht rebuild`")
        return lees_tabel(pad)
