"""Making buurten of one piece.

Here: moving the loose pieces that a division leaves to a neighbouring buurt of the same gemeente;
only islands stay loose, as in reality.
Not here: the division itself (`indeling`).
"""

from __future__ import annotations

import numpy as np

from veerkracht_dagster.voorbeeldland.raster import IntArray

RONDES = 4


def stukken(buren: IntArray, groep: IntArray) -> IntArray:
    """Return for each atom the number of its piece: the lowest atom it is connected to."""
    binnen = buren[groep[buren[:, 0]] == groep[buren[:, 1]]]
    label = np.arange(len(groep), dtype=np.int64)
    while True:
        laagste = np.minimum(label[binnen[:, 0]], label[binnen[:, 1]])
        nieuw = label.copy()
        np.minimum.at(nieuw, binnen[:, 0], laagste)
        np.minimum.at(nieuw, binnen[:, 1], laagste)
        nieuw = nieuw[nieuw]
        if np.array_equal(nieuw, label):
            return label
        label = nieuw


def sluit_aaneen(buren: IntArray, buurt: IntArray, gemeente: IntArray) -> IntArray:
    """Return the division with loose pieces moved; `gemeente` is given per buurt.

    Every buurt keeps its largest piece, so none disappears.
    """
    buurt = buurt.copy()
    heen_en_terug = np.concatenate([buren, buren[:, ::-1]])
    for _ in range(RONDES):
        stuk = stukken(buren, buurt)
        maat = np.bincount(stuk, minlength=len(buurt))[stuk]
        volgorde = np.lexsort([stuk, -maat, buurt])
        eerste = np.unique(buurt[volgorde], return_index=True)[1]
        hoofdstuk = np.full(int(buurt.max()) + 1, -1, dtype=np.int64)
        hoofdstuk[buurt[volgorde[eerste]]] = stuk[volgorde[eerste]]
        los = stuk != hoofdstuk[buurt]
        a, b = heen_en_terug[:, 0], heen_en_terug[:, 1]
        mag = los[a] & ~los[b] & (gemeente[buurt[a]] == gemeente[buurt[b]])
        if not mag.any():
            break
        doel = np.full(len(buurt), -1, dtype=np.int64)
        doel[stuk[a[mag]][::-1]] = buurt[b[mag]][::-1]
        verhuist = los & (doel[stuk] >= 0)
        buurt[verhuist] = doel[stuk[verhuist]]
    return buurt
