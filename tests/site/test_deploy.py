"""What is given to run a node on a server names only what exists."""

from __future__ import annotations

import configparser
import re
import shlex
import shutil
import subprocess
from pathlib import Path

import click
import pytest

from kelisim import cli
from kelisim_web.site import settings, urls

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
UNITS = sorted(DEPLOY.glob("*.service"))
GUIDES = [ROOT / "docs/guides" / name for name in ("deploy.md", "programs.md")]
PROGRAM = "/opt/kelisim/bin/kelisim"


class Unit(configparser.RawConfigParser):
    """A unit of systemd, whose keys may stand in it several times."""

    def __init__(self, path):
        super().__init__(strict=False, interpolation=None)
        self.optionxform = str
        self.read(path, "utf-8")


def parsed(words):
    """A command as click understands it; the verb that is meant."""
    cli._load_verbs()
    command, context = cli.kelisim, click.Context(cli.kelisim, info_name="kelisim")
    rest = [*words]
    while isinstance(command, click.Group):
        with context:
            command.parse_args(context, rest)
            rest = [*context._protected_args, *context.args]
            name, command, rest = command.resolve_command(context, rest)
        context = click.Context(command, info_name=name, parent=context)
    command.parse_args(context, rest)
    return command.name


def commands():
    """Every call of Kelisim in the guides, as a shell takes it apart."""
    for guide in GUIDES:
        for line in "\n".join(re.findall(r"```sh\n(.*?)```", guide.read_text("utf-8"), re.DOTALL)).splitlines():
            quoted = re.fullmatch(r"su kelisim -c '(.*)'", line)
            typed = quoted[1] if quoted else line
            if typed.startswith("kelisim "):
                yield shlex.split(typed)[1:]


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.name)
def test_a_unit_starts_a_verb_with_options_that_exist(path):
    start = shlex.split(Unit(path)["Service"]["ExecStart"])
    assert start[0] == PROGRAM
    assert parsed(start[1:]) == ("work" if "work" in path.name else "serve")
    assert start[start.index("--node") + 1] == Unit(path)["Service"]["ReadWritePaths"] == "/var/lib/kelisim/%i"


def test_the_guides_name_only_commands_that_exist():
    named = [parsed(words) for words in commands()]
    assert {"init", "write", "add", "address", "begin", "doctor"} <= {*named}


def test_every_variable_that_is_named_is_read():
    read = set(re.findall(r"KELISIM_[A-Z_]+", Path(settings.__file__).read_text("utf-8"))) | {"KELISIM_DATABASE"}
    told = "".join(path.read_text("utf-8") for path in [*DEPLOY.iterdir(), *GUIDES])
    assert set(re.findall(r"KELISIM_[A-Z_]+", told)) <= read
    given = set(re.findall(r"^(\w+)=", (DEPLOY / "node.env").read_text("utf-8"), re.MULTILINE))
    for path in UNITS:
        assert set(re.findall(r"\$\{(\w+)\}", path.read_text("utf-8"))) <= given


def test_nginx_passes_on_what_the_site_has_and_hides_the_keys_of_calendars():
    text = (DEPLOY / "nginx.conf").read_text("utf-8")
    routes = {str(place.pattern) for place in urls.urlpatterns}
    for place in re.findall(r"location (?:= )?/(\w+/)", text):
        assert any(route.startswith(place) for route in routes), place
    assert re.search(r"location /calendar/ \{\s*access_log off;", text)
    assert f"client_max_body_size {settings.INBOX_LARGEST >> 20}m;" in text
    assert "X-Forwarded-For $remote_addr" in text


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.name)
def test_systemd_finds_no_fault_in_a_unit(path, tmp_path):
    analyze = shutil.which("systemd-analyze")
    if analyze is None:
        return
    unit = tmp_path / path.name.replace("@", "@kaz")
    text = path.read_text("utf-8").replace(PROGRAM, "/bin/true")
    unit.write_text(re.sub("^User=.*|^Group=.*|^EnvironmentFile=.*", "", text, flags=re.MULTILINE), "utf-8")
    done = subprocess.run([analyze, "verify", "--man=no", str(unit)], capture_output=True, text=True, check=False)
    assert path.name.partition("@")[0] not in done.stderr, done.stderr
