"""Invented Dutch-sounding names.

Here: names of gemeenten, wijken and buurten, unique within their kind of list.
Not here: codes. No name is meant to be that of an existing place.
"""

from __future__ import annotations

import numpy as np

_BEGIN = [
    "Aal",
    "Aver",
    "Berk",
    "Bol",
    "Bries",
    "Brem",
    "Dal",
    "Dover",
    "Eik",
    "Elz",
    "Ganzen",
    "Gors",
    "Haver",
    "Hazel",
    "Heem",
    "Hol",
    "Iep",
    "Kaar",
    "Kers",
    "Klaver",
    "Kol",
    "Lar",
    "Lind",
    "Loof",
    "Maar",
    "Meer",
    "Mos",
    "Nes",
    "Noor",
    "Oever",
    "Olm",
    "Peel",
    "Popel",
    "Rie",
    "Riet",
    "Roer",
    "Schap",
    "Spar",
    "Stel",
    "Tol",
    "Turf",
    "Uiter",
    "Vaar",
    "Veen",
    "Vlier",
    "Voor",
    "Wal",
    "Weer",
    "Wil",
    "Wolf",
    "Zand",
    "Zegge",
    "Zil",
    "Zwal",
]
_MIDDEN = ["en", "er", "el", "inge", "te", ""]
_EIND = [
    "beek",
    "berg",
    "broek",
    "burg",
    "dam",
    "dijk",
    "dorp",
    "drecht",
    "haag",
    "ham",
    "haven",
    "heuvel",
    "hof",
    "horst",
    "huizen",
    "kerk",
    "koop",
    "land",
    "loo",
    "meer",
    "mond",
    "oord",
    "ploeg",
    "rade",
    "schans",
    "stede",
    "veld",
    "voorde",
    "waard",
    "werf",
    "wijk",
    "woude",
    "zijl",
]
_DEEL = [
    "Centrum",
    "Noord",
    "Zuid",
    "Oost",
    "West",
    "Binnen",
    "Buiten",
    "Oud",
    "Nieuw",
    "Hoog",
    "Laag",
    "Molenkwartier",
    "Stationsbuurt",
    "Schildersbuurt",
    "Bloemenbuurt",
    "Vogelbuurt",
    "Componistenbuurt",
    "Zeeheldenbuurt",
    "Havenkwartier",
    "Parkzicht",
    "Bedrijventerrein",
    "Tuindorp",
    "Landgoed",
    "Polder",
    "Weidebuurt",
    "Boskant",
    "Kanaalzone",
    "Sluisbuurt",
    "Vesting",
    "Brink",
    "Hoeve",
    "Rivierenbuurt",
    "Dichtersbuurt",
    "Staatsliedenbuurt",
    "Sterrenbuurt",
    "Fruitbuurt",
]


def plaatsnamen(rng: np.random.Generator, aantal: int) -> list[str]:
    """Return `aantal` different names of places."""
    alle = [f"{b}{m}{e}" for b in _BEGIN for m in _MIDDEN for e in _EIND]
    keuze = rng.permutation(len(alle))
    reeks = dict.fromkeys(alle[i] for i in keuze)
    namen = list(reeks)
    while len(namen) < aantal:
        namen += [f"{n}-{len(namen)}" for n in namen[: aantal - len(namen)]]
    return namen[:aantal]


def delen(rng: np.random.Generator, plaats: str, aantal: int) -> list[str]:
    """Return `aantal` different names of parts of a place."""
    volgorde = rng.permutation(len(_DEEL))
    namen = [f"{plaats}-{_DEEL[i]}" for i in volgorde[:aantal]]
    return namen + [f"{plaats}-{_DEEL[0]} {i}" for i in range(2, aantal - len(namen) + 2)]
