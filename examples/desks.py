"""Two desks of the example, side by side on one machine: each a node with its site, and a start page.

The example is played up to its stated day first, where that has not been done.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
DAY = "2013-11-14"
HOME = HERE.parent / "build" / f"desks-{DAY}"
EXAMPLE = HERE / "kaz-usa-2013-2017"
PORT = int(os.environ.get("PORT", "8000"))
DESKS = ("kaz", "usa")


def kelisim(*words: str) -> list[str]:
    """A command of Kelisim."""
    return [str(Path(sys.executable).parent / "kelisim"), *words]


def prepare() -> None:
    """Play the example up to its day, and seat the officers."""
    if not (HOME / "usa").exists():
        print(f"Playing the example up to {DAY} …", flush=True)
    play = [sys.executable, str(EXAMPLE / "play.py"), "--to", str(HOME), "--until", DAY]
    subprocess.run(play, check=True, stdout=subprocess.DEVNULL)
    for desk in DESKS:
        if not (HOME / desk / "site.secret").exists():
            run(desk, "officer", "example", str(EXAMPLE / "officers.toml"))
        for other in {*DESKS} - {desk}:
            run(desk, "party", "address", other.upper(), f"{origin(other)}/inbox/")


def run(desk: str, *words: str) -> None:
    """Type a command at a desk, which must go well."""
    subprocess.run(kelisim("--node", str(HOME / desk), *words), check=True, stdout=subprocess.DEVNULL)


def origin(desk: str) -> str:
    """How people and the other node reach a desk."""
    return f"http://{desk}.localhost:{PORT + DESKS.index(desk)}"


def serve() -> None:
    """Serve both desks, a worker beside each, until somebody stops us."""
    running = []
    for place, desk in enumerate(DESKS):
        start = ["--start", str(EXAMPLE / "officers.toml")] if not place else []
        bind = f"127.0.0.1:{PORT + place}"
        for words in (["serve", "--bind", bind, "--origin", origin(desk), *start], ["work", "--origin", origin(desk)]):
            command = kelisim("--node", str(HOME / desk), *words)
            running.append(subprocess.Popen(command, env={**os.environ, "KELISIM_NOW": DAY}))
    print(f"\nStart here: http://localhost:{PORT}\n", flush=True)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        while all(one.poll() is None for one in running):
            time.sleep(0.5)
    except KeyboardInterrupt:
        pass
    finally:
        for one in running:
            one.terminate()
        for one in running:
            one.wait()


if __name__ == "__main__":
    prepare()
    serve()
