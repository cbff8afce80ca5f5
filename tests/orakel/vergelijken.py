"""The oracle against what a rebuild made: every layer of an edition, area by area, and the report.

Here: reading the tables of a work folder and listing differences; as a program, for a work folder:

    python -m tests.orakel.vergelijken .veerkracht/werk/voorbeeld [edition ...] [--steekproef 500]

Not here: what the figures should be (`rekenen.py`). Compared is every column of a
layer that is a figure or says what it is made of; names, colours and shapes are not.
"""

from __future__ import annotations

import argparse
import random
import re
import sys
from pathlib import Path

import pyarrow.parquet as pq

from tests.orakel.rapport import NIET_GEREKEND, rapport
from tests.orakel.regels import lees_regels
from tests.orakel.rekenen import Orakel, Toelichting


def uitgaven(werkmap: Path) -> dict[str, Path]:
    """The folder of the current release of every edition that has one."""
    return {pad.parent.name: pad for pad in sorted((werkmap / "uitgaven").glob("*/actueel"))}


def verschillen(
    bronnen: Path, tabellen: Path, uitgave: Path, naam: str,
    steekproef: int | None = None, zaad: int = 20142020,
) -> tuple[list[str], int]:  # fmt: skip
    """What differs between oracle and tables, and the number of cells compared.

    uitgave: folder of the release whose catalogue says the thresholds and layers.
    steekproef: only so many areas, drawn with the seed `zaad`; None for all.
    """
    regels = lees_regels(uitgave, naam)
    orakel = Orakel(bronnen, regels)
    codes = orakel.codes
    if steekproef is not None:
        codes = sorted(random.Random(zaad).sample(codes, steekproef))
    uit, cellen = [], 0
    for laag, klassen in orakel.klassen.items():
        rijen = pq.read_table(tabellen / laag / f"{naam}.parquet").drop(["geometry"]).to_pylist()
        gemaakt = {rij["regiocode"]: rij for rij in rijen}
        if set(gemaakt) != set(orakel.codes):
            uit.append(f"{laag}: andere gebieden: {sorted(set(gemaakt) ^ set(orakel.codes))[:5]}")
            continue
        for code in codes:
            rij, waarde = gemaakt[code], orakel.waarden[laag][code]
            cellen += 2
            if rij["klasse"] != klassen[code]:
                uit.append(f"{laag} {code}: klasse {rij['klasse']}, het orakel {klassen[code]}")
            if not _gelijk(rij["waarde"], waarde):
                uit.append(f"{laag} {code}: waarde {rij['waarde']}, het orakel {waarde}")
            for veld, ons in orakel.velden[laag].items():
                cellen += 1
                if not _gelijk(rij[veld], ons[code]):
                    uit.append(f"{laag} {code}: {veld} {rij[veld]}, het orakel {ons[code]}")
            cellen += 1
            verteld, moet = lees_toelichting(rij["toelichting"]), orakel.toelichting(laag, code)
            if verteld != moet:
                uit.append(f"{laag} {code}: toelichting {rij['toelichting']!r}, het orakel {moet}")
    tabel = pq.read_table(tabellen / "kwetsbare_bewoners" / f"{naam}.parquet")
    teksten = dict(
        zip(tabel["regiocode"].to_pylist(), tabel["voorbehoud"].to_pylist(), strict=True)
    )
    for code in codes:
        cellen += 1
        if lees_toelichting(teksten[code]).let_op != orakel.voorbehoud[code]:
            uit.append(
                f"voorbehoud {code}: {teksten[code]!r}, het orakel {orakel.voorbehoud[code]}"
            )
    if steekproef is None:
        anders, geteld = _rapport(orakel, tabellen / "rapport" / f"{naam}.parquet")
        return uit + anders, cellen + geteld
    return uit, cellen


def lees_toelichting(tekst: str | None) -> Toelichting:
    """What a text beside an area tells; the states of what lacks, and other words, are left out.

    Raises:
        ValueError: it tells something else.
    """
    rest = tekst or ""
    if rest.startswith("geen meting: "):
        mist = re.findall(r"(\w+) \d{4}-\d{4}: [\w.]+", rest)
        if not mist and "geen inwoners bekend" not in rest:
            raise ValueError(f"onbekende toelichting: {tekst!r}")
        return Toelichting(frozenset(mist), frozenset(), gemeten=False)
    let_op: set[str] = set()
    for naam, vorm in TEKSTEN.items():
        if gevonden := re.search(vorm, rest):
            let_op |= {naam} if naam else set(gevonden[1].split(", "))
            rest = rest.replace(gevonden[0], "")
    if rest.strip("; ").removeprefix("let op:").strip("; "):
        raise ValueError(f"onbekende toelichting: {tekst!r}")
    return Toelichting(frozenset(), frozenset(let_op))


TEKSTEN = {  # what is told -> its words; without a name it is of the groups that the words name
    "gemeente": "niet informatief: te weinig buurten in de gemeente om mee te vergelijken",
    "weinig": r"minder dan \d+ inwoners",
    "": r"[\d.]+ % of meer in een groep \(([^)]*)\), zoals bij een instelling",
}


def _rapport(orakel: Orakel, pad: Path) -> tuple[list[str], int]:
    """The report, row by row: the figure, the areas measured for it, and of how many."""
    gemaakt = {
        (rij["onderdeel"], rij["groep"], rij["maat"]): (rij["waarde"], rij["gebieden"], rij["van"])
        for rij in pq.read_table(pad).to_pylist()
        if rij["maat"] != NIET_GEREKEND
    }
    moet = rapport(orakel)
    uit = [
        f"rapport {'/'.join(plek)}: een rij te veel of te weinig"
        for plek in gemaakt.keys() ^ moet.keys()
    ]
    for plek in gemaakt.keys() & moet.keys():
        if not all(map(_gelijk, gemaakt[plek], moet[plek])):
            uit.append(f"rapport {'/'.join(plek)}: {gemaakt[plek]}, het orakel {moet[plek]}")
    return sorted(uit), 3 * len(moet)


def _gelijk(een: float | str | None, ander: float | str | None) -> bool:
    if not isinstance(een, float) or not isinstance(ander, float):
        return een == ander
    return abs(een - ander) <= 1e-9 * max(1.0, abs(ander))


def main() -> None:
    """Compare and print; exit code 1 with differences."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("werkmap", type=Path)
    parser.add_argument("editie", nargs="*", help="default: every one that is published")
    parser.add_argument("--bronnen", type=Path, help="default: bronnen in the work folder")
    parser.add_argument("--steekproef", type=int, help="only so many areas, drawn at random")
    opties = parser.parse_args()
    fouten = 0
    gepubliceerd = uitgaven(opties.werkmap)
    for naam in opties.editie or gepubliceerd:
        bronnen = opties.bronnen or opties.werkmap / "bronnen"
        anders, cellen = verschillen(
            bronnen, opties.werkmap / "tabellen", gepubliceerd[naam], naam, opties.steekproef
        )
        print(f"{naam}: {cellen} cellen vergeleken, {len(anders)} verschillen", flush=True)
        print("\n".join(f"  {regel}" for regel in anders[:20]), end="\n" if anders else "")
        fouten += len(anders)
    sys.exit(1 if fouten else 0)


if __name__ == "__main__":
    main()
