"""Backups: one encrypted file, tried before it is needed, and a node made of it that stays silent."""

from __future__ import annotations

import re

import pytest

from tests.site.web import words


@pytest.fixture
def key(desks):
    """The public key to which backups are encrypted; the other half is in `key.txt`."""
    return re.search(r"age1\w+", desks.run("backup", "key", "key.txt").out)[0]


@pytest.fixture
def course(desks):
    return desks.item("kaz", "activity", "number=1", "title.en=Joint course")


@pytest.mark.on("sqlite")
@pytest.mark.usefixtures("course")
def test_a_backup_is_written_tried_and_opens_for_its_key_alone(desks, key):
    desks.well("kaz", f"backup write kaz.age --to {key}")
    data = (desks.home / "kaz.age").read_bytes()
    assert data.startswith(b"age-encryption.org/")
    assert b"Joint course" not in data
    tried = desks.at("kaz", "backup try kaz.age --key key.txt")
    assert tried.status in (0, 1)  # the clock of this test is older than the cards
    desks.run("backup", "key", "other.txt")
    assert desks.at("kaz", "--json backup try kaz.age --key other.txt").refused == "backup-file"


@pytest.mark.on("sqlite")
def test_a_node_made_of_a_backup_has_the_drafts_and_does_not_speak(desks, key, course):
    desks.well("kaz", f"backup write kaz.age --to {key}")
    desks.well("kaz", "dispatch")
    answer = desks.run("backup", "restore", "kaz.age", "again", "--key", "key.txt")
    assert answer.status == 0
    assert [one["item"] for one in desks.json("again", "drafts") if one["field"] == "title.en"] == [course]
    assert desks.at("again", "--json dispatch").refused == "restored"
    assert (desks.home / "again").stat().st_mode & 0o777 == 0o700
    assert desks.run("--json", "backup", "restore", "kaz.age", "again", "--key", "key.txt").refused == "node-exists"


@pytest.mark.on("sqlite")
@pytest.mark.parametrize(
    ("spoil", "code"),
    [
        (lambda data: data[:-20], "backup-file"),
        (lambda data: data[:300], "backup-file"),
        (lambda data: data[:-1] + bytes([data[-1] ^ 1]), "backup-file"),
        (lambda _: b"no backup", "backup-file"),
    ],
)
def test_a_damaged_backup_is_refused_and_leaves_nothing(desks, key, spoil, code):
    desks.well("kaz", f"backup write kaz.age --to {key}")
    path = desks.home / "kaz.age"
    path.write_bytes(spoil(path.read_bytes()))
    assert desks.run("--json", "backup", "restore", "kaz.age", "again", "--key", "key.txt").refused == code
    assert not (desks.home / "again").exists()
    assert desks.at("kaz", "--json backup try kaz.age --key key.txt").refused == code
    assert not list((desks.home / "kaz").glob(".backup-*"))


@pytest.mark.on("sqlite")
def test_what_cannot_be_a_backup_is_refused(desks, key):
    assert desks.at("kaz", "--json backup write a.age --to age1nobody").refused == "backup-recipient"
    assert desks.at("kaz", f"--json backup write kaz/a.age --to {key}").refused == "backup-inside"
    assert desks.at("kaz", "--json backup try nowhere.age --key key.txt").refused == "file-missing"
    assert desks.at("kaz", "--json backup try key.txt --key nowhere.txt").refused == "file-missing"
    (desks.home / "empty.txt").write_text("# nothing\n")
    assert desks.at("kaz", "--json backup try key.txt --key empty.txt").refused == "key-file"
    desks.well("kaz", f"backup write a.age --to {key}")
    assert desks.at("kaz", f"--json backup write a.age --to {key}").refused == "file-exists"


@pytest.mark.on("postgresql")
def test_a_node_in_postgresql_names_the_guide(desks, key):
    refused = desks.at("kaz", f"backup write a.age --to {key}")
    assert refused.status == 3
    assert "docs/guides/postgresql.md" in refused.err
    assert not (desks.home / "a.age").exists()


@pytest.mark.on("sqlite")
def test_the_page_says_when_a_backup_was_last_written_and_tried(web):
    page = web.at("kaz", "auditor").get("/administration/backup/")
    assert page.row(".facts").count("never") == 2
    assert "No backup has been tried yet" in page.text
    public = re.search(r"age1\w+", web.desks.run("backup", "key", "key.txt").out)[0]
    web.desks.well("kaz", f"backup write kaz.age --to {public}")
    web.desks.at("kaz", "backup try kaz.age --key key.txt")
    page = web.at("kaz", "auditor").get("/administration/backup/")
    assert page.row(".facts").count("kaz.age") == 2
    assert [words(one.select("td")[1]) for one in page.soup.select("tbody tr")] == ["tried a backup", "wrote a backup"]
