"""Write the generated parts of the documentation: `.venv/bin/python docs/generate.py`; with `--play`, transcripts too.

A generated part stands between two comments of a page, and is made from the program: the help of every verb, every
refusal, the schema, the worked example of the format. A transcript is a `console` block; its commands are played, and
what they say takes the place of what stood under them. tests/test_docs.py compares both with what is written.
"""

# ruff: noqa: INP001  (the folder of the documentation is no package)

from __future__ import annotations

import contextlib
import io
import os
import re
import shlex
import subprocess
import sys
import tempfile
import tomllib
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any
from unittest import mock

import click

from kelisim import cli, schema
from kelisim.edition import Naming, root_of
from kelisim.language import LANGUAGES, NAMES
from kelisim.ledger import charter, disclose, keys, record, tree
from kelisim.ledger.card import RootKey, commitment
from kelisim.ledger.digest import digits_of
from kelisim.ledger.profile import encode
from kelisim.ledger.seal import EditionNumber

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

HOME = Path(__file__).resolve().parent
ROOT = HOME.parent
EXAMPLE = "examples/kaz-usa-2013-2017/play.py"
WIDTH = 78
TRANSCRIPTS = (ROOT / "README.md", HOME / "tutorial.md", HOME / "guides" / "keys.md")
PLAYS_EXAMPLE = frozenset({"README.md"})

_PART = re.compile(r"(<!-- generated: ([a-z]+) -->\n).*?(<!-- end -->)", re.DOTALL)
_BLOCK = re.compile(r"^```(console|python|text)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
_VARIES = re.compile(r"\b(?:[0-9a-f]{64}|[0-9a-f]{12}|[a-z2-7]{16}|[0-9]{5}(?: [0-9]{5}){5})\b")
_SIZE = re.compile(r"bytes: [0-9]+")  # age adds a stanza of a random length


# --- generated parts --------------------------------------------------------------------------------------------------


def verbs() -> str:
    """The help of the command and of each of its verbs."""
    cli._load_verbs()  # noqa: SLF001  (what `main` does first)
    return "\n".join(
        f"### {context.command_path}\n\n```text\n{context.get_help()}\n```\n" for context in _contexts(cli.kelisim)
    )


def _contexts(command: click.Command, name: str = "kelisim", parent: click.Context | None = None) -> Iterator[Any]:
    context = click.Context(command, info_name=name, parent=parent, terminal_width=WIDTH)
    yield context
    if isinstance(command, click.Group):
        for one in command.list_commands(context):
            yield from _contexts(command.commands[one], one, context)


def refusals() -> str:
    """Every refusal in English, by the groups of the catalogue."""
    source = files("kelisim.messages").joinpath("refusals.en.toml").read_text("utf-8")
    told = tomllib.loads(source)
    parts = []
    for line in source.splitlines():
        if group := re.fullmatch(r"# -+ ([a-z].*?) -+", line):
            parts.append(f"## {group[1][:1].upper()}{group[1][1:]}\n")
        elif code := re.fullmatch(r"\[([a-z-]+)\]", line):
            words = told[code[1]]
            said = f"{words['what']}\n  {words['why']}\n  → {words['next']}"
            parts.append(f"### `{code[1]}`\n\n```text\n{said}\n```\n")
    return "\n".join(parts)


def kinds() -> str:
    """The kinds of item."""
    return _codes(schema().kinds)


def codes() -> str:
    """The lists of codes."""
    return "\n".join(f"### `{name}`\n\n{_codes(listed)}" for name, listed in schema().codes.items())


def _codes(listed: Any) -> str:
    head = f"| code | {' | '.join(NAMES[language] for language in LANGUAGES)} |\n|---|{'---|' * len(LANGUAGES)}\n"
    return head + "".join(
        f"| `{code}` | {' | '.join(names[language] for language in LANGUAGES)} |\n" for code, names in listed.items()
    )


def fields() -> str:
    """The fields: type, rule and kinds, then name and purpose in each language."""
    parts = []
    for known in schema().fields:
        of = f"A field of the rule *{known.rule}* and the type *{known.type}*"
        of += f", with the codes `{known.codes}`" if known.codes else ""
        of += f"; `*` is a {known.per}" if known.per else ""
        where = ", ".join(kind for kind in schema().kinds if kind in known.kinds) or "every kind of item"
        rows = "".join(
            f"| {NAMES[language]} | {known.names[language]} | {known.helps[language]} |\n" for language in LANGUAGES
        )
        said = f"{of}.\nFound on: {where}.\n\n| | name | what it is for |\n|---|---|---|\n{rows}"
        parts.append(f"### `{known.stem}`\n\n{said}")
    return "\n".join(parts)


def example() -> str:
    """A worked example of the format, for whoever writes a second implementation."""
    signer, following = keys.Ed25519Signer(bytes([1]) * 32), keys.Ed25519Signer(bytes([2]) * 32)
    party, other = "11" * 32, "22" * 32
    value = charter.Charter(
        at="2012-11-05T09:30Z",
        languages=["en", "kk"],
        parties=[
            charter.Member(card=party, code="NORTH", party=party),
            charter.Member(card=other, code="SOUTH", party=other),
        ],
        proposer=party,
        salts="33" * 32,
        schema=1,
        v=1,
    )
    signed = record.sign(charter.KIND, value, signer)
    scope, item = "a" * 16, "b" * 16
    content = {
        scope: {"kind": "plan", "present": "yes"},
        item: {"kind": "activity", "present": "yes", "title.en": "Course"},
    }
    naming = Naming(signed.id, scope, EditionNumber(epoch=0, number=1))
    seed = bytes([7]) * 32
    salt = tree.salts(seed, tree.Naming(circle=naming.circle, edition=naming.number, scope=scope), content)
    leaf = tree.field_leaf(item, "title.en", "Course", salt[item, "title.en"])
    part = disclose.Trees(content, salt).part({item: {"title.en"}})
    table = {
        "secret key": "01" * 32,
        "key": signer.key,
        "keyid": keys.key_id(signer.key),
        "`next` of one root, secret 02…02, threshold 1": commitment([RootKey(alg="Ed25519", key=following.key)], 1),
        "JSON of a charter": signed.json.decode(),
        "its id": signed.id,
        "the beginning of its PAE": keys.pae(charter.KIND, signed.json)[: -len(signed.json)].decode().rstrip(),
        "its signature": signed.line.rstrip(b"\n").partition(b"\t")[2].decode(),
        "digits of a party whose id is that id": digits_of(signed.id),
        "seed": seed.hex(),
        "content": encode(content).decode(),
        f"salt of item {item}": salt[item, ""].hex(),
        "salt of its title.en": salt[item, "title.en"].hex(),
        "leaf of its title.en": leaf.hex(),
        f"root of edition 0.1 of scope {scope}": root_of(content, naming, seed),
        "`tree` line of a disclosure of that title.en": "tree " + encode(part.tree).decode(),
        "its `item` line": "item " + encode(part.items[0]).decode(),
    }
    return "".join(f"{name}\n: `{text}`\n\n" for name, text in table.items())


PARTS: dict[str, Callable[[], str]] = {made.__name__: made for made in (verbs, refusals, kinds, codes, fields, example)}


def filled(text: str) -> str:
    """A page with its generated parts made anew."""
    return _PART.sub(lambda part: f"{part[1]}\n{PARTS[part[2]]().rstrip()}\n\n{part[3]}", text)


def pages() -> list[Path]:
    """The pages that have generated parts."""
    found = sorted(path for path in HOME.rglob("*.md") if "_build" not in path.parts)
    return [path for path in found if _PART.search(path.read_text("utf-8"))]


# --- transcripts ------------------------------------------------------------------------------------------------------


class Player:
    """Plays the transcripts of a page in the directory at hand.

    What varies from run to run (ids, digests, thirty digits) is matched to what the page shows, one to one, so that a
    command of the page that names an id is played with the id that this run gave.

    Attributes:
        names: what this run gave, by what the page shows.
    """

    def __init__(self) -> None:
        self.names: dict[str, str] = {}
        self._status = 0
        self._space: dict[str, Any] = {"__name__": "page"}

    def play(self, text: str) -> tuple[str, str]:
        """Play a page.

        Returns:
            The page as it stands, and as it should, both with what this run gave; sizes of bundles are not compared.
        """
        played, at, after_python = [], 0, ""
        for block in _BLOCK.finditer(text):
            kind, inner = block[1], block[2]
            if kind == "console":
                inner = self._console(inner)
            elif kind == "python":
                after_python = self._python(inner)
            elif after_python:
                inner, after_python = self._said(inner, after_python), ""
            played += [text[at : block.start(2)], inner]
            at = block.end(2)
        whole = "".join([*played, text[at:]])
        return self._named(text), whole

    def _console(self, inner: str) -> str:
        played = []
        for entry in re.split(r"^\$ ", inner, flags=re.MULTILINE)[1:]:
            command, said = _cut(entry)
            command = self._named(command)
            played += ["$ ", command, self._said(said, self._run(command))]
        return "".join(played)

    def _said(self, expected: str, said: str) -> str:
        """What was said; learn from it what the page calls otherwise."""
        for shown, given in zip(_VARIES.findall(expected), _VARIES.findall(said), strict=False):
            self.names.setdefault(shown, given)
        return said

    def _named(self, text: str) -> str:
        return _VARIES.sub(lambda found: self.names.get(found[0], found[0]), text)

    def _run(self, command: str) -> str:
        words = shlex.split(command.replace("\\\n", " "))
        if words[0] == "kelisim" and "|" not in words:
            self._status, said = _caught(lambda: cli.main(words[1:]))
            return said
        if words[0] == "export":
            name, _, value = words[1].partition("=")
            os.environ[name] = value
            return ""
        if words[0] == "cd":
            os.chdir(words[1])
            return ""
        if words == ["echo", "$?"]:
            return f"{self._status}\n"
        done = subprocess.run(command, shell=True, check=False, capture_output=True, text=True)  # noqa: S602  (ours)
        self._status = done.returncode
        return done.stdout + done.stderr

    def _python(self, code: str) -> str:
        _, said = _caught(lambda: exec(compile(code, "page", "exec"), self._space))  # noqa: S102  (our own page)
        return said


def _cut(entry: str) -> tuple[str, str]:
    """A command, over as many lines as it has, and what is shown under it."""
    lines = entry.splitlines(keepends=True)
    size = 1
    while lines[size - 1].endswith("\\\n"):
        size += 1
    return "".join(lines[:size]), "".join(lines[size:])


def _caught(act: Callable[[], Any]) -> tuple[Any, str]:
    said = io.StringIO()
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
        result = act()
    return result, said.getvalue()


def transcript(path: Path, directory: Path) -> tuple[str, str]:
    """Play a page in a directory; give the page as it stands and as it should."""
    text, before = path.read_text("utf-8"), Path.cwd()
    known = {name: value for name, value in os.environ.items() if not name.startswith("KELISIM_")}
    known |= {"KELISIM_LANGUAGE": "en", "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
    with mock.patch.dict(os.environ, known, clear=True):
        os.chdir(directory)
        try:
            if path.name in PLAYS_EXAMPLE:
                target = directory / "build" / Path(EXAMPLE).parent.name
                play = [sys.executable, str(ROOT / EXAMPLE), "--to", str(target)]
                subprocess.run(play, check=True, capture_output=True)  # noqa: S603  (our own example)
            return Player().play(text)
        finally:
            os.chdir(before)


def same(shown: str, played: str) -> tuple[str, str]:
    """Two transcripts as they are compared: without the sizes of bundles."""
    return _SIZE.sub("bytes: …", shown), _SIZE.sub("bytes: …", played)


def main() -> None:
    """Write what is generated."""
    for path in pages():
        path.write_text(filled(path.read_text("utf-8")), "utf-8")
    if "--play" in sys.argv:
        for path in TRANSCRIPTS:
            with tempfile.TemporaryDirectory() as directory:
                _, played = transcript(path, Path(directory))
            path.write_text(played, "utf-8")


if __name__ == "__main__":
    main()
