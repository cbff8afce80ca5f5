"""YAML that somebody delivered: plain keys with values, or a refusal.

Here: what may not be in it (references, which can grow without end; a key twice; too many bytes, or
in one another; a number that no computer holds).
Not here: the catalogue's own files (`catalogus/laden.py`); what the keys mean.
"""

from __future__ import annotations

from typing import Any

import yaml
from yaml.composer import ComposerError
from yaml.constructor import ConstructorError

GROOTSTE = 100_000  # bytes; a list of some thousands of areas
DIEPSTE = 20  # lists and mappings in one another; ours take four
YamlFout = yaml.YAMLError


class _Lader(yaml.SafeLoader):
    """Safe, and without what makes a short text long or a key ambiguous."""

    diepte = 0

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.AliasEvent):
            waar = self.peek_event().start_mark
            raise ComposerError(None, None, "een verwijzing (*), die hier niet mag", waar)
        if self.diepte > DIEPSTE:
            waar = self.peek_event().start_mark
            raise ComposerError(None, None, f"meer dan {DIEPSTE} lijsten in elkaar", waar)
        self.diepte += 1
        try:
            return super().compose_node(parent, index)
        finally:
            self.diepte -= 1

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Any, Any]:
        gezien = set()
        for sleutel, _ in node.value:
            naam = sleutel.value if isinstance(sleutel, yaml.ScalarNode) else None
            if naam in gezien:
                waar = sleutel.start_mark
                raise ConstructorError(None, None, f"de sleutel {naam!r} voor de tweede keer", waar)
            gezien.add(naam)
        return super().construct_mapping(node, deep)


def yaml_van(tekst: str) -> Any:
    """What a text in YAML holds.

    Raises:
        YamlFout: no YAML, a reference, a key twice, longer than `GROOTSTE` or deeper than
            `DIEPSTE`, a number or date that does not exist; says in which line, where it has one.
    """
    if len(tekst) > GROOTSTE:
        raise YamlFout(f"{len(tekst)} tekens, en ten hoogste {GROOTSTE} mag")
    try:
        return yaml.load(tekst, Loader=_Lader)
    except (ValueError, OverflowError) as fout:
        raise YamlFout(f"een getal of datum die niet kan ({fout})") from fout
