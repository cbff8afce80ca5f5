"""From number or mark to value and state; every rule once."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from veerkracht_dagster.bronnen.cellen import cellen
from veerkracht_dagster.catalogus.laden import catalogus

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


def test_nog_niet_uitgegeven_gaat_per_niveau():
    kolommen = catalogus().kolommen_van("cbs_kerncijfers")
    niveau = pd.Series(["wijk", "buurt", "buurt"])
    uit = cellen({"personen_ao": np.array([40, LEEG, LEEG])}, niveau, kolommen)
    assert list(uit["personen_ao__status"]) == ["waargenomen", "ontbreekt", "ontbreekt"]
