"""A rebuilt sample, the Dagster UI on it and a browser, as a user has them.

Here: starting and ending them, finding the way in a page, asking the UI's own GraphQL.
Not here: what is expected of them.
"""

from __future__ import annotations

import base64
import io
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

from PIL import Image
from playwright.sync_api import Browser, Locator, Page, TimeoutError, expect, sync_playwright

from veerkracht_dagster.catalogus import catalogus

ROOT = Path(__file__).parents[2]
_START_SECONDS = 90
_STOP_SECONDS = 20
_TEKST_SECONDS = 120


def omgeving(werk: Path) -> dict[str, str]:
    """The environment of a work folder: what `make` sets, and nothing inherited of another one."""
    eigen = {k: v for k, v in os.environ.items() if not k.startswith(("VEERKRACHT_", "DAGSTER_"))}
    paden = [str(ROOT), *filter(None, [eigen.get("PYTHONPATH")])]
    return eigen | {
        "VEERKRACHT_WERK": str(werk),
        "DAGSTER_HOME": str(werk / "dagster_home"),
        "PYTHONPATH": os.pathsep.join(paden),
    }


def veerkracht(werk: Path, *argumenten: str) -> str:
    """Run the `veerkracht` command in a process of its own; returns what it printed.

    Raises:
        AssertionError: it failed; the message holds what it said.
    """
    klaar = subprocess.run(
        [sys.executable, "-c", "from veerkracht_dagster.cli import app; app()", *argumenten],
        cwd=ROOT,
        env=omgeving(werk),
        capture_output=True,
        text=True,
        check=False,
    )
    assert klaar.returncode == 0, (
        f"veerkracht {' '.join(argumenten)}:\n{klaar.stdout}{klaar.stderr}"
    )
    return klaar.stdout


class DagsterUI:
    """A running `dagster dev`: its address and its GraphQL."""

    def __init__(self, adres: str) -> None:
        self.adres = adres

    def vraag(self, query: str) -> dict[str, Any]:
        """The `data` of a GraphQL query.

        Raises:
            AssertionError: the answer holds errors.
        """
        verzoek = urllib.request.Request(
            f"{self.adres}/graphql",
            json.dumps({"query": query}).encode(),
            {"Content-Type": "application/json"},
        )
        with urllib.request.urlopen(verzoek, timeout=60) as antwoord:
            inhoud = json.load(antwoord)
        assert "errors" not in inhoud, inhoud["errors"]
        return inhoud["data"]


@contextmanager
def dagster_ui(werk: Path) -> Iterator[DagsterUI]:
    """`dagster dev` on a work folder and a free port; ended with all its children."""
    poort = _vrije_poort()
    logboek = werk / "dagster_dev.log"
    with logboek.open("w") as log, _ctrl_c_gehoord():
        proces = subprocess.Popen(
            [sys.executable, "-m", "dagster", "dev", "-w", "workspace.yaml",
             "-h", "127.0.0.1", "-p", str(poort)],
            cwd=ROOT,
            env=omgeving(werk),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # a group of its own, so that its children end with it
        )  # fmt: skip
    try:
        adres = f"http://127.0.0.1:{poort}"
        _wacht_op(adres, proces, logboek)
        yield DagsterUI(adres)
    finally:
        _beeindig(proces)


@contextmanager
def _ctrl_c_gehoord() -> Iterator[None]:
    """Processes started here hear SIGINT, also where a shell put the tests in the background."""
    was = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, was)


def _vrije_poort() -> int:
    with socket.create_server(("127.0.0.1", 0)) as luisteraar:
        return luisteraar.getsockname()[1]


def _wacht_op(adres: str, proces: subprocess.Popen[bytes], logboek: Path) -> None:
    tot = time.monotonic() + _START_SECONDS
    while proces.poll() is None and time.monotonic() < tot:
        try:
            with urllib.request.urlopen(f"{adres}/server_info", timeout=5):
                return
        except OSError:
            time.sleep(0.2)
    raise AssertionError(f"dagster dev does not answer on {adres}:\n{logboek.read_text()[-4000:]}")


def _beeindig(proces: subprocess.Popen[bytes]) -> None:
    """Ctrl-C for the whole group, as in a terminal; what is still there then is killed."""
    os.killpg(proces.pid, signal.SIGINT)
    with suppress(subprocess.TimeoutExpired):
        proces.wait(_STOP_SECONDS)
    with suppress(ProcessLookupError):  # then all of them have ended by themselves
        os.killpg(proces.pid, signal.SIGKILL)
    proces.wait()


@contextmanager
def bladeraar() -> Iterator[Browser]:
    """The Chromium that VEERKRACHT_CHROMIUM names.

    Raises:
        AssertionError: it names none.
    """
    pad = shutil.which(os.environ.get("VEERKRACHT_CHROMIUM") or "")
    assert pad, "no browser: VEERKRACHT_CHROMIUM must name a Chromium, such as /usr/bin/chromium"
    with sync_playwright() as playwright:
        # As root, in a container, Chromium starts only without its sandbox; it sees loopback only.
        browser = playwright.chromium.launch(executable_path=pad, args=["--no-sandbox"])
        try:
            yield browser
        finally:
            browser.close()


def open_partitie(pagina: Page, ui: DagsterUI, asset: str, partitie: str) -> None:
    """The page of one partition, loaded."""
    pagina.goto(f"{ui.adres}/assets/{asset}?view=partitions&partition={partitie}")
    expect(pagina.get_by_text("Metadata", exact=True)).to_be_visible()
    expect(pagina.get_by_text("vingerafdruk", exact=True)).to_be_visible()


def metadata(pagina: Page, sleutel: str) -> Locator:
    """The line of a metadata key in the table of a partition's page."""
    kop = pagina.get_by_role("cell", name=sleutel, exact=True)
    return pagina.locator("tr", has=kop).last


def ontvouw(regel: Locator, inhoud: Locator) -> None:
    """Show the long text of a line of metadata, which the UI folds until its button is clicked.

    The UI may draw the page anew after the click, when the last of its parts comes in, and then the
    text is folded again: so the button is clicked until the text is there.
    """
    knop = regel.get_by_text("[Show Markdown]")
    expect(knop.or_(inhoud).first).to_be_visible()
    tot = time.monotonic() + _TEKST_SECONDS
    while not inhoud.is_visible() and time.monotonic() < tot:
        with suppress(TimeoutError):  # the shown text lies over the button, or it is drawn anew
            knop.click(timeout=30_000)  # takes 10 s where the processor is busy
        with suppress(TimeoutError):  # folded again; the part that draws Markdown is fetched late
            inhoud.wait_for(timeout=10_000)
    expect(inhoud).to_be_visible()


def toon_kaart(pagina: Page, laag: str) -> Locator:
    """The picture of a layer on the page of one of its partitions."""
    kaart = pagina.locator(f"img[alt='{catalogus().kaartlagen[laag].titel}']").first
    ontvouw(metadata(pagina, "kaart"), kaart)
    return kaart


def beeld_van(pagina: Page, beeld: Locator) -> Image.Image:
    """What is in an image of a page: in its address itself, or behind it."""
    src = beeld.get_attribute("src") or ""
    if src.startswith("data:"):
        inhoud = base64.b64decode(src.partition(",")[2])
    else:
        inhoud = pagina.request.get(urljoin(pagina.url, src)).body()
    return Image.open(io.BytesIO(inhoud)).convert("RGB")
