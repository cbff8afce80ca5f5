"""Areas by the names that people have for them: of a buurt, a wijk, a gemeente.

Here: from what somebody writes to a code. Not here: the receipt of that area (`bon.py`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import get_close_matches
from typing import TYPE_CHECKING

from veerkracht_dagster.catalogus import catalogus

if TYPE_CHECKING:
    import pandas as pd

_CODE = re.compile(r"(BU\d{8}|WK\d{6}|GM\d{4})")
_VELDEN = ["niveau", "regiocode", "regionaam", "gemeentecode", "gemeentenaam"]
_GETOOND = 20
NIVEAUS = ("buurt", "wijk", "gemeente")


class OnbekendePlaats(ValueError):
    """A name is that of no area, or of more than one (`meer`); the message says which there are."""

    def __init__(self, melding: str, *, meer: bool) -> None:
        super().__init__(melding)
        self.meer = meer


def plaatsen(tabellen: str, editie: str) -> pd.DataFrame:
    """Every buurt, wijk and gemeente of an edition: niveau, code, naam, gemeente.

    Of an edition that was never computed it is empty.
    """
    import pandas as pd  # late: a receipt of a code does without
    from upath import UPath

    from veerkracht_dagster.opslag.tabellen import lees_tabel

    basisjaar = catalogus().edities[editie].basisjaar
    pad = UPath(tabellen) / "gebieden" / f"{basisjaar}.parquet"
    leeg = pd.DataFrame(columns=["niveau", "code", "naam", "gemeente"], dtype=object)
    if not pad.exists():
        return leeg
    gebieden = lees_tabel(pad, _VELDEN).astype(object)
    los = gebieden.rename(
        columns={"regiocode": "code", "regionaam": "naam", "gemeentenaam": "gemeente"}
    )
    gemeenten = gebieden.drop_duplicates("gemeentecode").assign(niveau="gemeente")
    gemeenten = gemeenten.assign(
        code=gemeenten["gemeentecode"], naam=gemeenten["gemeentenaam"], gemeente=""
    )
    return pd.concat([los, gemeenten], ignore_index=True)[list(leeg)].dropna(subset="naam")


def zoek(tabellen: str, editie: str, gevraagd: str, niveaus: Sequence[str] = NIVEAUS) -> str:
    """The code of the area that somebody means by a code, a name, or `name, gemeente`.

    Args:
        tabellen: where the tables between stages are, of which `gebieden` has the names.

    Raises:
        OnbekendePlaats: no area is called so, with what comes near; or more than one is, with all
            of them and the gemeente of each.
    """
    if _CODE.fullmatch(gevraagd):
        return gevraagd
    alle = plaatsen(tabellen, editie)
    alle = alle.loc[alle["niveau"].isin(niveaus)]
    passend = passende(alle, gevraagd)
    if len(passend) == 1:
        return str(passend["code"].iloc[0])
    if passend.empty:
        wat = f"{', '.join(niveaus[:-1])} or {niveaus[-1]}" if len(niveaus) > 1 else niveaus[0]
        namen = [str(naam) for naam in alle["naam"].unique()]
        lijkt_op: list[str] = get_close_matches(gevraagd, namen, n=5)
        nabij = f"; do you mean {', '.join(lijkt_op)}?" if lijkt_op else ""
        raise OnbekendePlaats(f"no {wat} of {editie} is called '{gevraagd}'{nabij}", meer=False)
    velden = (passend[k].head(_GETOOND).astype(str) for k in ("code", "niveau", "naam", "gemeente"))
    regels = [
        f"  {code}  {niveau} {naam}" + (f", {gemeente}" if gemeente else "")
        for code, niveau, naam, gemeente in zip(*velden, strict=True)
    ]
    rest = f"\n  and {len(passend) - _GETOOND} more" if len(passend) > _GETOOND else ""
    raise OnbekendePlaats(
        f"'{gevraagd}' is the name of {len(passend)} areas of {editie}; give a code, or "
        "'name, gemeente':\n" + "\n".join(regels) + rest,
        meer=True,
    )


def zoek_of_zelf(tabellen: str, editie: str, gevraagd: str) -> str:
    """The code of the area that is called so, of the niveau of the edition before any other; what
    was asked itself where no area is: it may be a group of the report.

    Raises:
        OnbekendePlaats: more than one area is called so.
    """
    if _CODE.fullmatch(gevraagd):
        return gevraagd
    alle, eigen = plaatsen(tabellen, editie), catalogus().edities[editie].niveau
    for niveaus in ([eigen], NIVEAUS):
        if len(passende(alle.loc[alle["niveau"].isin(niveaus)], gevraagd)):
            return zoek(tabellen, editie, gevraagd, niveaus)
    return gevraagd


def passende(alle: pd.DataFrame, gevraagd: str) -> pd.DataFrame:
    """The rows of `plaatsen` that are called so."""
    namen, gemeenten = (alle[k].astype(str).map(kaal) for k in ("naam", "gemeente"))
    heel = alle.loc[namen == kaal(gevraagd)]
    if not heel.empty or "," not in gevraagd:
        return heel
    naam, _, gemeente = gevraagd.rpartition(",")
    return alle.loc[(namen == kaal(naam)) & (gemeenten == kaal(gemeente))]


def kaal(naam: str) -> str:
    """A name in which capitals and blanks make no difference."""
    return " ".join(naam.split()).casefold()
