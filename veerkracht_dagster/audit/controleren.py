"""The audit of what is published: every figure replayed, every file and snapshot hashed again.

Here: one release read back (files, warehouse), its evidence gathered from what it says of itself,
and all that does not hold, named.
Not here: the second computation (`naspel.py`), the gate before publication (`poort.py`).
"""

from __future__ import annotations

import gc
from collections.abc import Iterator, Mapping
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from multiprocessing import get_context
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from veerkracht_dagster.catalogus.models import Catalogus
from veerkracht_dagster.codeversie import STAPPEN, codeversie_van_stap
from veerkracht_dagster.opslag.warehouse import (
    WarehouseFout,
    bestaat,
    lees,
    ontbreekt_in,
    veilige_url,
    warehouse,
    warehousetabellen,
)
from veerkracht_dagster.publicatie.release import (
    Release,
    ReleaseFout,
    bestanden_in,
    bewaarde_releases,
    lees_release,
)
from veerkracht_dagster.publicatie.tabellen import publicatietabellen
from veerkracht_dagster.publicatie.wijzer import ACTUEEL
from veerkracht_dagster.tweede.gewichten import controleer_gewichten
from veerkracht_dagster.tweede.hertellen import Hertelling, hertel
from veerkracht_dagster.tweede.ingangen import anders, ingangen
from veerkracht_dagster.tweede.stukken import BewijsFout, Bewijsstukken, leveringen_van
from veerkracht_dagster.tweede.uitgegeven import catalogus_van, editie_van, stukken_van
from veerkracht_dagster.tweede.vergelijken import (
    Arrowkolommen,
    Telling,
    Verschil,
    vergelijk,
)
from veerkracht_dagster.werkmap import Werkmap

_LOONT = 20_000  # rows of a crosswalk from which on a process of its own takes less than it saves


@dataclass
class Audituitslag:
    """What an audit found. `verschillen`: figures that do not replay; `afwijkingen`: the rest.

    release: None where there is one that cannot be read or pointed at.
    """

    release: Release | None
    telling: Telling = field(default_factory=Telling)
    hertelling: Hertelling = field(default_factory=Hertelling)
    verschillen: list[Verschil] = field(default_factory=list)
    afwijkingen: list[str] = field(default_factory=list)
    notities: list[str] = field(default_factory=list)

    @property
    def goed(self) -> bool:
        return not self.verschillen and not self.afwijkingen


def controleer(werkmap: Werkmap, naam: str, cat: Catalogus) -> Audituitslag | None:
    """Audit the current release of an edition; None where there is none.

    Drift is reported too: a catalogue or code that is no longer what the release was made with.
    What is gone or cannot be read is a deviation, with how to mend it.
    """
    map_release = werkmap.uitgaven / naam / ACTUEEL
    try:
        release = lees_release(map_release)
    except ReleaseFout as fout:
        return Audituitslag(None, afwijkingen=[str(fout)])
    if release is None:
        bewaard = bewaarde_releases(map_release.parent)
        return Audituitslag(None, afwijkingen=[_zonder_wijzer(naam, bewaard)]) if bewaard else None
    uit = Audituitslag(release)
    uit.afwijkingen += _bestanden(map_release, release)
    uit.afwijkingen += (geschonden := list(_snapshots(werkmap, release)))
    uit.afwijkingen += _drift(map_release, release, cat)
    editie = editie_van(release)
    try:
        stukken = stukken_van(werkmap, map_release, release, editie)
        tabellen = _warehousetabellen(werkmap, naam, cat)
        toen = catalogus_van(map_release) or cat
        gc.disable()  # millions of small tuples and no cycles: looking for these costs a fifth
        with _hertel(werkmap, map_release, release, tabellen, toen) as hertelling:
            verschillen = list(_naspelen(stukken, tabellen, cat, uit.telling))
            uit.hertelling = hertelling.result()
        uit.verschillen = [*uit.hertelling.verschillen, *verschillen]
        uit.notities = list(dict.fromkeys([*uit.hertelling.niet, *stukken.notities]))
    except (BewijsFout, WarehouseFout) as fout:
        uit.afwijkingen.append(str(fout))
    except Exception as fout:
        if not geschonden:
            raise
        # A file that is no longer what it was may be unreadable: that is named above.
        uit.afwijkingen.append(f"naspelen kan niet met geschonden snapshots: {fout!r}")
    finally:
        gc.enable()
    return uit


def _zonder_wijzer(naam: str, bewaard: list[str]) -> str:
    return (
        f"de wijzer {naam}/{ACTUEEL} is weg, terwijl uitgave {', '.join(bewaard)} er nog staat; "
        f"`veerkracht rebuild --editie {naam}` publiceert opnieuw"
    )


def _bestanden(map_release: Path, release: Release) -> Iterator[str]:
    """Files that are not what release.json says."""
    werkelijk = {bestand.naam: bestand for bestand in bestanden_in(map_release)}
    genoemd = {bestand.naam: bestand for bestand in release.bestanden}
    for naam in sorted(werkelijk.keys() | genoemd.keys()):
        if naam not in werkelijk:
            yield f"bestand {naam}: is weg"
        elif naam not in genoemd:
            yield f"bestand {naam}: staat niet in release.json"
        elif werkelijk[naam] != genoemd[naam]:
            yield f"bestand {naam}: is veranderd na de uitgave (sha256 of omvang)"


def _snapshots(werkmap: Werkmap, release: Release) -> Iterator[str]:
    """Snapshots of this release whose bytes are not those of their name."""
    eigen = {
        sha256: {"bron": bron, "bestandsnaam": naam}
        for van_jaar in release.grondslag.values()
        for bron, delen in van_jaar.items()
        for deel in delen
        for naam, sha256 in deel["bestanden"]
    }
    eigen |= {kaart["sha256"]: kaart for kaart in release.kaarten if "sha256" in kaart}
    aanwezig = {kaart.sha256 for kaart in werkmap.snapshots.kaarten()}
    for afwijking in werkmap.snapshots.controleer(eigen):
        wat = eigen[afwijking.sha256]
        yield (
            f"snapshot {afwijking.sha256[:12]} ({wat['bron']}, {wat['bestandsnaam']}): "
            f"{afwijking.wat}"
        )
    for sha256 in sorted(eigen.keys() - aanwezig):
        yield f"snapshot {sha256[:12]} ({eigen[sha256]['bestandsnaam']}): de kaart is weg"


def _drift(map_release: Path, release: Release, cat: Catalogus) -> Iterator[str]:
    """Catalogue entries and code that are no longer those of the release."""
    editie, toen = cat.edities.get(release.editie), catalogus_van(map_release)
    if editie is None:
        yield f"catalogus: editie {release.editie} staat er niet meer in"
        return
    if toen is None:
        yield (
            "catalogus: de uitgave heeft er geen bij zich die nu te lezen is: van voor dat die "
            "meeging, of van een andere vorm; publiceer opnieuw met `veerkracht rebuild --alles`"
        )
        return
    was, is_ = ingangen(toen, editie_van(release)), ingangen(cat, editie)
    for pad in anders(was, is_):
        yield (
            f"catalogus: {'.'.join(pad)} is nu {is_.get(pad, 'weg')} en was bij de uitgave "
            f"{was.get(pad, 'er niet')}; publiceer opnieuw of zet de waarde terug"
        )
    for stap in STAPPEN:
        versie, nu = release.versies.get(stap), codeversie_van_stap(stap)
        if versie is not None and versie != nu:
            yield (
                f"code of catalogus van {stap}: versie {nu}, de uitgave is van {versie}; draai "
                "`veerkracht rebuild`"
            )


def _warehousetabellen(werkmap: Werkmap, naam: str, cat: Catalogus) -> dict[str, pa.Table]:
    tabellen = warehousetabellen(publicatietabellen(cat))
    if not bestaat(werkmap.warehouse):
        raise BewijsFout(
            f"warehouse {veilige_url(werkmap.warehouse)} is er niet; `veerkracht rebuild` "
            "publiceert opnieuw"
        )
    with warehouse(werkmap.warehouse, alleen_lezen=True) as verbinding, verbinding.begin():
        if mist := ontbreekt_in(verbinding, tabellen):
            raise BewijsFout(
                f"warehouse {veilige_url(werkmap.warehouse)} mist {', '.join(mist)}; `veerkracht "
                "rebuild` publiceert opnieuw"
            )
        return {
            tabel: lees(verbinding, tabellen[tabel], naam)
            for tabel in (
                "gebieden",
                "kaartlagen",
                "buurttabel",
                *cat.indicatoren,
                *cat.overzichten,
            )
        }


@contextmanager
def _hertel(
    werkmap: Werkmap,
    map_release: Path,
    release: Release,
    tabellen: Mapping[str, pa.Table],
    cat: Catalogus,
) -> Iterator[Future[Hertelling]]:
    """The crosswalk and its areas again, from the files that the release says they stand on.

    Of a whole country in a process of its own, while the figures are replayed.
    """
    klaar: Future[Hertelling] = Future()
    rijen = pq.read_table(map_release / "tabellen" / "buurt_omzetting.parquet")
    try:
        leveringen = {
            int(jaar): leveringen_van(van, int(jaar), werkmap.snapshots)
            for jaar, van in release.grondslag.items()
        }
    except BewijsFout as weg:  # told of the snapshots too; the figures are replayed all the same
        klaar.set_result(Hertelling(niet=[f"de omzetting is niet herteld: {weg}"]))
        yield klaar
        return
    namen = tabellen["kaartlagen"].select(["regiocode", "regionaam", "gemeentenaam"])
    gebieden = namen.group_by(namen.column_names).aggregate([])
    bewaard = werkmap.snapshots.map / "hertelling"
    werk = partial(
        hertel, rijen, gebieden, tabellen["gebieden"], leveringen, editie_van(release), cat, bewaard
    )
    if len(rijen) < _LOONT:
        klaar.set_result(werk())
        yield klaar
    else:
        with ProcessPoolExecutor(1, get_context("spawn")) as ernaast:
            yield ernaast.submit(werk)


def _naspelen(
    stukken: Bewijsstukken, tabellen: dict[str, pa.Table], cat: Catalogus, telling: Telling
) -> Iterator[Verschil]:
    yield from controleer_gewichten(stukken.wegen, telling)
    jaren = sorted(pc.unique(tabellen["buurttabel"]["peiljaar"]).to_pylist())
    naspel = stukken.naspel(jaren, cat)
    lagen: dict[str, Arrowkolommen] = {}
    for laag in cat.kaartlagen:
        tabel = _deel(tabellen["kaartlagen"], "laag", laag)
        # One table holds all layers: what a layer does not have is empty there throughout.
        eigen = {
            "waarde",
            "status",
            "klasse",
            "label",
            "kleur",
            "jaren",
            "regiocode",
            "toelichting",
            "gemeentecode",
            "wijkcode",
        }
        eigen |= cat.kaartlagen[laag].extra.keys()
        namen = tabel.column_names
        lagen[laag] = Arrowkolommen(
            tabel.select([k for k in namen if k in eigen or tabel[k].null_count < len(tabel)])
        )
    yield from vergelijk(
        naspel,
        lagen,
        {naam: Arrowkolommen(tabellen[naam]) for naam in cat.indicatoren},
        {naam: Arrowkolommen(tabellen[naam]) for naam in cat.overzichten},
        {jaar: Arrowkolommen(_deel(tabellen["buurttabel"], "peiljaar", jaar)) for jaar in jaren},
        cat,
        telling,
    )


def _deel(tabel: pa.Table, kolom: str, waarde: str | int) -> pa.Table:
    return tabel.filter(pc.equal(tabel[kolom], pa.scalar(waarde, tabel[kolom].type)))
