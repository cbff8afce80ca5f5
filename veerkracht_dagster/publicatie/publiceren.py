"""Publication in three steps: stage, audit, swap. What was published before stays until the swap.

Files are staged in a folder, rows in a transaction; both are read back and audited there. The swap
is one commit, and the pointer that follows it.

Here: the order of the steps and what is undone when one fails.
Not here: the files (`bestanden.py`), the rows (`rijen.py`), the pointer (`wijzer.py`), the
judgement (`audit.py`).
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import sqlalchemy as sa

from veerkracht_dagster.catalogus.laden import catalogus
from veerkracht_dagster.catalogus.models import Catalogus
from veerkracht_dagster.opslag.warehouse import (
    WarehouseFout,
    Warehousetabel,
    bestaat,
    ontbreekt_in,
    warehouse,
    warehousetabellen,
)
from veerkracht_dagster.publicatie.audit import (
    oordeel_bestanden,
    oordeel_release,
    oordeel_tabellen,
    oordeel_warehouse,
)
from veerkracht_dagster.publicatie.bestanden import schrijf_bestanden
from veerkracht_dagster.publicatie.inhoud import Inhoud, maak_inhoud
from veerkracht_dagster.publicatie.kenmerk import inhoud_kenmerk
from veerkracht_dagster.publicatie.leegte import NOTITIE, weiger_leeg
from veerkracht_dagster.publicatie.release import (
    Release,
    ReleaseFout,
    Uitgavebestand,
    beschrijf,
    bestanden_in,
    bewaarde_releases,
    is_gaaf,
    lees_release,
    schrijf_release,
    vorige_van,
)
from veerkracht_dagster.publicatie.rijen import (
    gepubliceerd_in,
    noteer,
    open_voor_publicatie,
    vervang,
    zelfde_rijen,
)
from veerkracht_dagster.publicatie.tabellen import publicatietabellen
from veerkracht_dagster.publicatie.uitgave import Uitgave
from veerkracht_dagster.publicatie.verdwenen import Verdwenen, verdwenen
from veerkracht_dagster.publicatie.verschil import (
    VERSCHIL_JSON,
    VERSCHIL_TEKST,
    Uitgaveverschil,
    als_markdown,
    andere_bestanden,
    oordeel_verschil,
    tabellen_van_inhoud,
    tabellen_van_release,
    vergelijk_uitgaven,
)
from veerkracht_dagster.publicatie.wijzer import (
    ACTUEEL,
    alleen,
    kondig_aan,
    maak_af,
    maak_editie_af,
    voltooi,
)
from veerkracht_dagster.publicatie.wissel import KLAAR, ruim_op, terug_bij_fout, zet_map_neer

_KWIJT = "?"


class AuditFout(ValueError):
    """The audit refuses the release; `fouten` lists every failure. Nothing published changed."""

    def __init__(self, editie: str, fouten: list[str]) -> None:
        self.fouten = fouten
        regels = "\n".join(f"  - {fout}" for fout in fouten)
        super().__init__(
            f"editie {editie} is niet gepubliceerd; de audit vond {len(fouten)} fout(en):\n"
            f"{regels}\nWat gepubliceerd was staat er nog. Herstel de stap die de genoemde tabel "
            "maakt en draai opnieuw."
        )


def huidige_release(map_uitgaven: Path, editie: str) -> Release | None:
    """The release of an edition that readers now see, None if there is none."""
    return lees_release(map_uitgaven / editie / ACTUEEL)


def publiceer(
    map_uitgaven: Path, warehouse_url: str, uitgave: Uitgave, cat: Catalogus | None = None
) -> Release:
    """Publish an edition: files in `map_uitgaven/{editie}/actueel`, tables in the warehouse.

    The same contents as the current release, made by the same code, change nothing and give that
    release back; by other code, it is described anew under the same mark.

    Raises:
        LegeEditie: the edition has no area; the previous release is untouched.
        Verdwenen: what stood in the previous release would be gone, and nobody said why.
        AuditFout: what was staged is not right; the previous release is untouched.
        WarehouseFout: the warehouse cannot be opened or does not fit the catalogue.
    """
    weiger_leeg(uitgave)
    map_uitgaven.mkdir(parents=True, exist_ok=True)
    # A rebuild and a run of the UI may publish the same edition: the second one finds it done.
    map_editie = map_uitgaven / uitgave.sleutel
    with alleen(map_editie):
        return _publiceer(map_editie, warehouse_url, uitgave, cat or catalogus())


def _publiceer(map_editie: Path, warehouse_url: str, uitgave: Uitgave, cat: Catalogus) -> Release:
    tabellen = warehousetabellen(publicatietabellen(cat))
    inhoud = maak_inhoud(uitgave, tabellen, cat)
    kenmerk = inhoud_kenmerk(uitgave, inhoud, cat)
    if niet_af := maak_editie_af(map_editie, warehouse_url):
        raise WarehouseFout("; ".join(niet_af))
    huidig = lees_release(map_editie / ACTUEEL)
    if huidig is not None and huidig.release_id == kenmerk and _zo_beschreven(huidig, uitgave):
        with open_voor_publicatie(warehouse_url, tabellen, cat) as verbinding:
            in_warehouse = gepubliceerd_in(verbinding, tabellen, uitgave.sleutel)
            heel = in_warehouse == kenmerk and zelfde_rijen(verbinding, inhoud)
        if heel and is_gaaf(map_editie / ACTUEEL, huidig):
            return huidig
    weg = [] if huidig is None else verdwenen(map_editie / ACTUEEL, huidig, uitgave, inhoud)
    if huidig is not None and weg and not uitgave.aanleiding.verdwenen:
        raise Verdwenen(uitgave.sleutel, huidig.release_id, weg)
    _keur(uitgave, oordeel_tabellen(uitgave, inhoud, cat))
    _keur(uitgave, uitgave.herrekening(inhoud))
    with _werkmap(map_editie, kenmerk) as map_klaar:
        release = _schrijf(map_klaar, uitgave, inhoud, cat, kenmerk, huidig, weg)
        _keur(uitgave, oordeel_bestanden(uitgave, inhoud, map_klaar))
        _keur(uitgave, oordeel_release(uitgave, cat, release, map_klaar))
        _keur(uitgave, oordeel_verschil(map_klaar, release))
        # Open only here: what comes before takes longest, and another edition can do it meanwhile.
        with (
            open_voor_publicatie(warehouse_url, tabellen, cat) as verbinding,
            terug_bij_fout(map_editie, kenmerk),
            verbinding.begin(),
        ):
            vervang(verbinding, inhoud)
            _keur(uitgave, oordeel_warehouse(inhoud, verbinding))
            release = _wissel(map_editie, map_klaar, release, verbinding, tabellen)
        voltooi(map_editie, release.release_id)
    ruim_op(map_editie)
    (map_editie / NOTITIE).unlink(missing_ok=True)
    return release


def niet_in_warehouse(
    map_uitgaven: Path, warehouse_url: str, edities: Iterable[str], cat: Catalogus
) -> list[str]:
    """The editions that have a release which the warehouse does not hold, or holds in part: it is
    new, or was lost. And those that lost which release is the current one.

    Nothing is said of a warehouse that another process has open. A publication that was killed is
    finished first.
    """
    maak_af(map_uitgaven, warehouse_url)
    ids = {naam: _release_id(map_uitgaven / naam) for naam in edities}
    kwijt = [naam for naam, id_ in ids.items() if id_ == _KWIJT]
    alle = [naam for naam, id_ in ids.items() if id_]
    if not alle or not bestaat(warehouse_url):
        return alle
    tabellen = warehousetabellen(publicatietabellen(cat))
    try:
        with warehouse(warehouse_url, alleen_lezen=True) as verbinding:
            with verbinding.begin():
                mist = ontbreekt_in(verbinding, tabellen)
            if mist:
                return alle
            er_is = {naam: gepubliceerd_in(verbinding, tabellen, naam) for naam in alle}
    except WarehouseFout:
        return kwijt
    return [naam for naam in alle if er_is[naam] != ids[naam]]


def _release_id(map_editie: Path) -> str | None:
    """The current release; `_KWIJT` where there are only releases that none points at."""
    try:
        release = lees_release(map_editie / ACTUEEL)
    except ReleaseFout:
        return _KWIJT
    if release is None:
        return _KWIJT if bewaarde_releases(map_editie) else None
    return release.release_id


def _keur(uitgave: Uitgave, oordeel: Iterable[str]) -> None:
    fouten = list(oordeel)
    if fouten:
        raise AuditFout(uitgave.sleutel, fouten)


@contextmanager
def _werkmap(map_editie: Path, kenmerk: str) -> Iterator[Path]:
    """An empty staging folder, gone afterwards whatever happens."""
    map_klaar = map_editie / f"{KLAAR}{kenmerk}"
    shutil.rmtree(map_klaar, ignore_errors=True)
    map_klaar.mkdir(parents=True)
    try:
        yield map_klaar
    finally:
        shutil.rmtree(map_klaar, ignore_errors=True)


def _schrijf(
    map_klaar: Path,
    uitgave: Uitgave,
    inhoud: Inhoud,
    cat: Catalogus,
    kenmerk: str,
    huidig: Release | None,
    weg: list[str],
) -> Release:
    gemaakt = datetime.now(UTC)
    schrijf_bestanden(map_klaar, uitgave, inhoud, cat, kenmerk, gemaakt)
    verschil = Uitgaveverschil(uitgave.sleutel, vorige_van(huidig, kenmerk), kenmerk)
    if weg:
        verschil.verdwenen = {"wat": weg, "reden": uitgave.aanleiding.verdwenen}
    _schrijf_verschil(map_klaar, uitgave, inhoud, cat, verschil)
    release = beschrijf(
        uitgave,
        cat,
        release_id=kenmerk,
        map_release=map_klaar,
        vorige=huidig,
        gemaakt=gemaakt,
        verdwenen=weg,
    )
    schrijf_release(map_klaar, release)
    return release


def _zo_beschreven(huidig: Release, uitgave: Uitgave) -> bool:
    """Does the description hold for what made the tables now?"""
    return huidig.versies == dict(uitgave.versies)


def _schrijf_verschil(
    map_klaar: Path,
    uitgave: Uitgave,
    inhoud: Inhoud,
    cat: Catalogus,
    verschil: Uitgaveverschil,
) -> None:
    """The difference with the release before, where that is still kept."""
    vorige = verschil.van
    map_editie = map_klaar.parent
    map_vorige = map_editie / (vorige or "-")
    eerder = lees_release(map_vorige)
    if vorige is not None and eerder is None:
        verschil.verklaring.opmerkingen.append(f"uitgave {vorige} is niet meer bewaard")
    elif eerder is not None:
        verschil = verschil_met(
            uitgave, inhoud, cat, verschil, map_vorige, eerder, bestanden_in(map_klaar)
        )
    (map_klaar / VERSCHIL_JSON).write_text(verschil.naar_json(), encoding="utf-8")
    (map_klaar / VERSCHIL_TEKST).write_text(als_markdown(verschil), encoding="utf-8")


def verschil_met(
    uitgave: Uitgave,
    inhoud: Inhoud,
    cat: Catalogus,
    verschil: Uitgaveverschil,
    map_vorige: Path,
    eerder: Release,
    bestanden: Iterable[Uitgavebestand],
) -> Uitgaveverschil:
    """What changed since `eerder`, and why; `bestanden` are those staged now."""
    oud = tabellen_van_release(map_vorige, eerder, cat)
    verschil.bestanden = andere_bestanden(eerder.bestanden, bestanden)
    veranderd = vergelijk_uitgaven(oud, tabellen_van_inhoud(inhoud), verschil)
    if veranderd:
        verschil.verklaring = uitgave.verklaar(map_vorige, eerder, veranderd)
    return verschil


def _wissel(
    map_editie: Path,
    map_klaar: Path,
    release: Release,
    verbinding: sa.Connection,
    tabellen: Mapping[str, Warehousetabel],
) -> Release:
    """All that makes the staged release the current one, but for the commit, which comes right
    after, and the pointer, which follows it.
    """
    release = zet_map_neer(map_editie, map_klaar, release)
    noteer(verbinding, tabellen["releases"].sa_tabel, release)
    kondig_aan(map_editie, release.release_id)
    return release
