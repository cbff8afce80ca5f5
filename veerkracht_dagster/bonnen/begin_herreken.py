# ruff: noqa: UP031, UP036  (an old Python must be able to read it)
"""Recompute a receipt: python herreken.py [--alles] [--bronnen MAP]

Here: saying in a sentence that this Python is too old; so this file is readable by any Python.
Not here: the recomputation (`herrekening.py`, beside this file).
"""

import os
import sys

if sys.version_info < (3, 10):
    sys.exit(
        "herreken.py heeft Python 3.10 of nieuwer nodig, en dit is %d.%d (%s). Neem een nieuwere, "
        "zoals: python3.12 herreken.py" % (sys.version_info[0], sys.version_info[1], sys.executable)
    )

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

if __name__ == "__main__":
    import herrekening  # type: ignore[import-not-found]

    sys.exit(herrekening.begin())
