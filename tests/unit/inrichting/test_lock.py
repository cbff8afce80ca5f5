"""The lock file holds exactly what pyproject.toml asks for, from no place in particular."""

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).parents[3]
LOCK = (ROOT / "requirements.lock").read_text()
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())

# One entry: `name==version ; marker \` followed by its hashes, up to the next entry.
ENTRIES = re.findall(
    r"^([a-z0-9][^\n]*?) ?\\\n((?:    --hash=sha256:[0-9a-f]{64}[ \\]*\n)*)", LOCK, re.M
)
ASKED = [
    *PROJECT["project"]["dependencies"],
    *PROJECT["project"]["optional-dependencies"]["dev"],
    *PROJECT["build-system"]["requires"],
]


def locked_versions(name: str) -> list[Version]:
    """Versions in the lock of one library; more than one where Pythons differ."""
    locked = [Requirement(line) for line, _ in ENTRIES]
    return [
        Version(str(requirement.specifier).removeprefix("=="))
        for requirement in locked
        if canonicalize_name(requirement.name) == canonicalize_name(name)
    ]


@pytest.mark.parametrize("asked", ASKED)
def test_what_is_asked_for_is_locked_in_a_version_that_fits(asked: str) -> None:
    requirement = Requirement(asked)
    versions = locked_versions(requirement.name)
    assert versions, f"{asked} is in pyproject.toml and not in requirements.lock: run `make lock`"
    for version in versions:
        assert requirement.specifier.contains(version), (
            f"requirements.lock has {requirement.name} {version}, pyproject.toml asks {asked}: "
            "run `make lock`"
        )


def test_every_entry_has_one_exact_version_and_a_hash() -> None:
    entry_lines = [line for line in LOCK.splitlines() if line and not line.startswith((" ", "#"))]
    assert len(ENTRIES) == len(entry_lines)
    for line, hashes in ENTRIES:
        assert re.match(r"[a-z0-9][a-z0-9.\[\],-]*==[^=*,]+$", line.split(" ;")[0]), line
        assert hashes, f"{line} has no hash"


def test_the_lock_names_no_place_to_fetch_from() -> None:
    assert re.findall(r"^.*(?:://|file:|--index|--extra-index|--find-links).*$", LOCK, re.M) == []
