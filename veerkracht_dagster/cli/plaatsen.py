"""Areas by the names that people have for them: of a buurt, a wijk, a gemeente.

Here: from what somebody types to a code, and names for completion in the shell. Not here: what is
done with the area.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from typing import NoReturn

import pandas as pd
from upath import UPath

from veerkracht_dagster.catalogus import catalogus
from veerkracht_dagster.cli.weergave import NIETS_DAAR, VERKEERD_GEBRUIK, fout
from veerkracht_dagster.opslag.tabellen import lees_tabel
from veerkracht_dagster.werkmap import Werkmap

_CODE = re.compile(r"(BU\d{8}|WK\d{6}|GM\d{4})")
_VELDEN = ["niveau", "regiocode", "regionaam", "gemeentecode", "gemeentenaam"]
_GETOOND = 20
NIVEAUS = ("buurt", "wijk", "gemeente")


def plaatsen(werkmap: Werkmap, editie: str) -> pd.DataFrame:
    """Every buurt, wijk and gemeente of an edition: niveau, code, naam, gemeente.

    Of an edition that was never computed it is empty.
    """
    basisjaar = catalogus().edities[editie].basisjaar
    pad = UPath(werkmap.tabellen) / "gebieden" / f"{basisjaar}.parquet"
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


def code_van(werkmap: Werkmap, editie: str, gevraagd: str, niveaus: Sequence[str] = NIVEAUS) -> str:
    """The code of the area that somebody means by a code, a name, or `name, gemeente`.

    Stops the command where no area is called so, with what comes near; and where more than one is,
    with all of them and the gemeente of each.
    """
    if _CODE.fullmatch(gevraagd):
        return gevraagd
    alle = plaatsen(werkmap, editie)
    alle = alle.loc[alle["niveau"].isin(niveaus)]
    passend = _passend(alle, gevraagd)
    if len(passend) != 1:
        _weiger(editie, gevraagd, alle, passend, niveaus)
    return str(passend["code"].iloc[0])


def _weiger(
    editie: str, gevraagd: str, alle: pd.DataFrame, passend: pd.DataFrame, niveaus: Sequence[str]
) -> NoReturn:
    """Say why a name is not one area, and stop."""
    wat = f"{', '.join(niveaus[:-1])} or {niveaus[-1]}" if len(niveaus) > 1 else niveaus[0]
    if passend.empty:
        lijkt_op: list[str] = get_close_matches(
            gevraagd, [str(naam) for naam in alle["naam"].unique()], n=5
        )
        nabij = f"; do you mean {', '.join(lijkt_op)}?" if lijkt_op else ""
        fout(f"no {wat} of {editie} is called '{gevraagd}'{nabij}", NIETS_DAAR)
    velden = (passend[k].head(_GETOOND).astype(str) for k in ("code", "niveau", "naam", "gemeente"))
    regels = [
        f"  {code}  {niveau} {naam}" + (f", {gemeente}" if gemeente else "")
        for code, niveau, naam, gemeente in zip(*velden, strict=True)
    ]
    meer = f"\n  and {len(passend) - _GETOOND} more" if len(passend) > _GETOOND else ""
    fout(
        f"'{gevraagd}' is the name of {len(passend)} areas of {editie}; give a code, or "
        "'name, gemeente':\n" + "\n".join(regels) + meer,
        VERKEERD_GEBRUIK,
    )


def code_of_zelf(werkmap: Werkmap, editie: str, gevraagd: str) -> str:
    """The code of the area that is called so, of the niveau of the edition before any other; what
    was asked itself where no area is: it may be a group of the report.
    """
    alle, eigen = plaatsen(werkmap, editie), catalogus().edities[editie].niveau
    for niveaus in ([eigen], NIVEAUS):
        if len(_passend(alle.loc[alle["niveau"].isin(niveaus)], gevraagd)):
            return code_van(werkmap, editie, gevraagd, niveaus)
    return gevraagd


def _passend(alle: pd.DataFrame, gevraagd: str) -> pd.DataFrame:
    namen, gemeenten = (alle[k].astype(str).map(_kaal) for k in ("naam", "gemeente"))
    heel = alle.loc[namen == _kaal(gevraagd)]
    if not heel.empty or "," not in gevraagd:
        return heel
    naam, _, gemeente = gevraagd.rpartition(",")
    return alle.loc[(namen == _kaal(naam)) & (gemeenten == _kaal(gemeente))]


def _kaal(naam: str) -> str:
    return " ".join(naam.split()).casefold()


def vul_aan(begin: str, niveaus: Sequence[str], editie: str) -> Iterable[str]:
    """Names that begin as was typed, for the shell: with the gemeente where one is not enough."""
    alle = plaatsen(Werkmap.uit_omgeving(), editie)
    alle = alle.loc[alle["niveau"].isin(niveaus)]
    alle = alle.loc[alle["naam"].astype(str).map(_kaal).str.startswith(_kaal(begin))]
    vaker = alle["naam"].duplicated(keep=False)
    lang = alle["naam"].astype(str) + ", " + alle["gemeente"].astype(str)
    return sorted(set(alle["naam"].where(~vaker | alle["gemeente"].eq(""), lang)))
