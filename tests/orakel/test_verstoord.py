"""The oracle on altered sources: partly known cells, exact thresholds, mixed roads, reach, dots.

Every set of cases is one rebuild of the small country; what is not here is in
`bench/bench_orakel.py --verstoord`, a rebuild each.
"""

from __future__ import annotations

import pytest

from tests.orakel.verstoord import eis_gelijk


@pytest.mark.parametrize("welke", ["cellen", "bereik"])
def test_no_differences_on_altered_sources(welke: str, kopie) -> None:
    assert eis_gelijk(welke, *kopie()) > 0
