"""Trying what came along a way: it is read, and held against what counted before.

Here: whether a delivery can be used, and whether it says anything that the one before did not.
Not here: reading (`lezen.py`), which way is next (`wegen.py`).
"""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from veerkracht_dagster.bronnen.fouten import BronFout, bronfout
from veerkracht_dagster.bronnen.lezen import lees
from veerkracht_dagster.bronnen.ontvangsten import Ontvangst, Ontvangsten
from veerkracht_dagster.bronnen.uitkijk.maten import maten_van
from veerkracht_dagster.bronnen.vastleggen import Vastgelegd, leg_vast
from veerkracht_dagster.bronnen.verslag import Leesverslag
from veerkracht_dagster.bronnen.vindplaatsen import Levering, vind
from veerkracht_dagster.catalogus.laden import catalogus
from veerkracht_dagster.werkmap import Werkmap

# Where in a file a row stands: along another way it stands elsewhere, and says the same.
_VINDPLEK = ["bron_bestand", "bron_rij"]
Gelezen = tuple[Vastgelegd, pd.DataFrame, Leesverslag]


class Proefneming:
    """Reads what comes of a source and year; `gelezen` is what counts of it."""

    def __init__(self, werkmap: Werkmap, bron: str, jaar: int) -> None:
        self._werkmap = werkmap
        self._bron, self._jaar = bron, jaar
        self._ontvangsten = Ontvangsten(werkmap.snapshots)
        self.gelezen: Gelezen | None = None

    def probeer(self, gekomen: Ontvangst, gedeeld: bool) -> Ontvangst:
        """The receipt that counts: this one, or of the same content the one that counted before.

        A way that fails today and works tomorrow does not make the figures another version.

        Args:
            gedeeld: it holds other years too, and so may hold nothing of this one.

        Raises:
            BronFout: it cannot be used.
        """
        vorige = self._ontvangsten.laatste(self._bron, self._jaar)
        langs_anders = vorige is not None and vorige.versie != gekomen.versie
        if vorige is not None and langs_anders and gekomen.gelijk_aan == vorige.versie:
            self.gelezen = self._nog_te_lezen(vorige, gedeeld)
            if self.gelezen is not None:
                return vorige
        nieuw = self._lees(gekomen, gedeeld)
        if vorige is not None and langs_anders and vorige.weg != gekomen.weg:
            self.gelezen = self._nog_te_lezen(vorige, gedeeld)
            if self.gelezen is not None and _zegt_niets_nieuws(self.gelezen, nieuw):
                return vorige
        self.gelezen = nieuw
        return gekomen

    def _lees(self, ontvangst: Ontvangst, gedeeld: bool) -> Gelezen:
        levering = uit_ontvangst(self._ontvangsten, ontvangst)
        if not levering.aanwezig:
            raise _onbruikbaar(ontvangst, str(levering.reden))
        vingers = self._werkmap.vingerafdrukken
        vastgelegd = leg_vast(levering, self._werkmap.snapshots, vingers, ontvangst=ontvangst)
        tabel, verslag = lees(vastgelegd, catalogus())
        if tabel.empty and not gedeeld:
            raise _onbruikbaar(ontvangst, str(verslag.reden))
        return vastgelegd, tabel, verslag

    def _nog_te_lezen(self, ontvangst: Ontvangst, gedeeld: bool) -> Gelezen | None:
        """What counted before; None when it is not in the store any more, or refused by now."""
        try:
            return self._lees(ontvangst, gedeeld)
        except (KeyError, BronFout):
            return None


def uit_ontvangst(ontvangsten: Ontvangsten, ontvangst: Ontvangst) -> Levering:
    """The files of a receipt, as a delivery.

    Raises:
        KeyError: the bytes are not in the store any more.
    """
    bestanden = ontvangsten.bestanden(ontvangst)
    levering = vind(bestanden, ontvangst.bron, ontvangst.peiljaar)
    if levering.aanwezig:
        return levering
    namen = ", ".join(bestand.naam for bestand in bestanden)
    return replace(levering, reden=f"opgehaald, maar nergens verwacht: {namen}")


def _zegt_niets_nieuws(oud: Gelezen, nieuw: Gelezen) -> bool:
    """Whether two tables say the same, wherever in their files they say it, and the new files have
    no topic that the old ones have not: about that somebody decides first.
    """
    tabellen = [tabel.drop(columns=_VINDPLEK, errors="ignore") for _, tabel, _ in (oud, nieuw)]
    if not tabellen[0].equals(tabellen[1]):
        return False
    maten = [maten_van(vastgelegd, catalogus()) for vastgelegd, _, _ in (oud, nieuw)]
    return None in maten or set(maten[1] or ()) <= set(maten[0] or ())


def _onbruikbaar(ontvangst: Ontvangst, gevonden: str) -> BronFout:
    return bronfout(
        ", ".join(naam for naam, _ in ontvangst.bestanden)[:200],
        gevonden=gevonden,
        verwacht=f"gegevens van {ontvangst.bron} {ontvangst.peiljaar}",
        remedie="kijk wat de uitgever hier nu aanbiedt, en pas bronnen.yml aan",
    )
