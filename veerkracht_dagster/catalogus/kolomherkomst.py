"""What the columns are made of that hold no figure: codes, names, years, places.

Here: for each of them the columns it comes from, as (table, column). `levering/<bron>` is what a
publisher delivers, under the publisher's own names; `catalogus/<bestand>` a file of this catalogue.
Not here: figures (`cijfers.py`).
"""

from __future__ import annotations

from collections.abc import Iterable

from veerkracht_dagster.catalogus.cijfers import BUURTTABEL, invoer_van
from veerkracht_dagster.catalogus.models import Catalogus

Uit = tuple[tuple[str, str], ...]
NIET_GELEVERD = "(niet geleverd)"
_GEBIEDSLIJSTEN = ("cbs_buurtgrenzen", "cbs_kerncijfers", "leefbaarometer")
_OVER_DE_RIJ = {"bron_bestand": "(sha256 van het bestand)", "bron_rij": "(rijnummer)"}
GROND: Uit = (
    ("gebieden", "geometry"),
    ("cbs_adressen", "buurtcode"),
    ("cbs_vierkanten", "inwoners"),
    ("cbs_vierkanten", "vierkant"),
)


def levering(bron: str, namen: Iterable[str]) -> Uit:
    """What a publisher delivers, by the publisher's names for it."""
    return tuple((f"levering/{bron}", naam) for naam in namen) or (
        (f"levering/{bron}", NIET_GELEVERD),
    )


def uit_van(tabel: str, kolom: str, cat: Catalogus) -> Uit:
    """What a column is made of that says nothing of it itself.

    Raises:
        ValueError: nothing is known of it; a column without origin is not allowed.
    """
    if tabel in cat.bronnen:
        if kolom in _OVER_DE_RIJ:
            return levering(tabel, [_OVER_DE_RIJ[kolom]])
        if kolom in cat.bronnen[tabel].kenkolommen:
            return levering(tabel, cat.bronnen[tabel].kenkolommen[kolom])
    elif tabel in cat.indicatoren and kolom == "regiocode":
        return _gebied_van_indicator(tabel, cat)
    elif tabel in cat.kaartlagen and (uit := _van_laag(tabel, kolom, cat)):
        return uit
    elif (tabel, kolom) in _BUURTTABEL:
        return _BUURTTABEL[tabel, kolom]
    raise ValueError(
        f"{tabel}.{kolom}: nergens staat waar deze kolom uit komt; geef `invoer` in "
        "indicatoren.yml, `kenkolommen` in bronnen.yml, of zet haar in kolomherkomst.py"
    )


def _gebied_van_indicator(tabel: str, cat: Catalogus) -> Uit:
    """The areas of the buurttabel, or of the indicators that the table is made of."""
    alle = (van for naam in cat.indicatoren[tabel].kolommen
            for van, _ in invoer_van(cat, tabel, naam))  # fmt: skip
    tabellen = [van for van in dict.fromkeys(alle) if van != tabel and "/" not in van]
    eerste = [BUURTTABEL] if BUURTTABEL in tabellen else tabellen
    return tuple((van, "regiocode") for van in eerste)


def _van_laag(naam: str, kolom: str, cat: Catalogus) -> Uit:
    laag = cat.kaartlagen[naam]
    if kolom in ("regiocode", "regionaam", "wijkcode", "gemeentecode", "gemeentenaam", "geometry"):
        return (("gebieden", kolom),)
    if kolom == "toelichting":
        return ((naam, "status"), *_kenmerken(laag.indicatoren, ("informatief",), cat))
    if kolom == "jaren":
        return _kenmerken(laag.indicatoren, ("jaren_begin", "jaren_eind"), cat)
    return ()


def _kenmerken(indicatoren: Iterable[str], namen: Iterable[str], cat: Catalogus) -> Uit:
    """These text columns of the indicators, where they have them."""
    return tuple(
        (indicator, naam)
        for indicator in indicatoren
        for naam in namen
        if naam in cat.indicatoren[indicator].kenmerken
    )


def _uit_de_lijsten(kolom: str) -> Uit:
    return tuple((bron, kolom) for bron in _GEBIEDSLIJSTEN)


_BUURTTABEL: dict[tuple[str, str], Uit] = {
    **{
        ("gebieden", kolom): _uit_de_lijsten(kolom)
        for kolom in ("niveau", "regionaam", "gemeentenaam", "indelingswijziging")
    },
    ("gebieden", "herkomst"): _uit_de_lijsten("regiocode"),
    ("gebieden", "wijkcode"): (("gebieden", "regiocode"),),
    ("gebieden", "gemeentecode"): (("gebieden", "regiocode"),),
    ("gebieden", "oppervlak_m2"): (("gebieden", "geometry"),),
    ("buurt_omzetting", "niveau"): (("gebieden", "niveau"),),
    ("buurt_omzetting", "basis"): (("catalogus/edities", "basisjaar"),),
    ("buurt_omzetting", "van_regio"): (("gebieden", "regiocode"),),
    ("buurt_omzetting", "naar_regio"): (("gebieden", "regiocode"),),
    ("buurt_omzetting", "aantal"): GROND,
    ("buurt_omzetting", "via"): (*GROND, ("gebieden", "indelingswijziging")),
    ("buurttabel", "niveau"): (("buurt_omzetting", "niveau"),),
    ("buurttabel", "basisjaar"): (("buurt_omzetting", "basis"),),
    ("buurttabel", "regiocode"): (("gebieden", "regiocode"), ("buurt_omzetting", "naar_regio")),
}
