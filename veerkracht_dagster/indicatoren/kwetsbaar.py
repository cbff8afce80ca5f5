"""Kwetsbare bewoners (K): the share of residents in at least one vulnerable group.

Here: K at the begin and end of an edition, from microdata or estimated from group shares, with
bounds, its change and its change against the gemeente.
Not here: which year stands for begin and end (`jaren.py`).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from veerkracht_dagster.catalogus.cijfers import eigen_noemers, microdata
from veerkracht_dagster.catalogus.models import Catalogus, Groep
from veerkracht_dagster.celstatus import GESCHAT, NVT, ONTBREEKT, WAARGENOMEN
from veerkracht_dagster.indicatoren.cellen import combineer, met_status
from veerkracht_dagster.indicatoren.jaren import (
    Cellen,
    Edittabel,
    jaar_met_bereik,
    kies_jaren,
)
from veerkracht_dagster.indicatoren.klassen import kwetsbaar_klasse
from veerkracht_dagster.indicatoren.relatief import (
    gemeente_van,
    gewogen_spreiding,
    ten_opzichte_van_gemeente,
    verandering,
)

PROCENT = 100.0


@dataclass(frozen=True)
class _Jaarkant:
    """K of one end of the edition, in % with bounds; and the years it is really from.

    `speling`: how far K can lie off because its inputs were published rounded or are partly
    unknown, to first order; NaN where nobody can tell.
    """

    waarde: pd.Series
    onder: pd.Series
    boven: pd.Series
    speling: pd.Series
    status: pd.Series
    jaren: dict[str, int]


@dataclass(frozen=True)
class _Aandeel:
    """A share 0-1, its state, its slack, the year it is really from; the least and the most that
    it is, whoever lives in a part that is unknown."""

    waarde: pd.Series
    speling: pd.Series
    status: pd.Series
    jaar: int | None
    onder: pd.Series
    boven: pd.Series


def kwetsbare_bewoners(tabel: Edittabel, cat: Catalogus) -> pd.DataFrame:
    """The table `kwetsbare_bewoners` of an edition (one row per area).

    Groups are chosen for the edition as a whole: those that reach enough of its areas at both ends,
    or, where none does, those that do at the end (then the change is missing). Microdata goes
    before the estimate, but an area has one method at both ends: the estimate where only that is
    there at both, and microdata of the end alone where neither is.
    """
    editie = tabel.editie
    groepen = _groepen(tabel, cat)
    kanten = {}
    schatting = {}
    for kant, anker in (("begin", editie.begin), ("eind", editie.eind)):
        schatting[kant] = _schatting(tabel, cat, groepen[kant], anker)
        kanten[kant] = _microdata(tabel, cat, anker)
    uit_microdata = _uit_microdata(kanten, schatting)
    uit = pd.DataFrame(index=tabel.gebieden)
    for kant, geteld in kanten.items():
        _kolommen(uit, kant, _kies(geteld, schatting[kant], uit_microdata))
        inwoners = tabel.cellen_rond(["inwoners"], getattr(editie, kant))["inwoners"]
        met_status(uit, f"inwoners_{kant}", inwoners.waarde, inwoners.status)
    _veranderingen(uit, editie.parameters.minimum_buurten_gemeente)
    uit["methode"] = np.where(uit_microdata, "microdata", "schatting")
    uit["groepen"] = np.where(uit_microdata, "alle (microdata)", ", ".join(groepen["eind"]))
    uit["voorbehoud"] = _voorbehoud(
        tabel, cat, groepen["eind"], uit_microdata, uit["inwoners_eind"]
    )
    uit["niet_gebruikt"] = niet_gebruikt(tabel, cat)
    for kant, geteld in kanten.items():
        jaren = schatting[kant].jaren
        alleen_microdata = _jaren_tekst(geteld.jaren)
        uit[f"jaren_{kant}"] = np.where(uit_microdata, alleen_microdata, _jaren_tekst(jaren))
    return uit.reset_index()


def _voorbehoud(
    tabel: Edittabel,
    cat: Catalogus,
    groepen: list[str],
    uit_microdata: pd.Series,
    inwoners: pd.Series,
) -> pd.Series:
    """What to know of K where few live, or most are in one group that it is estimated from."""
    regels = tabel.editie.parameters
    vol = {}
    for naam in groepen:
        deel = groepsaandeel(tabel, cat, cat.groepen[naam], tabel.editie.eind).waarde.round(9)
        vol[naam] = (deel.ge(regels.instelling_aandeel / PROCENT) & ~uit_microdata).tolist()
    teksten = []
    for i, weinig in enumerate(inwoners.lt(regels.klein_gebied).tolist()):
        delen = [f"minder dan {regels.klein_gebied:g} inwoners"] if weinig else []
        if erin := ", ".join(naam for naam, welke in vol.items() if welke[i]):
            veel = f"{regels.instelling_aandeel:g} % of meer in een groep ({erin})"
            delen.append(f"{veel}, zoals bij een instelling")
        teksten.append("let op: " + "; ".join(delen) if delen else "")
    return pd.Series(teksten, index=tabel.gebieden, dtype="str")


def _uit_microdata(microdata: dict[str, _Jaarkant], schatting: dict[str, _Jaarkant]) -> pd.Series:
    """Per area: is K of both ends taken from microdata."""
    begin, eind = (microdata[kant].waarde.notna() for kant in ("begin", "eind"))
    geschat = schatting["begin"].waarde.notna() & schatting["eind"].waarde.notna()
    return eind & (begin | ~geschat)


def _jaren_tekst(jaren: dict[str, int]) -> str:
    return ", ".join(f"{bron} {jaar}" for bron, jaar in sorted(jaren.items()))


def _groepen(tabel: Edittabel, cat: Catalogus) -> dict[str, list[str]]:
    """Groups per end of the edition: the same at both ends where any group has both."""

    regels = tabel.editie.parameters

    def aanwezig(anker: int) -> set[str]:
        mogelijk = regels.mogelijke_groepen
        return {naam for naam in mogelijk if _bereikt(tabel, cat.groepen[naam], anker)}

    begin, eind = aanwezig(tabel.editie.begin), aanwezig(tabel.editie.eind)
    beide = regels.groepen_uit(begin & eind)
    return {"begin": beide, "eind": beide or regels.groepen_uit(eind)}


def bereik_van_groepen(tabel: Edittabel, cat: Catalogus) -> pd.DataFrame:
    """Per group that K may be made of, and that has a figure: the share (0-1) of the areas with
    residents that it reaches at begin and end, and whether K is made of it.

    In the year that reaches enough, else in that of begin and end itself.
    """
    gebruikt = _groepen(tabel, cat)["eind"]
    rijen = []
    for naam in tabel.editie.parameters.mogelijke_groepen:
        groep, deel = cat.groepen[naam], {}
        for kant in ("begin", "eind"):
            jaar = jaar_van_groep(tabel, groep, getattr(tabel.editie, kant))
            deel[kant] = 0.0 if jaar is None else tabel.bereik(groep.kolommen, jaar)
        if any(deel.values()):
            rijen.append({"groep": naam, **deel, "in K": "ja" if naam in gebruikt else "nee"})
    return pd.DataFrame(rijen, columns=["groep", "begin", "eind", "in K"])


def niet_gebruikt(tabel: Edittabel, cat: Catalogus) -> str:
    """Groups that were delivered and do not reach enough for K, each with how far it reaches and
    the gemeenten in which it does: an edition of these would use it. Empty where there are none."""
    regels, bereik = tabel.editie.parameters, bereik_van_groepen(tabel, cat)
    mist = bereik[["begin", "eind"]].min(axis=1).lt(regels.terugval_bereik)
    zinnen = []
    for rij in bereik[mist & bereik["in K"].eq("nee")].to_dict("records"):
        naam = rij["groep"]
        zin = (
            f"{naam}: geleverd voor {rij['begin']:.0%} (begin) en {rij['eind']:.0%} (eind) van de "
        )
        zin += "gebieden"
        if gemeenten := _gemeenten_met(tabel, cat.groepen[naam]):
            zin += f"; een editie met `gemeenten: [{', '.join(gemeenten)}]` gebruikt het"
        zinnen.append(zin)
    return "; ".join(zinnen)


def _gemeenten_met(tabel: Edittabel, groep: Groep) -> list[str]:
    """The gemeenten of which a group reaches enough of the areas with residents at both ends."""
    gemeente = pd.Series(gemeente_van(tabel.gebieden), index=tabel.gebieden)[tabel.bewoond]
    genoeg = pd.Series(True, index=pd.Index(sorted(gemeente.unique())))
    for anker in (tabel.editie.begin, tabel.editie.eind):
        jaar = jaar_van_groep(tabel, groep, anker)
        heeft = tabel.heeft_alle(groep.kolommen, anker if jaar is None else jaar)[tabel.bewoond]
        deel = heeft.groupby(gemeente).mean()
        genoeg &= deel.ge(tabel.editie.parameters.terugval_bereik).reindex(genoeg.index)
    return genoeg.index[genoeg].tolist()


def _bereikt(tabel: Edittabel, groep: Groep, anker: int) -> bool:
    return jaar_met_bereik(tabel, groep.kolommen, anker) is not None


def jaar_van_groep(tabel: Edittabel, groep: Groep, anker: int) -> int | None:
    """The year of a group's share: one in which it reaches enough areas, else its own."""
    bereikt = jaar_met_bereik(tabel, groep.kolommen, anker)
    return kies_jaren(tabel, groep.kolommen, anker) if bereikt is None else bereikt


def groepsaandeel(tabel: Edittabel, cat: Catalogus, groep: Groep, anker: int) -> _Aandeel:
    """Share 0-1 of a group around a year; its state is the worst of its parts."""
    return _aandeel_van(tabel, cat, groep, jaar_van_groep(tabel, groep, anker), anker)


def _aandeel_van(
    tabel: Edittabel, cat: Catalogus, groep: Groep, jaar: int | None, anker: int
) -> _Aandeel:
    cellen = tabel.cellen_van(groep.kolommen, jaar, anker)
    if groep.aandeel is not None:
        return _als_gepubliceerd(cellen[groep.aandeel])
    assert groep.noemer is not None  # the catalogue's model asks for it beside `teller`
    noemer, tellers = cellen[groep.noemer], [cellen[naam] for naam in groep.teller]
    status = combineer([cel.status for cel in cellen.values()])
    leeg = noemer.waarde.eq(0)
    bewoond = noemer.waarde.where(~leeg)
    delen, laagste, hoogste = [], [], []
    for teller, eigen in zip(tellers, eigen_noemers(cat, groep), strict=True):
        deel = teller.deel if eigen else None
        if deel is None:
            deel = (teller.waarde / teller.dekking) / (bewoond / noemer.dekking)
        onder, boven = _grenzen(teller, deel, noemer)
        delen.append(deel.where(~leeg))
        laagste.append(onder)
        hoogste.append(boven)
    # A person may be in several counts: at least the largest of them, at most their sum.
    aandeel, meeste = _som(delen).clip(upper=1.0), _som(hoogste).clip(upper=1.0)
    minste = pd.concat(laagste, axis=1).max(axis=1, skipna=False).clip(upper=1.0)
    van_tellers = _som([teller.speling for teller in tellers])
    speling = (van_tellers + aandeel * noemer.speling) / bewoond
    return _Aandeel(aandeel, speling, status.mask(leeg, NVT), noemer.jaar, minste, meeste)


def _som(reeksen: list[pd.Series]) -> pd.Series:
    """Their sum per area; NaN where one is."""
    return pd.concat(reeksen, axis=1).sum(axis=1, skipna=False)


def _grenzen(teller: Cellen, deel: pd.Series, noemer: Cellen) -> tuple[pd.Series, pd.Series]:
    """The least and the most that a share of a count is: what is observed over all residents, and
    that with all of the part that is unknown; anything where its residents are unknown too."""
    heel, bekend = teller.dekking.ge(1), noemer.dekking.ge(1)
    onder = teller.waarde / noemer.waarde
    boven = onder + 1.0 - teller.dekking
    onder, boven = onder.where(~heel, deel), boven.where(~heel, deel)
    return onder.where(bekend, 0.0), boven.where(bekend, 1.0)


def _als_gepubliceerd(cel: Cellen) -> _Aandeel:
    """The share of a group that the publisher gives itself, in %."""
    deel, heel = cel.waarde / PROCENT, cel.dekking.ge(1)
    onder, boven = (pd.Series(grens, index=deel.index) for grens in (0.0, 1.0))
    if cel.onder is not None and cel.boven is not None:
        bekend = cel.onder.notna() & cel.boven.notna()
        onder = (cel.onder / PROCENT).where(bekend, onder)
        boven = (cel.boven / PROCENT).where(bekend, boven)
    onder, boven = onder.where(~heel, deel), boven.where(~heel, deel)
    return _Aandeel(deel, cel.speling / PROCENT, cel.status, cel.jaar, onder, boven)


def _schatting(tabel: Edittabel, cat: Catalogus, groepen: list[str], anker: int) -> _Jaarkant:
    """K = 1 - Π(1 - p_g), with max(p_g) <= K <= min(1, Σ p_g), of their bounds."""
    delen = {naam: groepsaandeel(tabel, cat, cat.groepen[naam], anker) for naam in groepen}
    jaren = {naam: deel.jaar for naam, deel in delen.items() if deel.jaar is not None}
    if not delen:
        leeg = pd.Series(np.nan, index=tabel.gebieden)
        return _Jaarkant(leeg, leeg, leeg, leeg, pd.Series(ONTBREEKT, index=tabel.gebieden), jaren)
    p = pd.DataFrame({naam: deel.waarde for naam, deel in delen.items()})
    status = combineer([deel.status for deel in delen.values()])
    # An estimate from several groups is an estimate; a single group's share is what was observed.
    if len(delen) > 1:
        status = status.mask(status == WAARGENOMEN, GESCHAT)
    K = geschat_aandeel(p)
    onder = pd.concat([deel.onder for deel in delen.values()], axis=1).max(axis=1, skipna=False)
    boven = _som([deel.boven for deel in delen.values()]).clip(upper=1.0)
    # The slope of K in one share is the part that is in none of the other groups.
    helling = {naam: 1.0 - geschat_aandeel(p.drop(columns=naam)) for naam in delen}
    losse = pd.DataFrame({naam: helling[naam] * deel.speling for naam, deel in delen.items()})
    speling = losse.sum(axis=1, skipna=False)
    return _in_procenten(K, onder.where(K.notna()), boven, speling, status, jaren)


def geschat_aandeel(p: pd.DataFrame) -> pd.Series:
    """Share (0-1) in at least one of the groups, if being in one says nothing of the others.

    p: share 0-1 per area (rows) and group (columns); one that is missing leaves no estimate.
    """
    return 1.0 - (1.0 - p).prod(axis=1, skipna=False)


def _microdata(tabel: Edittabel, cat: Catalogus, anker: int) -> _Jaarkant:
    """K as the exact head count, where an export delivers it: per area, so in its own year."""
    groep = microdata(cat)
    K = _aandeel_van(tabel, cat, groep, kies_jaren(tabel, groep.kolommen, anker), anker)
    jaren = {"microdata": K.jaar} if K.jaar is not None else {}
    return _in_procenten(K.waarde, K.onder, K.boven, K.speling, K.status, jaren)


def _in_procenten(
    K: pd.Series,
    onder: pd.Series,
    boven: pd.Series,
    speling: pd.Series,
    status: pd.Series,
    jaren: dict[str, int],
) -> _Jaarkant:
    # The bounds hold in exact arithmetic; here they are made to hold to the last bit as well.
    waarde = K.clip(lower=onder, upper=boven)
    return _Jaarkant(
        waarde * PROCENT, onder * PROCENT, boven * PROCENT, speling * PROCENT, status, jaren
    )


def _kies(microdata: _Jaarkant, schatting: _Jaarkant, uit_microdata: pd.Series) -> _Jaarkant:
    def kies(a: pd.Series, b: pd.Series) -> pd.Series:
        return a.where(uit_microdata, b)

    return _Jaarkant(
        kies(microdata.waarde, schatting.waarde),
        kies(microdata.onder, schatting.onder),
        kies(microdata.boven, schatting.boven),
        kies(microdata.speling, schatting.speling),
        kies(microdata.status, schatting.status),
        {},
    )


def _kolommen(uit: pd.DataFrame, kant: str, K: _Jaarkant) -> None:
    met_status(uit, f"K_{kant}", K.waarde, K.status)
    met_status(uit, f"K_{kant}_ondergrens", K.onder, K.status)
    met_status(uit, f"K_{kant}_bovengrens", K.boven, K.status)
    met_status(uit, f"K_{kant}_afronding", K.speling, K.status)


def _veranderingen(uit: pd.DataFrame, minimum_buurten: int) -> None:
    status = combineer([uit["K_begin__status"], uit["K_eind__status"]])
    met_status(uit, "dK", verandering(uit["K_eind"], uit["K_begin"]), status)
    for grens, ander in (("ondergrens", "bovengrens"), ("bovengrens", "ondergrens")):
        uiterste = verandering(uit[f"K_eind_{grens}"], uit[f"K_begin_{ander}"])
        met_status(uit, f"dK_{grens}", uiterste, status)
    relatief, informatief = ten_opzichte_van_gemeente(
        uit["dK"], uit["inwoners_eind"], minimum_buurten
    )
    met_status(uit, "dK_relatief", relatief, status)
    m, s = gewogen_spreiding(uit["K_eind"], uit["inwoners_eind"])
    klasse = pd.Series(kwetsbaar_klasse(uit["K_eind"].to_numpy(), m, s), index=uit.index)
    met_status(uit, "kwetsbaar_klasse", klasse, uit["K_eind__status"])
    uit["informatief"] = informatief
