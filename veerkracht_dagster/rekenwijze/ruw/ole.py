"""The file within a compound file, in which Excel kept a workbook before 2007 (.xls).

Here: the chain of sectors of one stream. Standard library alone: this file goes along, as it is,
with every bundle of evidence. Not here: what the stream says
(`tweede/ruw/oud_werkboek.py`, `cel.py`).
"""

from __future__ import annotations

import struct

MERK = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # the first bytes of a compound file
_EINDE = 0xFFFFFFFA  # this and above: no sector
_KOP, _LIJST = 76, 109  # the header has the first places of the table of sectors


def stroom(ruw: bytes, naam: str) -> bytes:
    """The content of a stream by its name.

    Raises:
        KeyError: there is none of that name.
        ValueError: its chain of sectors is broken, or it is kept among the small ones.
    """
    (macht,) = struct.unpack_from("<H", ruw, 30)
    grootte = 1 << macht
    getallen = f"<{grootte // 4}I"
    map_, _, klein = struct.unpack_from("<III", ruw, 48)

    def sector(nummer: int) -> bytes:
        return ruw[(nummer + 1) * grootte : (nummer + 2) * grootte]

    tabel = list(struct.unpack_from(f"<{_LIJST}I", ruw, _KOP))
    (volgende,) = struct.unpack_from("<I", ruw, 68)
    while volgende < _EINDE:
        *meer, volgende = struct.unpack(getallen, sector(volgende))
        tabel += meer
    keten = [x for n in tabel if n < _EINDE for x in struct.unpack(getallen, sector(n))]

    def sectoren(nummer: int) -> bytes:
        delen: list[bytes] = []
        while nummer < _EINDE:
            if len(delen) > len(keten):
                raise ValueError("de keten van sectoren loopt rond")
            delen.append(sector(nummer))
            nummer = keten[nummer]
        return b"".join(delen)

    inhoud = sectoren(map_)
    for plek in range(0, len(inhoud), 128):
        (lengte,) = struct.unpack_from("<H", inhoud, plek + 64)
        begin, omvang = struct.unpack_from("<II", inhoud, plek + 116)
        if inhoud[plek : plek + max(0, lengte - 2)].decode("utf-16-le") == naam:
            if omvang < klein:
                raise ValueError(f"{naam} staat tussen de kleine stromen")
            return sectoren(begin)[:omvang]
    raise KeyError(naam)
