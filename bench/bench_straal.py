"""A campaign of refusals: every source and year refused in turn, by a file that cannot be used.

Each case is a real rebuild in a copy of a work folder in which only the sources were read. Right
is: that partition is refused and no other, and the editions published are those that do not stand
on it by the lineage graph. Printed as a table; any other ending is a failure of this benchmark.

    python bench/bench_straal.py [source | source:year ...]
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from time import monotonic

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from assets_defs.partities import JAREN
from tests.werk import herbouw_in, kopieer, schrijf_voorbeeld
from veerkracht_dagster.catalogus import catalogus
from veerkracht_dagster.definitions import build_defs
from veerkracht_dagster.herbouw.geraakt import Paar, Stamboom
from veerkracht_dagster.publicatie.publiceren import huidige_release
from veerkracht_dagster.werkmap import Werkmap

CAT = catalogus()
SCORES = "leefbaarometer_3.0/Leefbaarometer-scores buurten 2002-2024.csv"
SAMEN = {"leefbaarometer", "rivm_regiobeeld"}  # all years in one file, refused together
_HTML = "<!DOCTYPE html><html>503</html>"


def _erbij(patroon: str) -> Callable[[Path, int], None]:
    """An error page among the files of the year."""

    def breek(bronnen: Path, jaar: int) -> None:
        tabel = CAT.bronnen["cbs_kerncijfers"].tabellen.get(jaar, "")
        if "{tabel}" in patroon and not tabel:
            pad = bronnen / f"cbs_kwb_statline/Kerncijfers_wijken_en_buurten_{jaar}.csv"
        else:
            pad = bronnen / patroon.format(jaar=jaar, tabel=tabel)
        pad.parent.mkdir(parents=True, exist_ok=True)
        pad.write_text(_HTML)

    return breek


def _scores(bronnen: Path, _jaar: int) -> None:
    """The one file of all years: what is wrong with any figure refuses the whole of it."""
    (bronnen / SCORES).write_text(_HTML)


BREEK: dict[str, Callable[[Path, int], None]] = {
    "cbs_kerncijfers": _erbij("cbs_odata_v3/{tabel}/TypedDataSet.skip0.json"),
    "cbs_buurtgrenzen": _erbij("cbs_wijkbuurtkaart/{jaar}/stuk.gpkg"),
    "cbs_adressen": _erbij("cbs_pc6huisnr/{jaar}/stuk.csv"),
    "cbs_vierkanten": _erbij("cbs_vierkanten/{jaar}/stuk.gpkg"),
    "leefbaarometer": _scores,
    "rivm_regiobeeld": _erbij("cbs_odata_v3/50149NED/TypedDataSet.skip0.json"),
    "woonzorgwijzer": _erbij("levering/woonzorgwijzer/{jaar}/stuk.csv"),
    "cbs_microdata": _erbij("levering/cbs_microdata/{jaar}/stuk.csv"),
    "corporatie_bik": _erbij("levering/corporatie_bik/{jaar}/stuk.csv"),
}


assert BREEK.keys() == CAT.bronnen.keys(), "a source that is never refused here"


def _jaren(bron: str) -> list[int]:
    """The years that a file of all years has: of a table that is named per year, those."""
    return [jaar for jaar in JAREN if jaar in CAT.bronnen[bron].tabellen] or list(JAREN)


def _gevallen(gevraagd: list[str]) -> Iterator[tuple[str, int]]:
    for een in gevraagd:
        bron, _, jaar = een.partition(":")
        jaren = [int(jaar)] if jaar else JAREN if bron not in SAMEN else JAREN[:1]
        yield from ((bron, j) for j in jaren)


def _geval(
    basis: Werkmap, bron: str, jaar: int, verwacht: set[Paar], staan_erop: set[str]
) -> tuple[list[str], str]:
    """The editions published, and what is wrong; an empty text when nothing is."""
    with tempfile.TemporaryDirectory() as los:
        werkmap = kopieer(basis, Path(los) / "werk")
        BREEK[bron](werkmap.bronnen, jaar)
        uit = herbouw_in(werkmap)
        er_is = [e for e in CAT.edities if huidige_release(werkmap.uitgaven, e) is not None]
    if set(uit.geweigerd) != verwacht:
        return er_is, f"REFUSED {sorted(uit.geweigerd)}"
    melding = uit.geweigerd[bron, str(jaar)].melding
    if "wat te doen" not in melding and not melding.startswith("controle "):
        return er_is, f"UNCLEAR {melding}"
    if set(er_is) != CAT.edities.keys() - staan_erop:
        return er_is, f"PUBLISHED {er_is}, STAND ON IT {sorted(staan_erop)}"
    if any(bool(uit.door_editie(e)) != (e in staan_erop) for e in CAT.edities):
        return er_is, "AN EDITION IS TOLD WRONG"
    return er_is, ""


def begin(gevraagd: list[str]) -> None:
    start = monotonic()
    stamboom = Stamboom(build_defs().resolve_asset_graph())
    nodig = {editie: stamboom.nodig_voor(("release", editie)) for editie in CAT.edities}
    aantal, mis = 0, []
    with tempfile.TemporaryDirectory() as los:
        basis = Werkmap.in_map(Path(los) / "basis")
        schrijf_voorbeeld(basis)
        herbouw_in(basis, assets=list(CAT.bronnen))
        for bron, jaar in _gevallen(gevraagd or list(BREEK)):
            voor = monotonic()
            verwacht = {(bron, str(j)) for j in (_jaren(bron) if bron in SAMEN else [jaar])}
            staan_erop = {e for e, van in nodig.items() if van & verwacht}
            er_is, fout = _geval(basis, bron, jaar, verwacht, staan_erop)
            aantal += 1
            if fout:
                mis.append((bron, jaar, fout))
            oordeel = fout or "as the graph says"
            gemaakt = ", ".join(er_is) or "none"
            print(f"{bron:<18}{jaar} published: {gemaakt:<52}{oordeel} {monotonic() - voor:.0f} s",
                  flush=True)  # fmt: skip
    shutil.rmtree(basis.pad, ignore_errors=True)
    print(f"\n{aantal} refusals, {len(mis)} wrong, {monotonic() - start:.0f} s")
    if mis or aantal == 0:
        raise SystemExit(1)


if __name__ == "__main__":
    begin(sys.argv[1:])
