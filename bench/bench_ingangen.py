"""Every entry of the catalogue that one edits, with another value: refused, or right at once.

Prints how many were refused in words, how many changed nothing that is published, and every one of
which the second hand makes a table otherwise that a rebuild would not make again: that release
could not be published but by `--alles`. The suite tries one of every kind.
"""

from __future__ import annotations

import argparse
import random
import sys
from collections import Counter
from pathlib import Path
from time import monotonic

from meten import CODE

sys.path.insert(0, str(CODE))
_VOORBEELD = CODE / ".veerkracht" / "werk" / "voorbeeld"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--werk", type=Path, default=_VOORBEELD, help="default: %(default)s")
    parser.add_argument("--editie", default="2014-2020-wijken", help="default: %(default)s")
    parser.add_argument("--hoogstens", type=float, help="seconds; then as many as were done")
    opties, _ = parser.parse_known_args()
    from tests.elke_ingang import Proef, wijzigingen
    from veerkracht_dagster.catalogus import catalogus
    from veerkracht_dagster.cli.verschil import _in_map
    from veerkracht_dagster.tweede.poort import invoer_van
    from veerkracht_dagster.werkmap import Werkmap

    cat, werkmap = catalogus(), Werkmap.in_map(opties.werk)
    plek = _in_map(werkmap.uitgaven / opties.editie / "actueel")
    invoer, _ = invoer_van(werkmap, *plek, cat) if plek else (None, [])
    if invoer is None:
        sys.exit(f"{opties.werk}: no release of {opties.editie}; run `make rebuild` first")
    proef = Proef(invoer, werkmap, opties.editie)
    alle = list(wijzigingen(cat, cat.edities[opties.editie]))
    random.Random(1).shuffle(alle)
    telling: Counter[str] = Counter()
    begin = monotonic()
    for pad, waarde in alle:
        if opties.hoogstens is not None and monotonic() - begin > opties.hoogstens:
            break
        waar = f"{'.'.join(pad)} = {waarde!r}"
        try:
            gevolg = proef.wijzig(pad, waarde)
        except LookupError as fout:
            telling["stopped"] += 1
            print(f"  STOPPED {waar}: {type(fout).__name__}: {fout}", flush=True)
            continue
        if gevolg.geweigerd:
            telling["refused"] += 1
        elif not gevolg.anders:
            telling["nothing changed"] += 1
        elif gevolg.anders <= gevolg.opnieuw:
            telling["made again"] += 1
        else:
            telling["jam"] += 1
            print(f"  JAM {waar}: {sorted(gevolg.anders - gevolg.opnieuw)}", flush=True)
    seconden = monotonic() - begin
    print(f"{telling.total()} of {len(alle)} entries in {seconden:.0f} s: {dict(telling)}")
    sys.exit(1 if telling["jam"] or telling["stopped"] else 0)


if __name__ == "__main__":
    main()
