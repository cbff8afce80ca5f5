"""Which delivery of a source and year counts, from finding it to the table made of it.

Here: chosen by hand before the source folder, the folder before what was fetched; and a delivery
with rules is tried before its bytes are kept.
Not here: finding (`vindplaatsen.py`), fetching (`ophalen/`), reading (`lezen.py`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import pandas as pd

from veerkracht_dagster.bronnen.fouten import BronFout
from veerkracht_dagster.bronnen.lezen import lees
from veerkracht_dagster.bronnen.ontvangsten import Ontvangst, Ontvangsten
from veerkracht_dagster.bronnen.ophalen.fouten import OphaalFout
from veerkracht_dagster.bronnen.ophalen.proefneming import Proefneming, uit_ontvangst
from veerkracht_dagster.bronnen.uitkijk.gezien import GEHEUGEN, Geheugen, merkversie
from veerkracht_dagster.bronnen.vastleggen import Vastgelegd, leg_vast, ter_plaatse
from veerkracht_dagster.bronnen.verslag import Leesverslag
from veerkracht_dagster.bronnen.vindplaatsen import Levering, leveringsversie, vind
from veerkracht_dagster.catalogus.laden import catalogus
from veerkracht_dagster.opslag.vingerafdrukken import AFWEZIG
from veerkracht_dagster.werkmap import Werkmap

if TYPE_CHECKING:
    from veerkracht_dagster.bronnen.ophalen.wegen import Ophaler
    from veerkracht_dagster.bronnen.uitkijk.merken import Blik
    from veerkracht_dagster.bronnen.uitkijk.verschil import Uitgeversverschil

_MET_TITELS = ("DataProperties", "MeasureCodes")  # sets of OData v3 and v4
MET_REGELS = "levering"  # the dialect of deliveries, which may not be kept before they are tried


@dataclass(frozen=True)
class Ingenomen:
    """A delivery that was taken in: its files, its table and what was noticed."""

    vastgelegd: Vastgelegd
    tabel: pd.DataFrame
    verslag: Leesverslag
    ontvangst: Ontvangst | None
    verschil: Uitgeversverschil | None = None  # from the version before; None when it is the same


@dataclass(frozen=True)
class Versies:
    """The version of what counts, per peiljaar as text.

    onbereikt: of the years for which the publisher could not be asked, why, and since when the
    version that counts is known.
    """

    per_jaar: dict[str, str]
    onbereikt: dict[str, tuple[str, str]]


class Innemer:
    """Takes in deliveries of a work folder; fetches them first where that is switched on."""

    def __init__(self, werkmap: Werkmap) -> None:
        self.werkmap = werkmap
        self._ontvangsten = Ontvangsten(werkmap.snapshots)
        self._ophaler: Ophaler | None = None

    def neem_in(self, bron: str, jaar: int) -> Ingenomen:
        """The table of a source and year, from what counts now; fetched if need be.

        A publisher that does not answer costs nothing where it is not known to have anything else
        than what was fetched before: then that counts, and the report says so.

        Raises:
            BronFout: what came cannot be used, or a publisher could not be asked.
        """
        redenen: list[str] = []
        niet_bereikt: tuple[str, ...] = ()
        if self.haalt_op(bron, jaar):
            proef = Proefneming(self.werkmap, bron, jaar)
            try:
                ontvangst = self._haal_op(bron, jaar, proef, redenen.append)
            except OphaalFout as fout:
                if not self._is_bij(bron, jaar):
                    raise
                stil = f"de uitgever is niet bereikt; {self._toen(bron, jaar)}. {fout}"
                niet_bereikt = (stil,)
            else:
                if ontvangst is not None and proef.gelezen is not None:
                    return self._ingenomen(*proef.gelezen, ontvangst)
        levering, bekend = self.geldend(bron, jaar)
        if redenen:
            levering = replace(levering, reden="; ".join([str(levering.reden), *redenen]))
        vingers, snapshots = self.werkmap.vingerafdrukken, self.werkmap.snapshots
        gelezen = None
        if any(deel.dialect == MET_REGELS for deel in levering.delen):
            gelezen = lees(ter_plaatse(levering, vingers), catalogus())
        vastgelegd = leg_vast(levering, snapshots, vingers, ontvangst=bekend)
        tabel, verslag = gelezen or lees(vastgelegd, catalogus())
        verslag = replace(verslag, opmerkingen=(*verslag.opmerkingen, *niet_bereikt))
        return self._ingenomen(vastgelegd, tabel, verslag, vastgelegd.ontvangst)

    def _ingenomen(
        self,
        vastgelegd: Vastgelegd,
        tabel: pd.DataFrame,
        verslag: Leesverslag,
        ontvangst: Ontvangst | None,
    ) -> Ingenomen:
        verschil = self._verschil(vastgelegd, tabel, verslag)
        return Ingenomen(vastgelegd, tabel, verslag, ontvangst, verschil)

    def aanvaard(self, ingenomen: Ingenomen) -> None:
        """The table of this version stands: what comes next is compared with it."""
        if ingenomen.ontvangst is not None:
            self._ontvangsten.aanvaardt(ingenomen.ontvangst)

    def _verschil(
        self, nieuw: Vastgelegd, tabel: pd.DataFrame, verslag: Leesverslag
    ) -> Uitgeversverschil | None:
        """What is new in this version beside the one that is published, else beside the one that
        came in last; columns that nobody decided about stop it.

        Raises:
            BronFout: a new column, or one of ours is gone.
        """
        if nieuw.ontvangst is None:
            return None
        vorige = self._ontvangsten.aanvaard(nieuw.bron, nieuw.peiljaar)
        if vorige is not None and vorige.versie == nieuw.ontvangst.versie:
            return None
        from veerkracht_dagster.bronnen.uitkijk.gepubliceerd import gepubliceerde_versie
        from veerkracht_dagster.bronnen.uitkijk.maten import maten_van
        from veerkracht_dagster.bronnen.uitkijk.tabelverschil import vergelijk_tabellen
        from veerkracht_dagster.bronnen.uitkijk.verschil import (
            Uitgeversverschil,
            Veranderingssoort,
            vergelijk,
            weiger_onbekende_kolommen,
        )

        if vorige is None:
            return Uitgeversverschil(vast=Veranderingssoort.EERSTE)

        cat = catalogus()
        tegen = f"de versie van {vorige.ontvangen[:16]}, die in geen uitgave staat"
        gepubliceerd = gepubliceerde_versie(
            self.werkmap.uitgaven, nieuw.bron, nieuw.peiljaar,
            self._ontvangsten.alle(nieuw.bron, nieuw.peiljaar),
        )  # fmt: skip
        if gepubliceerd is not None:
            vorige, tegen = gepubliceerd.ontvangst, gepubliceerd.uitgave
        oud = ter_plaatse(uit_ontvangst(self._ontvangsten, vorige), self.werkmap.vingerafdrukken)
        maten_oud, maten_nieuw = maten_van(oud, cat), maten_van(nieuw, cat)
        if maten_oud is None or maten_nieuw is None:
            verschil = vergelijk_tabellen(lees(oud, cat)[0], tabel)
        else:
            verschil = vergelijk(maten_oud, maten_nieuw)
        verschil = replace(verschil, tegen=tegen)
        if maten_oud is None or maten_nieuw is None or verschil.erbij or verschil.weg:
            had = lees(oud, cat)[1].kolommen or {}
            weiger_onbekende_kolommen(
                _titelbestanden(nieuw),
                verschil,
                cat.kolommen_van(nieuw.bron),
                cat.bronnen[nieuw.bron].overgeslagen,
                [naam for naam in had if naam in verslag.niet_gevonden],
                geleverd=any(deel.dialect == "levering" for deel in nieuw.delen),
            )
        return verschil

    def geldend(self, bron: str, jaar: int) -> tuple[Levering, Ontvangst | None]:
        """What counts now: what was chosen, else the source folder, else what was fetched last.

        Raises:
            BronFout: a file in the folder is refused at sight.
        """
        gekozen = self._ontvangsten.gekozen(bron, jaar)
        if gekozen is not None:
            return uit_ontvangst(self._ontvangsten, gekozen), gekozen
        levering = vind(self.werkmap.bronnen, bron, jaar)
        laatste = None if levering.aanwezig else self._ontvangsten.laatste(bron, jaar)
        if laatste is not None:
            return uit_ontvangst(self._ontvangsten, laatste), laatste
        return levering, None

    def aanwezige_jaren(self, bron: str, jaren: Iterable[int]) -> list[int]:
        """The years of which something is there, in the folder or fetched, also what is refused."""
        return [jaar for jaar in jaren if self._is_er(bron, jaar)]

    def _is_er(self, bron: str, jaar: int) -> bool:
        try:
            return self.geldend(bron, jaar)[0].aanwezig
        except BronFout:
            return True

    def versie(self, bron: str, jaar: int) -> str:
        """Version of what counts now, without the publisher being asked.

        Files refused at sight have a version too: their table is tried, and says why not.
        """
        try:
            levering, ontvangst = self.geldend(bron, jaar)
        except BronFout as fout:
            return _geweigerde_versie(fout)
        if ontvangst is not None and self._ontvangsten.gekozen(bron, jaar) is None:
            return self._gezien(bron, jaar) or merkversie(ontvangst.merk)
        return leveringsversie(levering, self.werkmap.vingerafdrukken)

    def kijk(self, bronnen: Iterable[str], jaren: Collection[int]) -> Blik:
        """What publishers have now of the sources and years that are fetched.

        A year that somebody chose by hand, or that lies in the source folder, is not asked.
        """
        from veerkracht_dagster.bronnen.uitkijk.merken import kijk

        return kijk(self.werkmap, [(b, j) for b in bronnen for j in jaren if self.haalt_op(b, j)])

    def versies(self, bron: str, jaren: Iterable[int], *, uitgevers: bool) -> Versies:
        """Version per peiljaar; of what is fetched, the publisher's of now.

        Of a publisher that does not answer what was known before counts. A year of which nothing
        was known has a version too: its table is tried, and says why not.

        Args:
            uitgevers: whether publishers are asked; else what was fetched last is what they have.
        """
        jaren = list(jaren)
        gezien: dict[int, str] = {}
        fouten: dict[int, BronFout] = {}
        if uitgevers and any(self.haalt_op(bron, jaar) for jaar in jaren):
            blik = self.kijk([bron], jaren)
            gezien = {jaar: g.versie for (_, jaar), g in blik.gezien.items()}
            fouten = {jaar: fout for (_, jaar), fout in blik.onbereikt.items()}
        uit = Versies({}, {})
        for jaar in jaren:
            fout = fouten.get(jaar)
            if fout is None:
                uit.per_jaar[str(jaar)] = gezien.get(jaar) or self.versie(bron, jaar)
            elif self._ontvangsten.laatste(bron, jaar) or self._gezien(bron, jaar):
                uit.per_jaar[str(jaar)] = self.versie(bron, jaar)
                uit.onbereikt[str(jaar)] = str(fout), self._toen(bron, jaar)
            else:
                uit.per_jaar[str(jaar)] = _geweigerde_versie(fout)
        return uit

    def _gezien(self, bron: str, jaar: int) -> str | None:
        """The version that the publisher was last seen to have; None when it never was asked."""
        gezien = Geheugen(self.werkmap.pad / GEHEUGEN).van(bron, jaar)
        return gezien.versie if gezien is not None else None

    def _is_bij(self, bron: str, jaar: int) -> bool:
        """Whether what was fetched before is what the publisher was last seen to have."""
        gezien = self._gezien(bron, jaar)
        if self._ontvangsten.laatste(bron, jaar) is None:
            return gezien == AFWEZIG
        return gezien in (None, self._ontvangsten.gezien(bron, jaar))

    def _toen(self, bron: str, jaar: int) -> str:
        laatste = self._ontvangsten.laatste(bron, jaar)
        if laatste is None:
            return "toen hij wel antwoordde was het er niet"
        return f"wat er is, is van {laatste.ontvangen[:10]}"

    def haalt_op(self, bron: str, jaar: int) -> bool:
        """Whether the publisher is asked: switched on, not chosen by hand, not in the folder."""
        from veerkracht_dagster.bronnen.ophalen.instellingen import Instellingen

        return Instellingen.uit_omgeving().aan and self.zou_ophalen(bron, jaar)

    def zou_ophalen(self, bron: str, jaar: int) -> bool:
        """Whether the publisher would be asked, were it switched on.

        Raises:
            BronFout: a file in the folder is refused at sight.
        """
        if not catalogus().bronnen[bron].ophalen:
            return False
        if self._ontvangsten.gekozen(bron, jaar) is not None:
            return False
        return not vind(self.werkmap.bronnen, bron, jaar).aanwezig

    @contextmanager
    def verbonden(self) -> Iterator[None]:
        """One connection for all that is fetched meanwhile."""
        try:
            yield
        finally:
            if self._ophaler is not None:
                self._ophaler.verbinding.__exit__()
                self._ophaler = None

    def _haal_op(
        self, bron: str, jaar: int, proef: Proefneming, meld: Callable[[str], None]
    ) -> Ontvangst | None:
        from veerkracht_dagster.bronnen.ophalen.instellingen import Instellingen
        from veerkracht_dagster.bronnen.ophalen.wegen import Ophaler, verbinding_van

        if self._ophaler is None:
            verbinding = verbinding_van(Instellingen.uit_omgeving(), catalogus())
            self._ophaler = Ophaler(self.werkmap.snapshots, verbinding)
        ontvangst = self._ophaler.haal_op(bron, jaar, proef.probeer, meld)
        if ontvangst is not None:
            self._ontvangsten.onthoud_gezien(bron, jaar, self._gezien(bron, jaar))
        return ontvangst


def _titelbestanden(vastgelegd: Vastgelegd) -> str:
    """The files that say which columns there are: of a set of several, those with the topics."""
    namen = [bestand.naam for deel in vastgelegd.delen for bestand in deel.bestanden]
    titels = [naam for naam in namen if naam.rpartition("/")[2].startswith(_MET_TITELS)]
    return ", ".join(titels or namen)


def _geweigerde_versie(fout: BronFout) -> str:
    return f"geweigerd-{hashlib.sha256(str(fout).encode()).hexdigest()}"
