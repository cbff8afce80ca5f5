"""Address files as CBS serves them now: each year its own address, separator, header and codes.

Here: which file of which year lies where, how it is written, each with its witness.
Not here: the addresses themselves and the writing of a file (`voorbeeldland/adressen.py`).
"""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path

from veerkracht_dagster.voorbeeldland.adressen import Schrijfwijze, schrijf_adressen
from veerkracht_dagster.voorbeeldland.land import Land
from veerkracht_dagster.voorbeeldland.uitgever.zippen import in_zip

_EXCEL, _POSTCODE = "www.cbs.nl/-/media/_excel", "download.cbs.nl/postcode"


@dataclass(frozen=True)
class Adreszip:
    """A zip of CBS: where it lies, its member, the sign between fields, and its codes.

    opgevuld: whether codes have their leading zeros.
    """

    adres: str
    lid: str
    scheiding: str = ";"
    opgevuld: bool = False


# Addresses and members: sources.md 5 (reidhin/grenswijzigen). A comma in 2024, and very likely in
# 2023; codes without leading zeros, with letters as 363AF01: first_contact.md A2. 2025: A6.
ADRESZIPS = {
    2016: Adreszip(
        f"{_EXCEL}/2016/38/2016-cbs-pc6huisnr20160801_buurt.zip", "pc6hnr20160801_gwb.csv"
    ),
    2017: Adreszip(
        f"{_EXCEL}/2017/38/2017-cbs-pc6huisnr20170801_buurt.zip", "pc6hnr20170801_gwb.csv"
    ),
    2018: Adreszip(
        f"{_EXCEL}/2018/36/2018-cbs-pc6huisnr20180801_buurt--vs2.zip", "pc6hnr20180801_gwb-vs2.csv"
    ),
    2019: Adreszip(
        f"{_EXCEL}/2019/42/2019-cbs-pc6huisnr20190801_buurt.zip", "pc6hnr20190801_gwb.csv"
    ),
    2020: Adreszip(
        f"{_EXCEL}/2020/39/2020-cbs-pc6huisnr20200801-buurt.zip", "pc6hnr20200801_gwb.csv"
    ),
    # The names of the zips of 2021 and 2022 say a year too early; their content is right.
    2021: Adreszip(
        f"{_EXCEL}/2021/36/2021-cbs-pc6huisnr20200801_buurt.zip", "pc6hnr20210801_gwb.csv"
    ),
    2022: Adreszip(
        f"{_EXCEL}/2022/37/2022-cbs-pc6huisnr20210801_buurt.zip", "pc6hnr20220801_gwb.csv"
    ),
    2023: Adreszip(
        f"{_POSTCODE}/2023-cbs-pc6huisnr20230801_buurt_20250225.zip",
        "2023-cbs-pc6huisnr20230801_buurt/pc6hnr20230801_gwb.csv",
        ",",
    ),
    2024: Adreszip(
        f"{_POSTCODE}/2024-cbs-pc6huisnr20240801_buurt_20250218.zip",
        "pc6hnr20240801_gwb.csv",
        ",",
        opgevuld=True,
    ),
    2025: Adreszip(
        f"{_POSTCODE}/2025-cbs-pc6huisnr20250801_buurt.zip",
        "pc6hnr20250801_gwb.csv",
        opgevuld=True,
    ),
}


def adresbestand(land: Land, jaar: int) -> tuple[str, bytes]:
    """What is served of the addresses of a year: ('host/path', content)."""
    zip_ = ADRESZIPS[jaar]
    wijze = Schrijfwijze(zip_.scheiding, zip_.opgevuld)
    with tempfile.TemporaryDirectory() as los:
        inhoud = schrijf_adressen(land, jaar, Path(los), wijze).read_bytes()
    return zip_.adres, in_zip({zip_.lid: _met_vreemde_rijen(inhoud, zip_.scheiding)})


def _met_vreemde_rijen(inhoud: bytes, scheiding: str) -> bytes:
    """With a row without a postcode and one that is there twice (first_contact.md A2)."""
    eerste = inhoud.split(b"\n", 2)[1]
    zonder = scheiding.encode() + eerste.partition(scheiding.encode())[2]
    return inhoud + eerste + b"\n" + zonder + b"\n"
