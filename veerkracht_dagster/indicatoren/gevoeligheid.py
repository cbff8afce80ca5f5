"""Sensitivity: at which threshold a class flips, how firm a rank is, what each group adds to K.

Here: per area the nearest thresholds with another class, ranks within bounds and the contribution
of every group; per edition the number of areas by class for each pair of thresholds.
Not here: the share of perturbations with the same class (`signaal.py`), other makings of K
(`varianten.py`).
"""

from __future__ import annotations

from itertools import product

import numpy as np
import pandas as pd

from veerkracht_dagster.catalogus.models import Catalogus, Parameters
from veerkracht_dagster.celstatus import NVT, WAARGENOMEN, status_van
from veerkracht_dagster.indicatoren.cellen import met_status
from veerkracht_dagster.indicatoren.klassen import signaalklasse
from veerkracht_dagster.indicatoren.kwetsbaar import PROCENT, geschat_aandeel
from veerkracht_dagster.indicatoren.rangen import rang_tussen
from veerkracht_dagster.klassegrenzen import Getallen

VORMEN = {"absoluut": ("dK", "dP"), "relatief": ("dK_relatief", "dP_relatief")}


def gevoeligheid(
    K: pd.DataFrame, V: pd.DataFrame, maten: pd.DataFrame, parameters: Parameters, cat: Catalogus
) -> pd.DataFrame:
    """The table `gevoeligheid` of an edition (one row per area).

    Args:
        K, V, maten: tables `kwetsbare_bewoners`, `overlast_onveiligheid` and `domeinmaten`.
    """
    K, V, maten = (tabel.set_index("regiocode") for tabel in (K, V, maten))
    onv = V["onv_klasse"].to_numpy()
    uit = pd.DataFrame(index=K.index)
    for vorm, (dK, dP) in VORMEN.items():
        _omslag(uit, vorm, K[dK].to_numpy(), V[dP].to_numpy(), onv, parameters)
    _rangen(uit, K, V)
    _bijdragen(uit, K, maten, cat)
    return uit.reset_index()


def _omslag(
    uit: pd.DataFrame, vorm: str, dK: Getallen, dP: Getallen, onv: Getallen, regels: Parameters
) -> None:
    """The one threshold of each kind at which the class becomes another one, and which.

    The class depends on tK only through dK: below |dK| it moves, from |dK| on it is 3. So it does
    on tP through dP, where K moves at all.
    """
    tK, tP = regels.tK_procentpunt, regels.tP_punt
    klasse = signaalklasse(dK, dP, onv, tK, tP)
    for naam, grens, maat in (("tK", tK, np.abs(dK)), ("tP", tP, np.abs(dP))):
        # Beyond the threshold now: that would have to be as high as the change; else just below it.
        nieuw = np.where(maat > grens, maat, np.nextafter(maat, 0))
        na = (
            signaalklasse(dK, dP, onv, nieuw, tP)
            if naam == "tK"
            else signaalklasse(dK, dP, onv, tK, nieuw)
        )
        slaat_om = ~np.isnan(klasse) & (na != klasse) & (maat > 0)
        geen = np.where(np.isnan(klasse), "ontbreekt", NVT)
        status = pd.Series(np.where(slaat_om, WAARGENOMEN, geen), index=uit.index)
        for kolom, waarde in ((f"omslag_{naam}_{vorm}", maat), (f"klasse_na_{naam}_{vorm}", na)):
            met_status(uit, kolom, pd.Series(waarde, index=uit.index), status)


def _rangen(uit: pd.DataFrame, K: pd.DataFrame, V: pd.DataFrame) -> None:
    """Rank of K and of nuisance at the end (1 is most), and how far the bounds can move it.

    The Leefbaarometer has no margins: a rank of nuisance moves among equals only.
    """
    eind = (K[f"K_eind{kant}"].to_numpy() for kant in ("", "_ondergrens", "_bovengrens"))
    P = -V["V_eind"].to_numpy()
    for naam, rangen, status in (
        ("K", rang_tussen(*eind), K[status_van("K_eind")]),
        ("P", rang_tussen(P, P, P), V[status_van("V_eind")]),
    ):
        for kant, waarde in zip(("", "_hoogst", "_laagst"), rangen, strict=True):
            met_status(uit, f"rang_{naam}{kant}", pd.Series(waarde, index=uit.index), status)


def _bijdragen(uit: pd.DataFrame, K: pd.DataFrame, maten: pd.DataFrame, cat: Catalogus) -> None:
    """K at the end less what it would be without the group; a head count has no such parts."""
    groepen = gebruikte_groepen(K)
    geschat = K["methode"].eq("schatting")
    p = groepsaandelen(maten, groepen, "eind")
    heel = geschat_aandeel(p)
    for groep in cat.groepen:
        if groep in groepen:
            waarde = (heel - geschat_aandeel(p.drop(columns=groep))) * PROCENT
            status = K[status_van("K_eind")].where(geschat, NVT)
        else:
            waarde = pd.Series(np.nan, index=uit.index)
            status = pd.Series(NVT, index=uit.index)
        met_status(uit, f"bijdrage_{groep}", waarde, status)


def gebruikte_groepen(K: pd.DataFrame) -> list[str]:
    """The groups that the estimated K of an edition is made of; the same for all areas."""
    teksten = K.loc[K["methode"].eq("schatting"), "groepen"].unique()
    return [naam for naam in str(teksten[0]).split(", ") if naam] if len(teksten) else []


def groepsaandelen(maten: pd.DataFrame, groepen: list[str], kant: str) -> pd.DataFrame:
    """Shares (0-1) per area and group at one end of the edition."""
    return pd.DataFrame(
        {groep: maten[f"aandeel_{groep}_{kant}"] / PROCENT for groep in groepen}, index=maten.index
    )


def gevoeligheid_klassen(
    K: pd.DataFrame, V: pd.DataFrame, regels: Parameters, cat: Catalogus
) -> pd.DataFrame:
    """The table `gevoeligheid_klassen`: areas per class for each pair of thresholds.

    Where no area has a class there is no number of them in any, and not 0.
    """
    geen = cat.geen_meting.code
    K, V = K.set_index("regiocode"), V.set_index("regiocode")
    onv = V["onv_klasse"].to_numpy()
    rijen = []
    for vorm, (dK, dP) in VORMEN.items():
        cijfers = K[dK].to_numpy(), V[dP].to_numpy(), onv
        gewoon = signaalklasse(*cijfers, regels.tK_procentpunt, regels.tP_punt)
        for fK, fP in product(regels.stabiliteit_factoren, repeat=2):
            tK, tP = regels.tK_procentpunt * fK, regels.tP_punt * fP
            klasse = signaalklasse(*cijfers, tK, tP)
            gemeten = ~np.isnan(klasse)
            van = int(gemeten.sum()), len(klasse)
            rijen.append((vorm, tK, tP, geen, float((~gemeten).sum()), np.nan, *van))
            for code in cat.kaartlagen[f"signaal_{vorm}"].klassen:
                hier = klasse == code
                telling = np.nan, np.nan
                if gemeten.any():
                    telling = float(hier.sum()), float((hier & (klasse != gewoon)).sum())
                rijen.insert(-1, (vorm, tK, tP, code, *telling, *van))
    kolommen = [
        "vorm", "tK_procentpunt", "tP_punt", "klasse", "gebieden", "anders", "gemeten", "van",
    ]  # fmt: skip
    return pd.DataFrame(rijen, columns=kolommen)
