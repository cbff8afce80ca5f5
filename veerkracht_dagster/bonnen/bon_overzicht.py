"""The receipt of a figure over many areas: report, comparison, sensitivity, a corporation's scan.

Here: which areas and which of their figures it is made of, and how; each of those figures has a
receipt of its own. Not here: the counting (`rekenwijze/tellen.py`), figures of one area (`bon.py`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from veerkracht_dagster.bonnen.bon import Bonnen
from veerkracht_dagster.bonnen.bon_groep import gebruikte_groepen
from veerkracht_dagster.bonnen.gepubliceerd import Gepubliceerd
from veerkracht_dagster.bonnen.knoop import Knoop, stap
from veerkracht_dagster.bonnen.leestabel import als_sql, naam_in_sql
from veerkracht_dagster.bonnen.onbekend import OnbekendCijfer, onbekende_rij
from veerkracht_dagster.catalogus.models import Overzicht
from veerkracht_dagster.catalogus.rapportcijfers import telvraag

Rij = Mapping[str, Any]
_ONTVOUW_TOT = 60  # figures below one figure, in a deep receipt


def bon_van_overzicht(bonnen: Bonnen, tabel: str, sleutel: str, kolom: str) -> Knoop:
    """The receipt of a cell of an overview.

    Args:
        sleutel: the cells of its key, with slashes between them; of a report group and measure do.
    Raises:
        OnbekendCijfer: no such row, or a column that no rule makes.
    """
    uitgave = bonnen.uitgave
    rij = _rij(uitgave, tabel, sleutel)
    if tabel == "scan" and kolom == "verwacht" and rij["begin"] is not None:
        return _verwacht(bonnen, sleutel, rij)
    vraag = _MAKERS[tabel](bonnen, rij, kolom)
    if vraag is None:
        raise OnbekendCijfer(
            f"{tabel}.{kolom} is geen cijfer dat uit andere gepubliceerde cijfers volgt; "
            f"`veerkracht catalogus {tabel}` zegt wat het is"
        )
    wat, met, namen, codes = vraag
    kolommen = [(bonnen.tabel_van(naam), naam) for naam in namen]
    gebieden = bonnen.gebieden(kolommen, codes, "gebieden")
    if bonnen.diep and len(gebieden.met["rijen"]) * len(namen) <= _ONTVOUW_TOT:
        bonnen.ontvouw(gebieden)
    overzicht = bonnen.cat.overzichten[tabel].kolommen[kolom]
    uitleg = rij.get("formule") or overzicht.formule or overzicht.titel
    knoop = Knoop(
        "tabelcijfer", f"{tabel}.{kolom} {sleutel}",
        uitleg=uitleg if kolom == "waarde" or tabel != "rapport" else overzicht.titel,
        feiten={"titel": rij.get("titel") or overzicht.titel,
                "eenheid": rij.get("eenheid") or overzicht.eenheid,
                **{k: _kort(rij[k]) for k in bonnen.cat.overzichten[tabel].sleutel}},
        met={"wat": wat, "kolommen": namen, **met}, kinderen=[gebieden],
        staat_in=(tabel, kolom, {k: rij[k] for k in bonnen.cat.overzichten[tabel].sleutel}),
    )  # fmt: skip
    return stap(knoop, "tel", rij[kolom])


def _kort(waarde: Any) -> str:
    return f"{waarde:g}" if isinstance(waarde, float) else str(waarde)


def _rij(uitgave: Gepubliceerd, tabel: str, sleutel: str) -> Rij:
    """The row of a key, found in the file."""
    overzicht = uitgave.cat.overzichten[tabel]
    heel = _in_een(overzicht, overzicht.sleutel)
    kort = _in_een(overzicht, ["groep", "maat"]) if tabel == "rapport" else heel
    rijen = uitgave.rijen_van(tabel, f"{als_sql(sleutel)} IN ({heel}, {kort})")
    if not rijen:
        (er_zijn,) = uitgave.waarden(tabel, [kort])
        raise onbekende_rij(tabel, overzicht.sleutel, sleutel, er_zijn)
    return rijen[0]


def _in_een(overzicht: Overzicht, namen: Sequence[str]) -> str:
    """In SQL: the cells of a key with slashes between them, written as `_kort` does."""
    vorm = {"getal": "printf('%g', {})", "heel": "CAST({} AS VARCHAR)", "tekst": "{}"}
    delen = (vorm[overzicht.kolommen[k].type].format(naam_in_sql(k)) for k in namen)
    return f"concat_ws('/', {', '.join(delen)})"


# --- the report ---------------------------------------------------------------------------------
Vraag = tuple[str, dict[str, Any], list[str], Sequence[str] | None]  # None: of all areas


def _rapport(bonnen: Bonnen, rij: Rij, kolom: str) -> Vraag | None:
    if kolom not in ("waarde", "gebieden", "van"):
        return None
    plek = rij["onderdeel"], rij["groep"], rij["maat"]
    vraag = telvraag(bonnen.cat, *plek, bonnen.uitgave.editie.niveau)
    if kolom != "waarde":
        vraag = vraag.gebieden(kolom == "van")
    return vraag.regel, vraag.met, vraag.kolommen, None


# --- comparison and sensitivity -----------------------------------------------------------------
def _vergelijking(bonnen: Bonnen, rij: Rij, kolom: str) -> Vraag | None:
    wat, _, waar = kolom.partition("_")
    if wat not in ("waarde", "rang", "van", "gebieden", "percentiel", "verschil"):
        return None
    maat = bonnen.cat.vergelijkmaten[rij["maat"]]
    code = rij["regiocode"]
    uitgave = bonnen.uitgave
    codes = uitgave.van_gemeente(code) if waar == "gemeente" else None
    if wat == "gebieden":
        return "gebieden", {"waar": []}, [maat.kolom], codes
    met = {"wat_dan": wat, "teken": float(maat.teken), "gebied": code}
    gewicht = ["inwoners_eind"] if wat == "verschil" else []  # of the mean
    return "vergelijking", met, [maat.kolom, *gewicht], codes


def _klassen(bonnen: Bonnen, rij: Rij, kolom: str) -> Vraag | None:
    if kolom not in ("gebieden", "anders", "gemeten", "van"):
        return None
    slot = "_relatief" if rij["vorm"] == "relatief" else ""
    namen = [f"dK{slot}", f"dP{slot}", "onv_klasse"]
    if kolom in ("gemeten", "van"):
        waar = [(naam, "bekend", None) for naam in namen] if kolom == "gemeten" else []
        return "gebieden", {"waar": waar}, namen, None
    met = {
        "tK": rij["tK_procentpunt"], "tP": rij["tP_punt"], "klasse": rij["klasse"],
        "tK_gewoon": bonnen.regels.tK_procentpunt, "tP_gewoon": bonnen.regels.tP_punt,
        "geen_meting": bonnen.cat.geen_meting.code, "anders": kolom == "anders",
        "problemen_vanaf": bonnen.cat.constanten.problemen_vanaf,
    }  # fmt: skip
    return "klassen", met, namen, None


def _varianten(bonnen: Bonnen, rij: Rij, kolom: str) -> Vraag | None:
    if kolom == "variant":
        return None
    soort, _, groep = rij["variant"].partition(" ")
    zonder = groep if soort == "zonder" else ""
    rest = [g for g in gebruikte_groepen(bonnen) if g != zonder] if zonder else []
    met = {
        "wat_dan": kolom, "zonder": zonder, "rest": rest,
        "grens": rij["variant"].rpartition(" ")[2] if soort == "K" else "",
        "tK": bonnen.regels.tK_procentpunt, "tP": bonnen.regels.tP_punt,
        "problemen_vanaf": bonnen.cat.constanten.problemen_vanaf,
        "decimalen": bonnen.cat.constanten.decimalen_verandering,
    }  # fmt: skip
    kanten = ("begin", "eind") if kolom.endswith("signaal") else ("eind",)
    namen = [f"K_{kant}" for kant in kanten]
    if met["grens"]:
        namen += [f"K_{kant}_{met['grens']}" for kant in kanten]
    if zonder:
        namen += ["methode", *(f"aandeel_{g}_{kant}" for g in rest for kant in kanten)]
    if kolom.endswith("signaal"):
        namen += ["dP", "onv_klasse"]
    elif kolom not in ("gebieden", "van", "rangcorrelatie"):
        namen.append("inwoners_eind")
    return "variant", met, namen, None


# --- a corporation's scan -----------------------------------------------------------------------
def _scan(bonnen: Bonnen, rij: Rij, kolom: str) -> Vraag | None:
    """Value now and at the begin; colours and course follow from its own file of cuts."""
    if rij.get("status") == "weggelaten":
        raise OnbekendCijfer(
            f"levering/scan/{rij['corporatie']}.yml laat {rij['maat']!r} weg (`zonder`): deze scan "
            "heeft er geen cijfer van"
        )
    maat = bonnen.cat.maten[rij["maat"]]
    telt = kolom in ("gebieden", "gemeten")
    if (kolom not in ("waarde", "begin") and not telt) or (kolom == "begin" and maat.begin is None):
        return None
    code = rij["regiocode"]
    gelijk = {"corporatie": rij["corporatie"], "maat": rij["maat"],
              "niveau": bonnen.uitgave.editie.niveau}  # fmt: skip
    eisen = " AND ".join(f"{naam_in_sql(k)} = {als_sql(x)}" for k, x in gelijk.items())
    (eigen,) = bonnen.uitgave.waarden("scan", ["regiocode"], eisen)
    codes = [c for c in eigen if c == code or (rij["niveau"] == "wijk" and c[2:8] == code[2:8])]
    if telt:
        waar = [(maat.kolom, "bekend", None)] if kolom == "gemeten" else []
        return "gebieden", {"waar": waar}, [maat.kolom], codes
    figuur = maat.kolom if kolom == "waarde" else maat.begin or ""
    met = {
        "klassen": list(maat.klassen) if kolom == "waarde" else [],
        "minimum": bonnen.uitgave.minimum_dekking,
        "van_levering": maat.van_levering,
    }
    return "scanmaat", met, [figuur, maat.weging], codes


def _verwacht(bonnen: Bonnen, sleutel: str, rij: Rij) -> Knoop:
    """The figure in the target year, when it goes on as it went."""
    editie = bonnen.uitgave.editie
    kolom = bonnen.cat.overzichten["scan"].kolommen["verwacht"]
    knoop = Knoop(
        "tabelcijfer", f"scan.verwacht {sleutel}", uitleg=kolom.formule,
        feiten={"titel": rij["titel"], "eenheid": rij["eenheid"]},
        met={"begin": editie.begin, "eind": editie.eind, "streefjaar": rij["streefjaar"]},
        kinderen=[bon_van_overzicht(bonnen, "scan", sleutel, k) for k in ("waarde", "begin")],
    )  # fmt: skip
    return stap(knoop, "verwacht", rij["verwacht"])


_MAKERS: dict[str, Callable[[Bonnen, Rij, str], Vraag | None]] = {
    "rapport": _rapport, "vergelijking": _vergelijking, "gevoeligheid_klassen": _klassen,
    "gevoeligheid_varianten": _varianten, "scan": _scan,
}  # fmt: skip
