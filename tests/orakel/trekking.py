"""The draw of a text, as `docs/methode.md` says under "Stabiliteit": SipHash-2-4, mixed, -1 to 1.

Here: that and nothing else. Not here: what the draws are for (`rekenen.py`).
"""

from __future__ import annotations

ALLES = (1 << 64) - 1
SLEUTEL = b"0123456789123456"


def trekking(tekst: str) -> float:
    """A number from -1 to 1 that always belongs to this text."""
    x = siphash(SLEUTEL, tekst.encode())
    x = (x ^ x >> 30) * 0xBF58476D1CE4E5B9 & ALLES
    x = (x ^ x >> 27) * 0x94D049BB133111EB & ALLES
    x ^= x >> 31
    return x / 2**63 - 1


def siphash(sleutel: bytes, bericht: bytes) -> int:
    """SipHash-2-4 of Aumasson and Bernstein, 64 bits."""
    k0, k1 = (int.from_bytes(sleutel[n : n + 8], "little") for n in (0, 8))
    v = [
        k0 ^ 0x736F6D6570736575,
        k1 ^ 0x646F72616E646F6D,
        k0 ^ 0x6C7967656E657261,
        k1 ^ 0x7465646279746573,
    ]
    heel = len(bericht) // 8 * 8
    woorden = [int.from_bytes(bericht[n : n + 8], "little") for n in range(0, heel, 8)]
    woorden.append(int.from_bytes(bericht[heel:], "little") | (len(bericht) & 0xFF) << 56)
    for woord in woorden:
        v[3] ^= woord
        _rondes(v, 2)
        v[0] ^= woord
    v[2] ^= 0xFF
    _rondes(v, 4)
    return v[0] ^ v[1] ^ v[2] ^ v[3]


def _rondes(v: list[int], aantal: int) -> None:
    for _ in range(aantal):
        v[0] = v[0] + v[1] & ALLES
        v[1] = _draai(v[1], 13) ^ v[0]
        v[0] = _draai(v[0], 32)
        v[2] = v[2] + v[3] & ALLES
        v[3] = _draai(v[3], 16) ^ v[2]
        v[0] = v[0] + v[3] & ALLES
        v[3] = _draai(v[3], 21) ^ v[0]
        v[2] = v[2] + v[1] & ALLES
        v[1] = _draai(v[1], 17) ^ v[2]
        v[2] = _draai(v[2], 32)


def _draai(x: int, bits: int) -> int:
    return (x << bits | x >> 64 - bits) & ALLES
