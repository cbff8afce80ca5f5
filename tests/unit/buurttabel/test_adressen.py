"""Address files as sorted numbers: forms of tables, refusals, pairs, what stays in memory."""

from __future__ import annotations

from collections import Counter

import pandas as pd
import pyarrow as pa
import pyarrow.dataset as pads
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from veerkracht_dagster.buurttabel import adressen
from veerkracht_dagster.buurttabel.adressen import (
    Adresboeken,
    AdresFout,
    lees_adressen,
    tel_paren,
)

RIJEN = [("9711AB", 2, "BU1"), ("9711AA", 10, "BU1"), ("9711AA", 9, "BU2"), ("1000ZZ", 1, "BU3")]


def bestand(rijen: list[tuple] = RIJEN) -> pd.DataFrame:
    return pd.DataFrame(rijen, columns=["postcode", "huisnummer", "buurtcode"])


def _paren(van: list[tuple], naar: list[tuple], nodig=None) -> list[tuple]:
    van, naar = (lees_adressen(bestand(rijen), ("buurtcode",)) for rijen in (van, naar))
    return list(tel_paren(van, naar, "buurtcode", nodig).itertuples(index=False, name=None))


@pytest.mark.parametrize("vorm", ["frame", "tabel", "dataset"])
def test_every_form_of_table_is_read_in_the_order_of_the_addresses(vorm: str, tmp_path) -> None:
    tabel = pa.Table.from_pandas(bestand(), preserve_index=False)
    pq.write_table(tabel, tmp_path / "a.parquet", row_group_size=1)  # more than one batch
    vormen = {"frame": bestand(), "tabel": tabel, "dataset": pads.dataset(tmp_path / "a.parquet")}
    uit = lees_adressen(vormen[vorm], ("buurtcode",))
    assert list(uit.codes["buurtcode"][uit.regio["buurtcode"]]) == ["BU3", "BU2", "BU1", "BU1"]


def test_pairs_are_the_addresses_of_both_years() -> None:
    nu = [("9711AA", 9, "N1"), ("9711AA", 10, "N1"), ("9711AB", 3, "N2"), ("1000ZZ", 1, "N2")]
    # BU1 had two addresses, of which one is found again (9711AB 2 is not 9711AB 3)
    assert _paren(RIJEN, nu) == [("BU1", "N1", 1, 2), ("BU2", "N1", 1, 1), ("BU3", "N2", 1, 1)]
    assert _paren(RIJEN, nu, pd.Index(["BU3"])) == [("BU3", "N2", 1, 1)]
    assert _paren(RIJEN, []) == _paren([], nu) == []


_ADRESSEN = st.dictionaries(
    st.tuples(st.sampled_from(["1000AA", "1000AB", "9711ZZ"]), st.integers(1, 9)),
    st.sampled_from(["BU1", "BU2", "BU3"]),
    max_size=20,
)


@given(van=_ADRESSEN, naar=_ADRESSEN, blok=st.integers(1, 7), nodig=st.sets(st.just("BU1")))
def test_pairs_are_those_of_a_join_however_many_are_looked_up_at_a_time(
    van: dict, naar: dict, blok: int, nodig: set
) -> None:
    samen = Counter((gebied, naar[adres]) for adres, gebied in van.items() if adres in naar)
    totaal = Counter(van.values())
    verwacht = [
        (oud, nieuw, aantal, totaal[oud])
        for (oud, nieuw), aantal in sorted(samen.items())
        if not nodig or oud in nodig
    ]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(adressen, "_BLOK", blok)
        gevonden = _paren(
            [(*adres, gebied) for adres, gebied in van.items()],
            [(*adres, gebied) for adres, gebied in naar.items()],
            pd.Index(sorted(nodig)) if nodig else None,
        )
    assert gevonden == verwacht


def test_numbers_at_the_ends_of_the_range() -> None:
    rijen = [("1000AA", 0, "a"), ("9999ZZ", 2**20 - 1, "b"), ("1000AB", 0, "c")]
    assert _paren(rijen, rijen) == [("a", "a", 1, 1), ("b", "b", 1, 1), ("c", "c", 1, 1)]


GEWEIGERD = [
    ([("9711AA", 1, "BU1"), ("9711AA", 1, "BU2")], r"1 adressen .* dubbel in, zoals 9711AA 1;"),
    ([("9711 A", 1, "BU1")], r"postcode '9711 A': verwacht is de vorm 1234AB"),
    ([("9711AA", 1, "BU1"), ("9711aa", 1, "BU1")], r"postcode '9711aa'"),
    ([("97110AA", 1, "BU1")], r"postcode '97110AA'"),
    ([(None, 1, "BU1")], "een adres zonder postcode of huisnummer"),
    ([("9711AA", -1, "BU1")], "huisnummer -1: verwacht is 0 tot en met 1048575"),
    ([("9711AA", 2**20, "BU1")], "huisnummer 1048576"),
    ([("9711AA", 1, None)], "een adres zonder buurtcode"),
]


@pytest.mark.parametrize(("rijen", "melding"), GEWEIGERD)
def test_what_cannot_be_joined_is_refused(rijen: list[tuple], melding: str) -> None:
    with pytest.raises(AdresFout, match=melding):
        lees_adressen(bestand(rijen), ("buurtcode",))


class _Teller(dict):
    """Address files that count how often they are asked for."""

    def __init__(self, jaren: range) -> None:
        super().__init__({jaar: bestand() for jaar in jaren})
        self.gevraagd: list[int] = []

    def __getitem__(self, jaar: int) -> pd.DataFrame:
        self.gevraagd.append(jaar)
        return super().__getitem__(jaar)


def test_years_stay_in_memory_as_far_as_they_fit() -> None:
    bestanden = _Teller(range(2016, 2020))
    boeken = Adresboeken(bestanden, ("buurtcode",), hoogstens=9)  # two of four addresses, not three
    assert 2016 in boeken
    assert 2015 not in boeken
    assert bestanden.gevraagd == []  # nothing is read to find out
    for jaar in (2016, 2017, 2016, 2018, 2016, 2017):
        assert len(boeken[jaar]) == 4
    # 2016 is used each time, so 2017 makes room for 2018
    assert bestanden.gevraagd == [2016, 2017, 2018, 2017]
