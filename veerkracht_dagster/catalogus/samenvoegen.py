"""What stands once, where someone looks for it, put where the models have it.

Here: the columns of a source that stand with the source, topics that are known and not kept, how to
read a layer, the defaults of all editions; and which place everything came from.
Not here: what entries may say (`models/`), the words of a refusal (`fouten.py`).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from veerkracht_dagster.catalogus.fouten import CatalogusFout, Pad, Verplaatst

Blok = dict[str, Any]


def voeg_samen(inhoud: Blok) -> Verplaatst:
    """Move what stands elsewhere to its place in the model, in `inhoud` itself.

    Returns: of every path that was moved, the file and the path where it stands.

    Raises:
        CatalogusFout: a block is missing or of another kind, or says something a second time.
    """
    return dict(
        [
            *_kolommen_bij_bron(inhoud),
            *_overgeslagen(inhoud),
            *_uitleg_bij_laag(inhoud),
            *_constanten_bij_maat(inhoud),
            *_parameters(inhoud),
        ]
    )


Verplaatsing = Iterator[tuple[Pad, tuple[str, Pad]]]


def _ingangen(inhoud: Blok, sleutel: str) -> Iterator[tuple[str, Blok]]:
    """The entries of a block, as far as they are what they should be; the model says the rest."""
    blok = inhoud.get(sleutel)
    for naam, ingang in blok.items() if isinstance(blok, dict) else ():
        if isinstance(ingang, dict):
            yield str(naam), ingang


def _kolommen_bij_bron(inhoud: Blok) -> Verplaatsing:
    """A source may have its columns with it: `kolommen`, each without `bron`."""
    for bron, ingang in _ingangen(inhoud, "bronnen"):
        kolommen = ingang.pop("kolommen", {})
        if not isinstance(kolommen, dict):
            raise CatalogusFout(f"bronnen.yml: {bron}.kolommen: verwacht kolommen; herstel ze")
        for naam, kolom in kolommen.items():
            if naam in inhoud["kolommen"]:
                raise CatalogusFout(
                    f"bronnen.yml: {bron}.kolommen.{naam} staat al in kolommen.yml: geef de kolom "
                    "een andere naam, of haal er een van de twee weg"
                )
            inhoud["kolommen"][naam] = {"bron": bron, **kolom} if isinstance(kolom, dict) else kolom
            yield ("kolommen", naam), ("bronnen.yml", ("bronnen", bron, "kolommen", naam))


def _overgeslagen(inhoud: Blok) -> Verplaatsing:
    """Topics of a publisher that are not kept stand beside those that are, in kolommen.yml."""
    for bron, titels in (inhoud.pop("overgeslagen", None) or {}).items():
        if bron not in inhoud["bronnen"]:
            raise CatalogusFout(
                f"kolommen.yml: overgeslagen noemt '{bron}', dat niet in de catalogus staat"
            )
        if "overgeslagen" in inhoud["bronnen"][bron]:
            raise CatalogusFout(
                f"bronnen.yml: {bron}.overgeslagen staat ook in kolommen.yml; laat een van de twee"
            )
        inhoud["bronnen"][bron]["overgeslagen"] = titels
        yield ("bronnen", bron, "overgeslagen"), ("kolommen.yml", ("overgeslagen", bron))


def _uitleg_bij_laag(inhoud: Blok) -> Verplaatsing:
    """How to read a layer stands with the layer, and is a part of the method."""
    lagen = inhoud["methode"].setdefault("lagen", {})
    for naam, laag in _ingangen(inhoud, "kaartlagen"):
        if "uitleg" in laag:
            lagen[naam] = laag.pop("uitleg")
            yield ("methode", "lagen", naam), ("kaartlagen.yml", ("kaartlagen", naam, "uitleg"))


def _constanten_bij_maat(inhoud: Blok) -> Verplaatsing:
    """A measure of a scan may name a constant: of its classes, or what its cuts are times."""
    constanten = inhoud.get("constanten") or {}
    for naam, maat in _ingangen(inhoud, "maten"):
        genoemd = [k for k in (maat.get("klassen"), maat.get("maal")) if isinstance(k, str)]
        if vreemd := [k for k in genoemd if k not in constanten]:
            raise CatalogusFout(
                f"indicatoren.yml: maten.{naam} noemt '{vreemd[0]}', dat niet in constanten.yml "
                "staat"
            )
        if isinstance(maat.get("klassen"), str):
            maat["klassen"] = constanten[maat["klassen"]]
            yield ("maten", naam, "klassen"), ("constanten.yml", ("constanten", genoemd[0]))
        if "maal" in maat:
            maal = constanten[maat.pop("maal")]
            for grens in ("groen", "rood"):
                if isinstance(maat.get(grens), int | float) and isinstance(maal, int | float):
                    maat[grens] = maat[grens] * maal


def _parameters(inhoud: Blok) -> Verplaatsing:
    """The default parameters under those of each edition; the base year is the end year."""
    if "parameters" not in inhoud:
        raise CatalogusFout("edities.yml: parameters: ontbreekt; voeg de sleutel toe")
    standaard = inhoud.pop("parameters")
    if not isinstance(standaard, dict):
        raise CatalogusFout("edities.yml: parameters: verwacht sleutels met waarden; herstel ze")
    for naam, editie in _ingangen(inhoud, "edities"):
        if isinstance(eigen := editie.get("parameters", {}), dict):
            editie["parameters"] = standaard | eigen
            plek: Pad = ("edities", naam, "parameters")
            yield plek, ("edities.yml", ("parameters",))
            yield from (((*plek, k), ("edities.yml", (*plek, k))) for k in eigen)
        eind = editie.get("eind")  # where that is no year, one refusal will do
        editie.setdefault("basisjaar", eind if isinstance(eind, int) else 0)
