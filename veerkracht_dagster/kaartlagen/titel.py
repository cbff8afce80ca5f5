"""One meaning per title: a layer of K that was made of other groups than the edition's says so.

Here: the title of a layer by the groups that K was really made of.
Not here: which groups these are (`indicatoren/kwetsbaar.py`), where titles are shown.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from veerkracht_dagster.catalogus.models import Catalogus, Editie, Kaartlaag

_GETELD = "alle (microdata)"  # counted: persons in at least one group, of whatever list


def met_groepen(
    laag: Kaartlaag, groepen: Iterable[object], editie: Editie, cat: Catalogus
) -> Kaartlaag:
    """The layer with the title that its groups ask for.

    Args:
        groepen: the column `groepen` of the layer's table: the same text for every estimated area.
    """
    geschat = sorted({str(tekst) for tekst in groepen if tekst and tekst != _GETELD})
    namen = geschat[0].split(", ") if geschat else []
    if laag.titel_groepen is None or not namen or namen == editie.parameters.kwetsbaar_groepen:
        return laag
    bewoners = " of ".join(cat.groepen[naam].bewoners for naam in namen)
    titel = laag.titel_groepen.format(titel=laag.titel, bewoners=bewoners)
    return laag.model_copy(update={"titel": titel})


def met_titels(
    cat: Catalogus, groepen: Mapping[str, Iterable[object]], editie: Editie
) -> Catalogus:
    """The catalogue with the titles of an edition's layers. groepen: of layers that have them."""
    lagen = {
        naam: met_groepen(laag, groepen.get(naam, ()), editie, cat)
        for naam, laag in cat.kaartlagen.items()
    }
    return cat.model_copy(update={"kaartlagen": lagen})
