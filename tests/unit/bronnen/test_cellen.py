"""From number or mark to value and state; every rule once."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from veerkracht_dagster.bronnen.cellen import cellen
from veerkracht_dagster.catalogus.laden import catalogus
from veerkracht_dagster.catalogus.tabellen import tabellen

LEEG = np.nan


@pytest.mark.parametrize(
    ("kolom", "waarde", "basis", "stand"),
    [
        # kolom, its value, its base, expected state of the first cell
        ("personen_bijstand", 30, 100, "waargenomen"),
        ("personen_bijstand", 0, 0, "waargenomen"),  # a published 0 stays a figure
        ("personen_bijstand", LEEG, 100, "onderdrukt"),
        ("personen_bijstand", LEEG, 0, "n.v.t."),  # benefits of nobody
        ("personen_bijstand", LEEG, LEEG, "onderdrukt"),  # base unknown: not called empty
        ("personen_bijstand", -99997, 100, "onderdrukt"),  # CBS map: secret
        ("personen_bijstand", -99995, 100, "ontbreekt"),  # CBS map: not (yet) available
        ("personen_bijstand", -99999999, 100, "ontbreekt"),
        ("percentage_koopwoningen", LEEG, 0, "n.v.t."),  # a share of no dwellings
        ("gemiddelde_woz_waarde", LEEG, 0, "n.v.t."),  # a mean over no dwellings
        ("gemiddelde_woz_waarde", LEEG, -99997, "onderdrukt"),  # a mark is not a base of 0
        # -1 for a mean that is not known, as in the Kerncijfers of 2017 of before November 2020
        ("gemiddelde_woz_waarde", -1, 100, "onderdrukt"),
        ("gemiddelde_woz_waarde", -1, 0, "n.v.t."),
        ("bevolkingsdichtheid", -1, 100, "onderdrukt"),
        ("omgevingsadressendichtheid", -1, 100, "onderdrukt"),
        ("omgevingsadressendichtheid", -99999999, 100, "ontbreekt"),
        ("mediaan_vermogen", -1, 100, "waargenomen"),  # a thousand euro of debt
        ("stedelijkheid", LEEG, 0, "ontbreekt"),  # a code has no suppression
    ],
)
def test_stand(kolom, waarde, basis, stand):
    kolommen = catalogus().kolommen_van("cbs_kerncijfers")
    noemer = kolommen[kolom].noemer or kolommen[kolom].gewicht or "inwoners"
    waarden = {kolom: np.array([waarde, 50.0]), noemer: np.array([basis, 100.0])}
    uit = cellen(waarden, pd.Series(["buurt", "buurt"]), kolommen)
    assert uit[f"{kolom}__status"][0] == stand
    assert np.isnan(uit[kolom][0]) == (stand != "waargenomen")


@pytest.mark.parametrize("kolom", ["bevolkingsdichtheid", "gemiddelde_woz_waarde"])
def test_alleen_maar_merken_is_niet_uitgegeven(kolom):
    kolommen = catalogus().kolommen_van("cbs_kerncijfers")
    uit = cellen({kolom: np.array([-1.0, -1.0])}, pd.Series(["buurt", "buurt"]), kolommen)
    assert list(uit[f"{kolom}__status"]) == ["ontbreekt", "ontbreekt"]


@pytest.mark.parametrize(
    ("kolom", "waarde", "grens"),
    [
        ("gemiddelde_woz_waarde", -2, "ten minste 0"),
        ("gemiddelde_woz_waarde", 250_000, "ten hoogste 10000"),  # in euros
        ("omgevingsadressendichtheid", -5, "ten minste 0"),
        ("mediaan_vermogen", -5_000, "ten minste -1000"),
    ],
)
def test_wat_een_gemiddelde_niet_kan_zijn_heeft_een_grens(kolom, waarde, grens):
    """What no mark explains is refused by the table, by name."""
    tabel = tabellen()["cbs_kerncijfers"]
    (beschrijving,) = (een for een in tabel.kolommen if een.naam == kolom)
    soort, getal = grens.rsplit(" ", 1)
    eigen = {"ten minste": beschrijving.minimum, "ten hoogste": beschrijving.maximum}[soort]
    assert eigen == float(getal)
    assert waarde < eigen if soort == "ten minste" else waarde > eigen


def test_nog_niet_uitgegeven_gaat_per_niveau():
    kolommen = catalogus().kolommen_van("cbs_kerncijfers")
    niveau = pd.Series(["wijk", "buurt", "buurt"])
    uit = cellen({"personen_ao": np.array([40, LEEG, LEEG])}, niveau, kolommen)
    assert list(uit["personen_ao__status"]) == ["waargenomen", "ontbreekt", "ontbreekt"]
