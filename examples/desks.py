"""Two desks of the example, side by side on one machine: each a node with its site, and a start page.

The example is played up to its stated day first, where that has not been done.
"""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
DAY, SEATED = "2013-11-14", "2013-10-28"
HOME = HERE.parent / "build" / f"desks-{DAY}"
EXAMPLE = HERE / "kaz-usa-2013-2017"
PORT = int(os.environ.get("PORT", "8000"))
DESKS = ("kaz", "usa")


def kelisim(*words: str) -> list[str]:
    """A command of Kelisim."""
    return [str(Path(sys.executable).parent / "kelisim"), *words]


def play(until: str, *more: str) -> None:
    """Play the example, or go on with it, up to a day."""
    words = [sys.executable, str(EXAMPLE / "play.py"), "--to", str(HOME), "--until", until, *more]
    subprocess.run(words, check=True, stdout=subprocess.DEVNULL)


def prepare(*, afresh: bool) -> None:
    """Play the example up to its day; the officers come before the last round, and have looked at all until then."""
    if afresh or not (HOME / "usa" / "site.secret").exists():
        print(f"Playing the example up to {DAY} …", flush=True)
        play(SEATED, *(["--afresh"] if afresh else []))
        for desk in DESKS:
            run(desk, "officer", "example", str(EXAMPLE / "officers.toml"))
    play(DAY)
    for desk in DESKS:
        for other in {*DESKS} - {desk}:
            run(desk, "party", "address", other.upper(), f"{origin(other)}/inbox/")


def run(desk: str, *words: str) -> None:
    """Type a command at a desk, which must go well."""
    words = ("--node", str(HOME / desk), *words)
    env = {**os.environ, "KELISIM_NOW": SEATED}
    subprocess.run(kelisim(*words), check=True, stdout=subprocess.DEVNULL, env=env)


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
    parser = argparse.ArgumentParser(description="Serve the two desks of the example.")
    parser.add_argument("--afresh", action="store_true", help="begin once more; what is there is moved aside")
    prepare(afresh=parser.parse_args().afresh)
    serve()
