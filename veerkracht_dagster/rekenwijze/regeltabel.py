"""What every rule of the figure table asks for, and how its formula reads.

Here: the rules by the name that a row gives (`catalogus/indicatoren.yml`), in `aanvoer` how their
inputs are found, and which parameters and constants they take. No arithmetic, so that who only
describes figures does not depend on it. Python's own library alone: goes along with every bundle.
Not here: what a rule computes (`regels.py`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

Met = Mapping[str, Any]
Woorden = Callable[[Sequence[str], Met], str]  # of the names of inputs, and what the row says
# How inputs are found, by what a row has to say for it.
UIT_BUURTTABEL = ("buurttabel", "jaren")
MET_KANT = ("buurttabel", "aandeel", "groepen", "jaren van de tabel")
MET_GROEP = ("aandeel", "bijdrage")
MET_GEWICHT = ("gemeente", "land")  # the last input is what the first is weighed with


@dataclass(frozen=True)
class Regel:
    """A rule of the figure table, and how it reads.

    reken: the function of `regels.py`; None for a text that says how a table was made.
    aanvoer: how its inputs are found.
    invoer: how many names a row gives (least, most). met: what a row has to say beside these.
    parameters, constanten: what the rule is given of the edition's parameters and of the method's
    constants, by the rule's own name for it.
    """

    reken: str | None
    aanvoer: str
    invoer: tuple[int, int]
    formule: Woorden
    met: Mapping[str, Sequence[Any]] = field(default_factory=dict)
    parameters: Mapping[str, str] = field(default_factory=dict)
    constanten: Mapping[str, str] = field(default_factory=dict)


_K_FORMULE = {
    "": "microdata: {teller} / {noemer}; schatting: 1 - Π(1 - p_g)",
    "_ondergrens": "de grootste ondergrens van p_g",
    "_bovengrens": "min(1, Σ bovengrens van p_g)",
    "_afronding": "Σ ruimte van p_g, maal Π(1 - p) van de andere groepen",
}
_RANG_FORMULE = {
    "": "van hoog naar laag onder alle gebieden",
    "_hoogst": "1 + gebieden die zeker hoger zijn",
    "_laagst": "gebieden die even hoog of hoger kunnen zijn",
}
_PROBLEMEN = {"problemen_vanaf": "problemen_vanaf"}
_DECIMALEN = {"decimalen": "decimalen_verandering"}
_DREMPELS = {"tK": "tK_procentpunt", "tP": "tP_punt"}


def _sjabloon(tekst: str) -> Woorden:
    return lambda invoer, met: tekst.format(*invoer, **met)


def _omslag_in_woorden(invoer: Sequence[str], met: Met) -> str:
    if met["wat"] == "omslag":
        return f"|{invoer[0 if met['drempel'] == 'tK' else 1]}|"
    return f"de klasse net voorbij de drempel {met['drempel']} die haar omslaat"


REGELS: dict[str, Regel] = {
    "overgenomen": Regel("overgenomen", "buurttabel", (1, 1), _sjabloon("overgenomen")),
    "aandeel": Regel("aandeel", "aandeel", (0, 0), _sjabloon("teller / noemer")),
    "K": Regel(
        "K_schatting", "groepen", (0, 0),
        lambda _, met: _K_FORMULE[met["onderdeel"]].format(**met), {"onderdeel": [*_K_FORMULE]},
    ),
    "verschil": Regel(
        "verschil", "cijfers", (2, 2), _sjabloon("{0} - {1}"), constanten=_DECIMALEN
    ),
    "daling": Regel(
        "verschil", "cijfers", (2, 2), _sjabloon("-({1} - {0})"), constanten=_DECIMALEN
    ),
    "tegen_gemeente": Regel(
        "tegen_gemeente", "gemeente", (2, 2),
        _sjabloon("{0} - gemeentegemiddelde({0}), gewogen met inwoners"),
        constanten={"decimalen": "decimalen_relatief"},
    ),
    "kwetsbaar_klasse": Regel(
        "kwetsbaar_klasse", "land", (2, 2),
        _sjabloon("m - s, m, m + s van {0}, gewogen met inwoners"),
    ),
    "onv_klasse": Regel(
        "onv_klasse", "cijfers", (1, 1), _sjabloon("grenzen onv_maten maal onv_eenheid"),
        constanten={"grenzen": "onv_grenzen"},
    ),
    "stappen": Regel(
        "stappen", "jaren", (1, 1), _sjabloon("stappen van {0} in de periode: {telt}"),
        {"telt": ["gemeten", "toename"]}, constanten=_DECIMALEN,
    ),
    "signaal": Regel(
        "signaal", "cijfers", (3, 3), _sjabloon("de regel van Het signaal op ({0}, {1}, {2})"),
        parameters=_DREMPELS, constanten=_PROBLEMEN,
    ),
    "focus": Regel("focus", "cijfers", (2, 2), _sjabloon("{0} x {1}"), constanten=_PROBLEMEN),
    "structureel": Regel(
        "structureel", "cijfers", (3, 3),
        _sjabloon("een van de zwakke_klassen, en minimum_toename gemeten stappen meer overlast"),
        parameters={"minimum": "minimum_stappen"},
        constanten={"zwak": "zwakke_klassen", "minimum_toename": "minimum_toename"},
    ),
    "stabiliteit": Regel(
        "stabiliteit", "verstoord", (13, 14),
        _sjabloon("deel van de verstoringen van K, tK en tP die dezelfde klasse geven"),
        {"relatief": [False, True]},
        {"zaad": "stabiliteit_zaad", **_DREMPELS, "factoren": "stabiliteit_factoren"},
        {"trekkingen": "stabiliteit_trekkingen", **_PROBLEMEN, **_DECIMALEN,
         "decimalen_relatief": "decimalen_relatief"},
    ),
    "omslag": Regel(
        "omslag", "cijfers", (3, 3), _omslag_in_woorden,
        {"drempel": ["tK", "tP"], "wat": ["omslag", "klasse"]}, _DREMPELS, _PROBLEMEN,
    ),
    "rang": Regel(
        "rang", "rang", (2, 2), lambda _, met: _RANG_FORMULE[met["kant"]],
        {"kant": [*_RANG_FORMULE], "teken": [1.0, -1.0]},
    ),
    "bijdrage": Regel("bijdrage", "bijdrage", (1, 1), _sjabloon("{0} - {0} zonder de groep")),
    "voorbehoud": Regel(
        "voorbehoud", "aandelen", (1, 1),
        _sjabloon("{0} minder dan klein_gebied, of een groep van ten minste instelling_aandeel"),
        parameters={"klein": "klein_gebied", "instelling": "instelling_aandeel"},
    ),
    # Texts about how the figures of a table were made.
    "gekozen": Regel(None, "K van de tabel", (0, 0), _sjabloon("")),
    "jaren": Regel(None, "jaren van de tabel", (0, 99), _sjabloon("")),
    "informatief": Regel(None, "gemeente", (2, 2), _sjabloon("")),
}  # fmt: skip
