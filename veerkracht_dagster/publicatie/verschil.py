"""The difference between two releases: which figures and classes changed, how far, and why.

Here: comparing the tables of two releases, and the files `verschil.json` and `verschil.md`.
Not here: finding the why (`tweede/ruilen.py`), when a release becomes current (`publiceren.py`).
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from veerkracht_dagster.catalogus.models import Catalogus
from veerkracht_dagster.publicatie.bestanden import TABELMAP
from veerkracht_dagster.publicatie.inhoud import SLEUTEL, Inhoud
from veerkracht_dagster.publicatie.release import Release, Uitgavebestand
from veerkracht_dagster.tweede.gelijk import SPELING
from veerkracht_dagster.tweede.ruilen import Oorzaak, Verklaring
from veerkracht_dagster.tweede.vergelijken import GEEN_CIJFERS, jaartabelnaam

VERSCHIL_JSON, VERSCHIL_TEKST = "verschil.json", "verschil.md"
KLASSE, GROEPEN = "klasse", "groepen"
_GROOTSTE = 5
_VOLGT_UIT_KLASSE = {"label", "kleur"}
Tabellen = Mapping[str, pa.Table]


@dataclass
class Kolomverschil:
    """A column in which figures changed; `grootste`: (area, then, now) of the largest moves."""

    tabel: str
    kolom: str
    veranderd: int
    grootste: list[tuple[str, Any, Any]]


@dataclass
class Uitgaveverschil:
    """What `verschil.json` says. `van` is None for the first release of an edition.

    klassen: per layer, how many areas went from which class to which ('3 > 5'). `vergeleken` counts
    the figures of areas that both have. `bestanden`: the files that are not the same in both.
    `groepen`: of which groups K `was` and `is` estimated, where these differ: then no class of a
    layer of K goes from one to another, for they are of other people. `verdwenen`: `wat` is gone
    from the release before, and the `reden` that a person gave.
    """

    editie: str
    van: str | None
    naar: str
    vergeleken: int = 0
    veranderd: int = 0
    klassen: dict[str, dict[str, int]] = field(default_factory=dict)
    kolommen: list[Kolomverschil] = field(default_factory=list)
    gebieden_erbij: list[str] = field(default_factory=list)
    gebieden_weg: list[str] = field(default_factory=list)
    tabellen_erbij: list[str] = field(default_factory=list)
    tabellen_weg: list[str] = field(default_factory=list)
    groepen: dict[str, str] = field(default_factory=dict)
    verdwenen: dict[str, Any] = field(default_factory=dict)
    bestanden: list[str] = field(default_factory=list)
    verklaring: Verklaring = field(default_factory=Verklaring)

    def naar_json(self) -> str:
        """The text of `verschil.json`."""
        return json.dumps(asdict(self), ensure_ascii=False, indent=1, default=str) + "\n"


def tabellen_van_release(
    map_release: Path, release: Release, cat: Catalogus
) -> dict[str, pa.Table]:
    """The tables with a row per area that a release published."""
    uit = {}
    for pad in sorted(map_release.glob("*.parquet")):
        naam = pad.stem.replace("buurttabel_", "buurttabel ")
        vlak = [veld for veld in pq.read_schema(pad).names if veld != "geometry"]
        tabel = pq.read_table(pad, columns=vlak)
        namen = {f"{release.niveau}code": SLEUTEL, f"{release.niveau}naam": "regionaam"}
        if SLEUTEL not in vlak:
            tabel = tabel.rename_columns([namen.get(kolom, kolom) for kolom in vlak])
        uit[naam] = tabel
    for naam in cat.indicatoren:
        pad = map_release / TABELMAP / f"{naam}.parquet"
        if pad.is_file():
            uit[naam] = pq.read_table(pad)
    return uit


def tabellen_van_inhoud(inhoud: Inhoud) -> dict[str, pa.Table]:
    """The same tables of what is about to be published."""
    return {
        **{naam: laag.cijfers for naam, laag in inhoud.lagen.items()},
        **{jaartabelnaam(jaar): tabel for jaar, tabel in inhoud.buurttabellen.items()},
        **inhoud.indicatoren,
    }


def andere_bestanden(oud: Iterable[Uitgavebestand], nieuw: Iterable[Uitgavebestand]) -> list[str]:
    """Names of the files that came, went or changed, but those of the difference itself."""
    anders = {bestand.naam for bestand in set(oud) ^ set(nieuw)}
    return sorted(anders - {VERSCHIL_JSON, VERSCHIL_TEKST})


def vergelijk_uitgaven(
    oud: Tabellen, nieuw: Tabellen, uit: Uitgaveverschil
) -> dict[tuple[str, str], dict[str, tuple[Any, Any]]]:
    """Fill `uit` with what changed; returns every changed figure, for which a why is sought."""
    uit.tabellen_erbij, uit.tabellen_weg = (
        sorted(nieuw.keys() - oud.keys()),
        sorted(oud.keys() - nieuw.keys()),
    )
    uit.groepen = _andere_groepen(oud, nieuw)
    veranderd: dict[tuple[str, str], dict[str, tuple[Any, Any]]] = {}
    for naam in [naam for naam in nieuw if naam in oud]:
        van, naar, codes = _naast_elkaar(oud[naam], nieuw[naam], uit)
        for kolom in naar.column_names:
            if kolom in GEEN_CIJFERS | _VOLGT_UIT_KLASSE or kolom not in van.column_names:
                continue
            uit.vergeleken += len(codes)
            plekken = np.flatnonzero(_anders(van[kolom], naar[kolom]))
            if not plekken.size:
                continue
            cellen = {
                codes[i]: (van[kolom][i].as_py(), naar[kolom][i].as_py()) for i in plekken.tolist()
            }
            veranderd[naam, kolom] = cellen
            uit.kolommen.append(Kolomverschil(naam, kolom, len(cellen), _grootste(cellen)))
            if kolom == KLASSE and not (uit.groepen and GROEPEN in naar.column_names):
                telling = Counter(f"{a} > {b}" for a, b in cellen.values())
                uit.klassen[naam] = dict(telling.most_common())
    uit.veranderd = sum(kolom.veranderd for kolom in uit.kolommen)
    uit.kolommen.sort(key=lambda k: -k.veranderd)
    return veranderd


def _andere_groepen(oud: Tabellen, nieuw: Tabellen) -> dict[str, str]:
    """Of which groups K was estimated then and now; nothing where they are the same."""
    was, is_ = _groepen_van(oud), _groepen_van(nieuw)
    return {"was": was, "is": is_} if was and is_ and was != is_ else {}


def _groepen_van(tabellen: Tabellen) -> str:
    """The groups of the estimated K, the same for every area; empty where nothing is estimated."""
    if "kwetsbare_bewoners" not in tabellen:
        return ""
    K = tabellen["kwetsbare_bewoners"]
    geschat = K.filter(pc.equal(K["methode"], "schatting"))
    return "; ".join(sorted(filter(None, geschat[GROEPEN].unique().to_pylist())))


def _naast_elkaar(
    oud: pa.Table, nieuw: pa.Table, uit: Uitgaveverschil
) -> tuple[pa.Table, pa.Table, list[str]]:
    """Both tables with the areas that both have, in the same order."""
    van, naar = (tabel.sort_by(SLEUTEL) for tabel in (oud, nieuw))
    if van[SLEUTEL].equals(naar[SLEUTEL]):
        return van, naar, naar[SLEUTEL].to_pylist()
    een, ander = (set(tabel[SLEUTEL].to_pylist()) for tabel in (van, naar))
    uit.gebieden_erbij = sorted({*uit.gebieden_erbij, *(ander - een)})
    uit.gebieden_weg = sorted({*uit.gebieden_weg, *(een - ander)})
    beide = pa.array(sorted(een & ander), van[SLEUTEL].type)
    van, naar = (t.filter(pc.is_in(t[SLEUTEL], beide.cast(t[SLEUTEL].type))) for t in (van, naar))
    return van, naar, beide.to_pylist()


def _anders(een: pa.ChunkedArray, ander: pa.ChunkedArray) -> Any:
    """Where two columns differ; floating point that differs in its last bits is the same."""
    leeg, ook_leeg = (kolom.is_null().to_numpy() for kolom in (een, ander))
    if pa.types.is_floating(een.type) and pa.types.is_floating(ander.type):
        a, b = (np.nan_to_num(kolom.to_numpy().astype(float)) for kolom in (een, ander))
        verschilt = np.abs(a - b) > SPELING * np.maximum(1.0, np.abs(b))
    elif een.type == ander.type:
        verschilt = pc.fill_null(pc.not_equal(een, ander), False).to_numpy()
    else:
        paren = zip(een.to_pylist(), ander.to_pylist(), strict=True)
        verschilt = np.array([a != b for a, b in paren], dtype=bool)
    return np.where(leeg | ook_leeg, leeg != ook_leeg, verschilt)


def _grootste(cellen: Mapping[str, tuple[Any, Any]]) -> list[tuple[str, Any, Any]]:
    def maat(paar: tuple[Any, Any]) -> float:
        een, ander = paar
        getallen = isinstance(een, int | float) and isinstance(ander, int | float)
        return abs(ander - een) if getallen else 0.0

    op_rij = sorted(cellen.items(), key=lambda cel: (-maat(cel[1]), cel[0]))
    return [(code, *paar) for code, paar in op_rij[:_GROOTSTE]]


def oordeel_verschil(map_klaar: Path, release: Release) -> Iterator[str]:
    """A release without its difference does not publish, nor with one of other releases."""
    pad = map_klaar / VERSCHIL_JSON
    if not pad.is_file() or not (map_klaar / VERSCHIL_TEKST).is_file():
        yield f"{VERSCHIL_JSON}: het verschil met de vorige uitgave ({release.vorige}) ontbreekt"
        return
    inhoud = json.loads(pad.read_bytes())
    if (inhoud["naar"], inhoud["van"]) != (release.release_id, release.vorige):
        yield (
            f"{VERSCHIL_JSON}: gaat van {inhoud['van']} naar {inhoud['naar']}, niet van "
            f"{release.vorige} naar {release.release_id}"
        )


# --- as text ----------------------------------------------------------------------------------
def als_markdown(v: Uitgaveverschil) -> str:
    """The difference for people."""
    if v.van is None:
        return (
            f"Eerste uitgave van {v.editie} ({v.naar}): er is geen vorige om mee te vergelijken.\n"
        )
    regels = [
        f"**{v.editie}: van {v.van} naar {v.naar}**", "",
        f"{v.veranderd} van {v.vergeleken} cijfers en standen veranderd, "
        f"{sum(sum(t.values()) for t in v.klassen.values())} klassen.",
    ]  # fmt: skip
    if v.verdwenen:
        weg = "; ".join(v.verdwenen["wat"])
        regels += ["", f"Weg, en zo bedoeld ({v.verdwenen['reden']}): {weg}.", ""]
    if v.groepen:
        regels.append(
            f"K is van andere groepen gemaakt ({v.groepen['is']}, en was {v.groepen['was']}): wat "
            "er in K verschilt is geen verandering; klassen van lagen van K zijn niet vergeleken."
        )
    for wat, lijst in (
        ("Gebieden erbij", v.gebieden_erbij), ("Gebieden weg", v.gebieden_weg),
        ("Tabellen erbij", v.tabellen_erbij), ("Tabellen weg", v.tabellen_weg),
        ("Bestanden anders", v.bestanden),
    ):  # fmt: skip
        if lijst:
            regels.append(f"{wat}: {len(lijst)} ({', '.join(lijst[:5])})")
    if v.verklaring.oorzaken:
        regels += ["", "Waardoor (telkens een invoer geruild en alles herrekend):", ""]
        regels += _tabel(
            ["soort", "wat", "was", "is", "cijfers", "klassen"],
            map(_oorzaak, v.verklaring.oorzaken),
        )
    if v.verklaring.samen:
        regels += ["", f"{v.verklaring.samen} cijfers alleen door meer oorzaken samen."]
    if v.verklaring.onverklaard:
        regels += ["", f"{v.verklaring.onverklaard} cijfers door geen van de gevonden oorzaken."]
    regels += ["", *v.verklaring.opmerkingen]
    if v.klassen:
        regels += ["", "Klassen:", ""]
        rijen = [[laag, sum(t.values()), ", ".join(f"{k} ({n})" for k, n in list(t.items())[:6])]
                 for laag, t in v.klassen.items()]  # fmt: skip
        regels += _tabel(["kaartlaag", "gebieden", "van > naar (gebieden)"], rijen)
    if v.kolommen:
        regels += ["", "Grootste veranderingen:", ""]
        regels += _tabel(["tabel", "kolom", "veranderd", "gebied", "was", "is"], _moves(v.kolommen))
    return "\n".join(regels).rstrip() + "\n"


def _oorzaak(o: Oorzaak) -> Sequence[object]:
    cijfers = "niet apart na te spelen" if o.cijfers is None else o.cijfers
    return o.soort, o.wat, o.oud, o.nieuw, cijfers, o.klassen


def _moves(kolommen: Sequence[Kolomverschil]) -> Iterator[Sequence[object]]:
    for k in kolommen[:12]:
        code, was, is_ = k.grootste[0]
        yield k.tabel, k.kolom, k.veranderd, code, _cel(was), _cel(is_)


def _cel(x: object) -> str:
    return "leeg" if x is None else f"{x:.6g}" if isinstance(x, float) else str(x)


def _tabel(koppen: Sequence[str], rijen: Any) -> list[str]:
    regels = [koppen, ["---"] * len(koppen), *rijen]
    return ["| " + " | ".join(str(c).replace("|", "\\|") for c in rij) + " |" for rij in regels]
