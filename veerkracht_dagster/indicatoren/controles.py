"""Checks of the method on the indicators.

Here: method.md section 8, checks 4, 5 and 6. Not here: schema checks.
"""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from veerkracht_dagster.catalogus import catalogus
from veerkracht_dagster.catalogus.models import Parameters
from veerkracht_dagster.controle import Controle
from veerkracht_dagster.indicatoren.klassen import signaalklasse
from veerkracht_dagster.indicatoren.relatief import gemeente_van

_VAST = catalogus().constanten
_GEWOON, _VERGELEKEN = _VAST.decimalen_verandering, _VAST.decimalen_relatief
_RUIS = (
    f"Een verandering heeft hooguit {_GEWOON} decimalen, een relatieve {_VERGELEKEN}: geen ruis op "
    "een drempel."
)
_RELATIEF = "Het gewogen gemiddelde van een relatieve verandering is 0 per gemeente (1e-9)."
RUIS_K = {
    **dict.fromkeys(("dK", "dK_ondergrens", "dK_bovengrens"), _GEWOON), "dK_relatief": _VERGELEKEN,
}  # fmt: skip
RUIS_V = {"dP": _GEWOON, "dP_relatief": _VERGELEKEN}
CONTROLES: dict[str, dict[str, str]] = {
    "kwetsbare_bewoners": {
        "relatief_nul": _RELATIEF,
        "zonder_ruis": _RUIS,
        "grenzen": "ondergrens <= waarde <= bovengrens.",
    },
    "overlast_onveiligheid": {"relatief_nul": _RELATIEF, "zonder_ruis": _RUIS},
    "signaal": {"hogere_drempel": "Een hogere tK verplaatst buurten alleen naar klasse 3."},
}


def relatief_nul(kolom: str, tabel: pd.DataFrame, inwoners: pd.Series) -> Controle:
    """Weighted mean of a relative change is 0 per gemeente. `inwoners`: index regiocode."""
    cijfers = tabel.set_index("regiocode")[kolom].dropna()
    gewicht = inwoners.reindex(cijfers.index)
    telt = gewicht.gt(0)
    cijfers, gewicht = cijfers[telt], gewicht[telt]
    gemeente = gemeente_van(cijfers.index)
    gemiddelde = (cijfers * gewicht).groupby(gemeente).sum() / gewicht.groupby(gemeente).sum()
    fout = gemiddelde[gemiddelde.abs() > 1e-9]
    return Controle(
        "relatief_nul",
        pd.DataFrame({"kolom": kolom, "gemeente": fout.index, "gemiddelde": fout.to_numpy()}),
        {f"gemeenten_{kolom}": len(gemiddelde)},
        "Zie indicatoren/relatief.py.",
    )


def zonder_ruis(tabel: pd.DataFrame, decimalen: Mapping[str, int]) -> Controle:
    """Changes are rounded: what floating point leaves in the last bits decides no class."""
    gevallen = []
    for kolom, aantal in decimalen.items():
        fout = tabel[kolom].notna() & (tabel[kolom] != tabel[kolom].round(aantal))
        gevallen.append(tabel.loc[fout, ["regiocode"]].assign(kolom=kolom, decimalen=aantal))
    return Controle(
        "zonder_ruis",
        pd.concat(gevallen, ignore_index=True),
        {"getoetst": int(tabel[list(decimalen)].notna().to_numpy().sum())},
        "Zie indicatoren/relatief.py.",
    )


def grenzen(tabel: pd.DataFrame) -> Controle:
    """The estimate of K lies between its bounds, at both ends."""
    gevallen = []
    for kant in ("K_begin", "K_eind"):
        onder, boven = tabel[f"{kant}_ondergrens"], tabel[f"{kant}_bovengrens"]
        fout = tabel[kant].notna() & ~((onder <= tabel[kant]) & (tabel[kant] <= boven))
        gevallen.append(tabel.loc[fout, ["regiocode"]].assign(kolom=kant))
    return Controle(
        "grenzen",
        pd.concat(gevallen, ignore_index=True),
        {"getoetst": int(tabel["K_begin"].notna().sum() + tabel["K_eind"].notna().sum())},
        "Zie _schatting in indicatoren/kwetsbaar.py.",
    )


def hogere_drempel(K: pd.DataFrame, V: pd.DataFrame, parameters: Parameters) -> Controle:
    """Raising tK moves an area to class 3 or leaves it where it is."""
    alles = K.set_index("regiocode")[["dK"]].join(V.set_index("regiocode")[["dP", "onv_klasse"]])
    dK, dP, onv = (alles[k].to_numpy() for k in ("dK", "dP", "onv_klasse"))
    tK, tP = parameters.tK_procentpunt, parameters.tP_punt
    oud = pd.Series(signaalklasse(dK, dP, onv, tK, tP), index=alles.index)
    gevallen = []
    for factor in parameters.stabiliteit_factoren:
        hoger = max(tK, tK * factor)
        nieuw = pd.Series(signaalklasse(dK, dP, onv, hoger, tP), index=alles.index)
        fout = nieuw.notna() & (nieuw != oud) & (nieuw != 3)
        gevallen.append(pd.DataFrame({"tK": hoger, "regiocode": alles.index[fout]}))
    return Controle(
        "hogere_drempel",
        pd.concat(gevallen, ignore_index=True),
        {"getoetst": int(oud.notna().sum())},
        "Zie signaalklasse in indicatoren/klassen.py.",
    )
