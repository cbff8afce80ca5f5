"""A country of 31 buurten in eight gemeenten, worked out by hand.

Every signal class absolute and relative, every focus code, both relative cases and each boundary
occur in it. Beside each buurt stands what it must come to, and why. Thresholds: tK = 1.0
procentpunt, tP = 0.01.

K = personen met bijstand / inwoners (the only group), so K_begin = K_eind - dK. V is the dimension
onv of 2014, 2016, 2018, 2020; dP = V 2014 - V 2020. Class of V 2020 (limits 0.15678 times -1.5, -1,
-0.5, -0.25, 0.25, ...): -0.30 is 1, -0.20 is 2, -0.10 is 3, -0.05 is 4, 0.00 is 5, 0.05 is 6,
0.10 is 7.

National cuts of K_eind, weighted with inwoners 2020. The buurten with a K_eind:

    K_eind          5     10           15     20     25     30           35
    GM0001       1000   2000         1000   1000   1000   2000         1000
    GM0002       2000   2000         2000   2000   2000   2000         2000
    GM0003-0006  4000   4000         4000   4000   4000   4000         4000
    GM0007             1000 + 500                         1000 + 500
    GM0008             2000                               2000
    w            7000  11500         7000   7000   7000  11500         7000    total 58,000

    m = 20, since the row is symmetric around 20.
    s² = (2 x 7,000 x 15² + 2 x 11,500 x 10² + 2 x 7,000 x 5²) / 58,000
       = (3,150,000 + 2,300,000 + 350,000) / 58,000 = 5,800,000 / 58,000 = 100, so s = 10.

Hence zeer weinig (1) < 10 <= weinig (2) < 20 <= veel (3) < 30 <= zeer veel (4): a K of 10, 20 or
30 lies exactly on a cut.
"""

from __future__ import annotations

from dataclasses import dataclass

JAREN = (2014, 2016, 2018, 2020)
NA = None


@dataclass(frozen=True)
class Buurt:
    """What goes in, and what must come out."""

    code: str
    inwoners: int
    K_eind: float | str | None  # %; 'o' suppressed, '-' missing
    dK: float | str | None  # procentpunt; 'o', '-': the state of K_begin
    V: tuple[float | None, ...]  # 2014, 2016, 2018, 2020
    signaal: int
    dK_relatief: float | None
    dP_relatief: float | None
    signaal_relatief: int
    kwetsbaar: int | None
    focus: int
    structureel: str
    structureel_relatief: str
    corporatie: float | str = "-"  # % of the dwellings at the end
    corporatieklasse: int = -9


def _b(nummer: int, *rest: object) -> Buurt:
    """Buurt 31 is the first one of gemeente 3."""
    return Buurt(f"BU{nummer // 10:04d}00{nummer % 10:02d}", *rest)  # type: ignore[arg-type]


# fmt: off
LAND = [
    # --- GM0001. Means of the gemeente, weighted with inwoners (9,000):
    # dK: (-3x1 - 1.5x2 + 1x1 + 2x1 + 3x1 + 4x2 + 1x1) / 9 = (-3 - 3 + 1 + 2 + 3 + 8 + 1) / 9 = 1
    # dP: (-.02x1 + .03x2 + .01x1 + .02x1 + .05x1 + .05x2 + .05x1) / 9 = 0.27 / 9 = 0.03
    #
    # dK -3 < -1, dP -.02 < -.01: 1. Relative -4, -.05: 1. K 5: 1; onv 5: focus 1.
    # Steps -.01, -.01, 0: no matter, class 1 is not structural: nee
    _b(11, 1000, 5, -3, (-.02, -.01, 0, 0), 1, -4, -.05, 1, 1, 1, "nee", "nee"),
    # dK -1.5, dP .03 is not below -.01: 2. Relative -2.5, 0: 2. K 10 is on m - s: 2; onv 7: focus 2
    _b(12, 2000, 10, -1.5, (.13, .12, .11, .10), 2, -2.5, 0, 2, 2, 2, "nee", "nee"),
    # dK exactly 1: still about equal, 3, whatever dP. Relative 0: 3. K 25: 3; onv 4: focus 6.
    # Steps .02 > 0, -.02, .01 > 0, but class 3: nee
    _b(13, 1000, 25, 1, (-.04, -.06, -.04, -.05), 3, 0, -.02, 3, 3, 6, "nee", "nee"),
    # dK 2, dP .02, onv 5: limited problems, 4. Relative 2 - 1 = 1, exactly on tK: 3.
    # K 20 is on m: 3; focus 3. Steps -.01, .02, .01: two rises: ja; relative class 3: nee
    _b(14, 1000, 20, 2, (.02, .03, .01, 0), 4, 1, -.01, 3, 3, 3, "ja", "nee"),
    # dK 3, dP .05, onv 3: fairly many, 5. Relative 2, .02: 5. K 15: 2; focus 5.
    # Steps .07, -.01, -.01: one rise of three measured: nee
    _b(15, 1000, 15, 3, (-.05, -.12, -.11, -.10), 5, 2, .02, 5, 2, 5, "nee", "nee"),
    # dK 4, dP .05, onv 2: many, 6. Relative 3, .02: 6. K 30 is on m + s: 4, but onv 2: focus 9.
    # 2016 not measured: one step measured, so unknown, not no
    _b(16, 2000, 30, 4, (-.15, NA, -.18, -.20), 6, 3, .02, 6, 4, 9, "onbekend", "onbekend"),
    # dK exactly 1: 3. Relative 0: 3. K 35: 4 and onv 1: focus 10. Three rises, but class 3: nee
    _b(17, 1000, 35, 1, (-.25, -.27, -.28, -.30), 3, 0, .02, 3, 4, 10, "nee", "nee"),

    # --- GM0002, 2,000 each. dK: (-1 + 2 + 2 + 2 - 2 + 4 + 0) / 7 = 1
    # dP: (.09 - .05 + .01 - .01 - .01 + .03 + .01) / 7 = .07 / 7 = .01
    #
    # dK exactly -1: 3. Relative -2, .08: 2. K 5: 1; onv 4: focus 4
    _b(21, 2000, 5, -1, (.04, .01, -.02, -.05), 3, -2, .08, 2, 1, 4, "nee", "nee"),
    # dK 2, dP -.05: 8. Relative 1: 3. K 10: 2; onv 2: focus 8
    _b(22, 2000, 10, 2, (-.25, -.24, -.22, -.20), 8, 1, -.06, 3, 2, 8, "nee", "nee"),
    # dK 2, dP exactly .01: 7. Relative 1: 3. K 15: 2; onv 5: focus 2
    _b(23, 2000, 15, 2, (.01, .01, .01, 0), 7, 1, 0, 3, 2, 2, "nee", "nee"),
    # dK 2, dP exactly -.01: 7. Relative 1: 3. K 20: 3; onv 5: focus 3
    _b(24, 2000, 20, 2, (-.01, 0, 0, 0), 7, 1, -.02, 3, 3, 3, "nee", "nee"),
    # dK -2, dP exactly -.01 is not below -tP: 2. Relative -3, -.02: 1. K 25: 3; onv 5: focus 3
    _b(25, 2000, 25, -2, (-.01, 0, 0, 0), 2, -3, -.02, 1, 3, 3, "nee", "nee"),
    # dK 4, dP .03, onv 6: 4. Relative 3, .02: 4. K 30: 4; onv 6: focus 3.
    # 2018 not measured: one step: unknown
    _b(26, 2000, 30, 4, (.08, .06, NA, .05), 4, 3, .02, 4, 4, 3, "onbekend", "onbekend"),
    # dK 0: 3. Relative exactly -1: 3. K 35: 4; onv 3: focus 6
    _b(27, 2000, 35, 0, (-.09, -.09, -.10, -.10), 3, -1, 0, 3, 4, 6, "nee", "nee"),

    # --- GM0003, 4,000 each: exactly three buurten, so informative.
    # dK: (-5 + 3 + 5) / 3 = 1; dP: (.03 - .05 + .08) / 3 = .02
    #
    # dK -5, dP .03: 2. Relative -6, .01: 2. K 5: 1; onv 1: focus 7
    _b(31, 4000, 5, -5, (-.27, -.28, -.29, -.30), 2, -6, .01, 2, 1, 7, "nee", "nee"),
    # dK 3, dP -.05: 8. Relative 2, -.07: 8. K 15: 2; onv 3: focus 5
    _b(32, 4000, 15, 3, (-.15, -.13, -.12, -.10), 8, 2, -.07, 8, 2, 5, "nee", "nee"),
    # dK 5, dP .08, onv 1: 6. Relative 4, .06: 6. K 20: 3; onv 1 but not zeer veel: focus 9.
    # Steps .02, .03, .03: ja, and relative too
    _b(33, 4000, 20, 5, (-.22, -.24, -.27, -.30), 6, 4, .06, 6, 3, 9, "ja", "ja"),

    # --- GM0004, 4,000 each: two buurten, not informative. dK: (1.5 + .5) / 2 = 1; dP .01
    #
    # dK 1.5, dP .02, onv 4: 5. Relative .5: 3. K 25: 3; focus 6.
    # Steps .02, -.01, .01: two rises: ja
    _b(41, 4000, 25, 1.5, (-.03, -.05, -.04, -.05), 5, .5, .01, 3, 3, 6, "ja", "nee"),
    # dK .5: 3. Relative -.5: 3. K 35: 4; onv 2: focus 9
    _b(42, 4000, 35, .5, (-.20, -.20, -.20, -.20), 3, -.5, -.01, 3, 4, 9, "nee", "nee"),

    # --- GM0005 and GM0006: one buurt each, so relative 0 and not informative.
    # dK -2, dP -.05: 1. K 10: 2; onv 1: focus 8
    _b(51, 4000, 10, -2, (-.35, -.33, -.32, -.30), 1, 0, 0, 3, 2, 8, "nee", "nee"),
    # dK 3, dP .05, onv 1: 6. K 30 is on m + s: 4, and onv 1: focus 10. No step measured: unknown
    _b(61, 4000, 30, 3, (-.25, NA, NA, -.30), 6, 0, 0, 3, 4, 10, "onbekend", "onbekend"),

    # --- GM0007: everything that can lack. With a dK and residents: 74 (1,000) and 75 (500), so not
    # informative: dK (3 x 1,000 - 3 x 500) / 1,500 = 1. With a dP and residents: 72, 73, 76 (500,
    # 1,000, 500), three, so informative: dP (.02 x 500 + .06 x 1,000 + .02 x 500) / 2,000 = .04.
    #
    # Nobody lives there: a share of nobody is n.v.t. Its dP still lies .03 - .04 from the mean
    _b(71, 0, NA, NA, (.03, .02, .01, 0), -9, NA, -.01, -9, NA, -9, "onbekend", "onbekend"),
    # K suppressed at the end
    _b(72, 500, "o", 0, (.02, .02, .01, 0), -9, NA, -.02, -9, NA, -9, "onbekend", "onbekend"),
    # K suppressed at the begin; the end is there: K 10: 2; onv 4: focus 5
    _b(73, 1000, 10, "o", (.01, 0, 0, -.05), -9, NA, .02, -9, 2, 5, "onbekend", "onbekend"),
    # V missing at the end. Relative dK 3 - 1 = 2
    _b(74, 1000, 30, 3, (.01, .01, .01, NA), -9, 2, NA, -9, 4, -9, "onbekend", "onbekend"),
    # V missing at the begin. Relative dK -3 - 1 = -4. K 10: 2; onv 5: focus 2
    _b(75, 500, 10, -3, (NA, .01, .01, 0), -9, -4, NA, -9, 2, 2, "onbekend", "onbekend"),
    # K missing at the begin. K 30: 4; onv 5: focus 3
    _b(76, 500, 30, "-", (.02, .01, .01, 0), -9, NA, -.02, -9, 4, 3, "onbekend", "onbekend"),

    # --- GM0008, 1,000 each: more K than the gemeente, as much nuisance: relative class 7.
    # dK: (3 + 3 + 3 - 5) / 4 = 1; dP: (.03 + .01 + .02 + .02) / 4 = .02
    #
    # dK 3, dP .03, onv 5: 4. Relative 2, exactly .01, so not above tP: 7. K 10: 2; focus 2.
    # Three rises: ja; relative class 7: nee
    _b(81, 1000, 10, 3, (.03, .02, .01, 0), 4, 2, .01, 7, 2, 2, "ja", "nee"),
    # dK 3, dP exactly .01: 7. Relative 2, exactly -.01, so not below -tP: 7. K 30: 4; focus 3
    _b(82, 1000, 30, 3, (.01, .01, .01, 0), 7, 2, -.01, 7, 4, 3, "nee", "nee"),
    # dK 3, dP .02, onv 5: 4. Relative 2, 0: 7. K 10: 2; focus 2. Steps .01, 0, .01: ja
    _b(83, 1000, 10, 3, (.02, .01, .01, 0), 4, 2, 0, 7, 2, 2, "ja", "nee"),
    # dK -5, dP .02: 2. Relative -6, 0: 2. K 30: 4; focus 3
    _b(84, 1000, 30, -5, (.02, .01, .01, 0), 2, -6, 0, 2, 4, 3, "nee", "nee"),
]
# fmt: on

STATUS_SIGNAAL = {  # why there is no signal: the worst state among K and V, begin and end
    "BU00070001": "n.v.t.",
    "BU00070002": "onderdrukt",
    "BU00070003": "onderdrukt",
    "BU00070004": "ontbreekt",
    "BU00070005": "ontbreekt",
    "BU00070006": "ontbreekt",
}
# Gemeenten with fewer than three buurten that have residents and the change.
NIET_INFORMATIEF_DK = {"GM0004", "GM0005", "GM0006", "GM0007"}
NIET_INFORMATIEF_DP = {"GM0004", "GM0005", "GM0006"}
