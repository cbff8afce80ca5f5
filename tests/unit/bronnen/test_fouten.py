"""What a refusal says."""

from __future__ import annotations

from veerkracht_dagster.bronnen.fouten import BronFout, Probleem


def test_the_same_problem_of_every_year_is_told_once_and_each_on_its_own_line() -> None:
    een, ander = (Probleem(g, "x", "haal het opnieuw op", "a.csv", rij=3) for g in ("y", "z"))
    fout = BronFout(een, een, ander, een)
    assert fout.problemen == (een, ander)
    assert str(fout).splitlines() == [str(een), str(ander), "Een rij telt vanaf 0, zonder de kop."]
