"""A country of 12 buurten in three gemeenten, worked out by hand: everything once.

Every signal class, every focus code, both relative cases (a gemeente that informs and one that
does not), structureel yes, no and unknown, and a figure exactly on each limit of each legend.
Beside each buurt stands what it must come to, and why. Thresholds: tK = 1.0 procentpunt, tP = 0.01.

As in `land`: K = personen met bijstand / inwoners, K_begin = K_eind - dK, dP = V 2014 - V 2020.

National cuts of K_eind, weighted with inwoners:

    K_eind   5      10     15     20     25     30     35
    buurt    1,3,8  2,9    4      5      10     6      7,11
    w        3,000  2,000  1,000  6,000  1,000  2,000  2,000 + 1,000    total 18,000

    m = 20, since the row is symmetric around 20.
    s² = (2 x 3,000 x 15² + 2 x 2,000 x 10² + 2 x 1,000 x 5²) / 18,000
       = (1,350,000 + 400,000 + 50,000) / 18,000 = 1,800,000 / 18,000 = 100, so s = 10.

Limits of onv, 0.15678 times -1.5, -1, -0.5, -0.25, 0.25, 0.5, 1, 1.5: -0.23517, -0.15678, -0.07839,
-0.039195, 0.039195, 0.07839, 0.15678, 0.23517. A score on a limit is in the better class.
"""

from __future__ import annotations

from tests.golden.land import NA, Buurt


def _b(nummer: int, gemeente: int, *rest: object) -> Buurt:
    return Buurt(f"BU{gemeente:04d}00{nummer:02d}", *rest)  # type: ignore[arg-type]


# inwoners, K_eind, dK, V, signaal, dK and dP relative, signaal relatief, class of K, focus,
# structureel absolute and relative, corporatie, class of corporatie
# fmt: off
LAND = [
    # --- GM0001. Means of the gemeente, weighted with inwoners (13,000):
    # dK: (-3 - 2 + 1 + 3x6 + 4x2 + 2 + 2) / 13 = 26 / 13 = 2
    # dP: (-.03 - .01 + .02 + .03x6 + .05x2 + .01 - .01) / 13 = .26 / 13 = .02
    #
    # dK -3, dP -.03: 1. Layers 4 and 7: on -3 tK and on -3 tP, so afname, not sterke afname.
    # Relative -5, -.05: 1. K 5: 1; V on .25, so onv 6: focus 1. 4 % corporatie: 1
    _b(1, 1, 1000, 5, -3, (.009195, .02, .03, .039195),
       1, -5, -.05, 1, 1, 1, "nee", "nee", 4, 1),
    # dK -2, dP exactly -.01, so not below -tP: 2. Relative -4, -.03: 1; layer 8 on -3 tP.
    # K on m - s: 2; V on .5, so onv 7: focus 2. Corporatie exactly 5 %: 2
    _b(2, 1, 1000, 10, -2, (.06839, .07, .075, .07839),
       2, -4, -.03, 1, 2, 2, "nee", "nee", 5, 2),
    # dK exactly 1: 3. Relative exactly -1: 3. K 5: 1; V on -.5, so onv 4: focus 4
    _b(3, 1, 1000, 5, 1, (-.05839, -.06, -.07, -.07839),
       3, -1, 0, 3, 1, 4, "nee", "nee", 33, 2),
    # dK 3, dP .03, onv 5 (V on -.25): 4. Layers 4 and 7: on 3 tK and 3 tP, so toename.
    # Relative exactly 1: 3; layer 8 exactly .01: 3. K on m: 3, so focus 3.
    # Steps .040805, -.005, -.005805: one rise of three: nee. Corporatie 66 %: 3
    _b(5, 1, 6000, 20, 3, (-.009195, -.05, -.045, -.039195),
       4, 1, .01, 3, 3, 3, "nee", "nee", 66, 3),
    # dK 4, dP .05, onv 3 (V on -1): 5. Relative 2, .03: 5; layer 8 on 3 tP.
    # K on m + s: 4, and onv 3: focus 6. Steps .01322, -.01, .04678: two rises: ja, relative too.
    # Corporatie exactly 2/3: 4
    _b(6, 1, 2000, 30, 4, (-.10678, -.12, -.11, -.15678),
       5, 2, .03, 5, 4, 6, "ja", "ja", 200 / 3, 4),
    # dK 2, dP exactly .01, so not above tP: 7. Relative 0: 3; layer 8 exactly -.01.
    # K 5: 1; V on -1.5, so onv 2: focus 7
    _b(8, 1, 1000, 5, 2, (-.22517, -.23, -.23, -.23517),
       7, 0, -.01, 3, 1, 7, "nee", "nee", 0, 1),
    # dK 2, dP exactly -.01, so not below -tP: 7. Relative 0: 3. K 10: 2; onv 2: focus 8
    _b(9, 1, 1000, 10, 2, (-.21, -.21, -.20, -.20),
       7, 0, -.03, 3, 2, 8, "nee", "nee", 100, 4),

    # --- GM0002, three buurten, so it informs. (4,000) dK: (-1 + 5x2 + 3) / 4 = 12 / 4 = 3
    # dP: (.03 + .05x2 - .05) / 4 = .08 / 4 = .02
    #
    # dK exactly -1: 3. Relative -4, .01: not below -tP: 2. K 15: 2; onv 4: focus 5.
    # Corporatie exactly 1/3: 3
    _b(4, 2, 1000, 15, -1, (-.02, -.03, -.04, -.05),
       3, -4, .01, 2, 2, 5, "nee", "nee", 100 / 3, 3),
    # dK 5, dP .05, onv 1: 6. Relative 2, .03: 6. K 35: 4, and onv 1: focus 10.
    # No step measured: unknown, not no
    _b(7, 2, 2000, 35, 5, (-.25, NA, NA, -.30),
       6, 2, .03, 6, 4, 10, "onbekend", "onbekend", 67, 4),
    # dK 3, dP -.05: 8. Relative 0: 3. K 25: 3; onv 1, but K is not zeer veel: focus 9
    _b(10, 2, 1000, 25, 3, (-.35, -.33, -.32, -.30),
       8, 0, -.07, 3, 3, 9, "nee", "nee", 50, 3),

    # --- GM0003: one buurt with a dK and one with a dP, so it does not inform.
    # V missing at the begin: no signal, no layers 7 and 8. Relative dK 2 - 2 = 0.
    # K 35: 4; V on 1.5, so onv 9: focus 3. Corporatie suppressed
    _b(11, 3, 1000, 35, 2, (NA, .2, .2, .23517),
       -9, 0, NA, -9, 4, 3, "onbekend", "onbekend", "o", -9),
    # K suppressed at the end: no signal, no focus, no layers 3-5. V on 1, so onv 8.
    # Relative dP .02 - .02 = 0. Corporatie not released
    _b(12, 3, 1000, "o", 0, (.17678, .17, .16, .15678),
       -9, NA, 0, -9, NA, -9, "onbekend", "onbekend", "-", -9),
]
# fmt: on
# Layers 4-8 by legend: 1 sterke afname, 2 afname, 3 ongeveer gelijk, 4 toename, 5 sterke toename.
#             buurt:      1  2  3  5  6  8  9  4  7  10  11  12
LAGEN = {
    # dK:                -3 -2  1  3  4  2  2 -1  5   3   2   -
    "kwetsbaar_ontwikkeling": (2, 2, 3, 4, 5, 4, 4, 3, 5, 4, 4, -9),
    # relative:          -5 -4 -1  1  2  0  0 -4  2   0   0   -
    "kwetsbaar_ontwikkeling_relatief": (1, 1, 3, 3, 4, 3, 3, 1, 4, 3, 3, -9),
    # V, on the limits but for 9, 4, 7 and 10 (-.20, -.05, -.30, -.30)
    "overlast_situatie": (6, 7, 4, 5, 3, 2, 2, 4, 1, 1, 9, 8),
    # dP:  -.03 -.01 .02 .03 .05 .01 -.01 .03 .05 -.05 - .02
    "overlast_ontwikkeling": (2, 3, 4, 4, 5, 3, 3, 4, 5, 1, -9, 4),
    # relative: -.05 -.03 0 .01 .03 -.01 -.03 .01 .03 -.07 - 0
    "overlast_ontwikkeling_relatief": (1, 2, 3, 3, 4, 3, 2, 3, 4, 1, -9, 3),
}
NIET_INFORMATIEF = {"GM0003"}
