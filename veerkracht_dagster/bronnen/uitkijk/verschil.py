"""What kind of change a new version is: newly filled measures, revised values, other columns.

Here: comparing two versions of a table by topic, and the words for it.
Not here: reading a version (`maten.py`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from veerkracht_dagster.bronnen.fouten import BronFout, Probleem
from veerkracht_dagster.bronnen.onderwerpen import Onderwerp
from veerkracht_dagster.catalogus.models import Kolom
from veerkracht_dagster.catalogus.models.basis import zelfde

if TYPE_CHECKING:
    from veerkracht_dagster.bronnen.uitkijk.maten import Uitgeversmaat

_GETOOND = 8


class Veranderingssoort(StrEnum):
    """Kinds of change, as they are shown to people."""

    EERSTE = "eerste uitgave"
    GEVULD = "nieuw gevulde maten"
    HERZIEN = "herziene waarden"
    SCHEMA = "schema gewijzigd"
    INGETROKKEN = "ingetrokken"
    GELIJK = "dezelfde cijfers"


_UITLEG = {
    Veranderingssoort.EERSTE: "er was nog geen versie van dit peiljaar",
}


@dataclass(frozen=True)
class Uitgeversverschil:
    """Two versions compared: names of topics per kind of change.

    vast: the kind, where it does not follow from topics. rijen: of tables compared row by row,
    which came and went. tegen: with what it was compared, in words.
    """

    gevuld: tuple[str, ...] = ()
    herzien: tuple[str, ...] = ()
    geleegd: tuple[str, ...] = ()
    erbij: tuple[Onderwerp, ...] = ()
    weg: tuple[Onderwerp, ...] = ()
    vast: Veranderingssoort | None = None
    rijen: tuple[str, ...] = ()
    tegen: str = ""

    @property
    def soorten(self) -> tuple[Veranderingssoort, ...]:
        """Every kind that holds; `GELIJK` when none does."""
        if self.vast is not None:
            return (self.vast,)
        kinds = (
            (Veranderingssoort.SCHEMA, bool(self.erbij or self.weg)),
            (Veranderingssoort.GEVULD, bool(self.gevuld)),
            (Veranderingssoort.HERZIEN, bool(self.herzien or self.geleegd or self.rijen)),
        )
        return tuple(soort for soort, geldt in kinds if geldt) or (Veranderingssoort.GELIJK,)

    @property
    def uitleg(self) -> str:
        """One line per kind, with how many topics and the first of them."""
        delen = (
            ("nieuw gevulde maten", self.gevuld),
            ("herziene waarden", self.herzien),
            ("leeggemaakte maten", self.geleegd),
            ("andere rijen", self.rijen),
            ("nieuwe kolommen", tuple(o.voluit for o in self.erbij)),
            ("verdwenen kolommen", tuple(o.voluit for o in self.weg)),
        )
        if self.vast is not None:
            return _UITLEG[self.vast]
        regels = [f"{wat}: {len(namen)} ({_opsomming(namen)})" for wat, namen in delen if namen]
        regels = regels or ["dezelfde cijfers in andere bestanden"]
        return "\n".join([*regels, f"vergeleken met {self.tegen}"] if self.tegen else regels)


def vergelijk(
    oud: Mapping[str, Uitgeversmaat], nieuw: Mapping[str, Uitgeversmaat]
) -> Uitgeversverschil:
    """What changed between two versions of a table."""
    beide = [naam for naam in nieuw if naam in oud]
    anders = [
        n for n in beide if (oud[n].aantal, oud[n].afdruk) != (nieuw[n].aantal, nieuw[n].afdruk)
    ]
    gevuld = [n for n in anders if oud[n].aantal == 0]
    geleegd = [n for n in anders if nieuw[n].aantal == 0]
    return Uitgeversverschil(
        tuple(gevuld),
        tuple(n for n in anders if n not in {*gevuld, *geleegd}),
        tuple(geleegd),
        tuple(maat.onderwerp for naam, maat in nieuw.items() if naam not in oud),
        tuple(maat.onderwerp for naam, maat in oud.items() if naam not in nieuw),
    )


def weiger_onbekende_kolommen(
    waar: str,
    verschil: Uitgeversverschil,
    kolommen: Mapping[str, Kolom],
    overgeslagen: Iterable[str],
    kwijt: Iterable[str],
    *,
    geleverd: bool = False,
) -> None:
    """Stop at columns that nobody decided about, until the catalogue says what they are.

    Args:
        overgeslagen: topics that the catalogue knows and does not keep.
        kwijt: columns of ours that the version before had, and this one not.
        geleverd: it is a delivery, of which a manifest names the columns.

    Raises:
        BronFout: a new column that is not in the catalogue, or one of ours that is gone.
    """
    bekend = {zelfde(naam) for naam in overgeslagen}
    eigen = {zelfde(titel) for kolom in kolommen.values() for titel in kolom.uitgever.titels}
    maten = {maat for kolom in kolommen.values() for maat in kolom.uitgever.v4}
    problemen = [
        Probleem(
            gevonden=f"een nieuwe kolom '{onderwerp.voluit}'"
            + (f" (v4 {onderwerp.maat})" if onderwerp.maat else ""),
            verwacht="de kolommen van de vorige versie, of een kolom die de catalogus kent",
            remedie="neem haar op in kolommen.yml, of noem haar daar onder overgeslagen",
            bestand=waar,
            kolom=onderwerp.titel.strip(),
        )
        for onderwerp in verschil.erbij
        if zelfde(onderwerp.titel) not in eigen
        and onderwerp.maat not in maten
        and not {zelfde(onderwerp.titel), zelfde(onderwerp.voluit), zelfde(onderwerp.maat)} & bekend
    ]
    problemen += [
        Probleem(
            gevonden=f"geen kolom '{kolommen[naam].uitgever.titels[0]}' meer",
            verwacht=f"de kolom die de vorige versie had, en die wij {naam} noemen",
            remedie=(
                "noem haar in het manifest; wordt zij niet meer geleverd, laat dan de vorige "
                f"levering staan, of haal {naam} uit de catalogus"
            )
            if geleverd
            else "zoek haar nieuwe titel of v4-nummer en zet dat in kolommen.yml",
            bestand=waar,
            kolom=naam,
        )
        for naam in kwijt
    ]
    if problemen:
        raise BronFout(*problemen)


def _opsomming(namen: Iterable[str]) -> str:
    alle = list(namen)
    return ", ".join(alle[:_GETOOND]) + (", ..." if len(alle) > _GETOOND else "")
