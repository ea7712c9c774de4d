"""Files: their bytes go with the statements that name them, to the readers of those and to nobody else."""

from __future__ import annotations

import hashlib
import io
import random
import stat

import pytest

from kelisim import bundle
from tests.site.conftest import Desks, found

SHEET = random.Random(2013).randbytes(200_000)
DIGEST = hashlib.sha256(SHEET).hexdigest()


def add(desks, desk="kaz", under="0", data=SHEET, name="sheet.xlsx", extra="number=0.1"):
    """Add a file and say so; the item."""
    (desks.home / name).write_bytes(data)
    item = desks.json(desk, f"file add {under} {name} {extra}")[0]["item"]
    desks.well(desk, "dispatch")
    return item


def kept(desks, desk):
    """What is said of the bytes of each file, by name."""
    return {row["name"]: row["kept"] for row in desks.json(desk, "file list") if "name" in row}


def bytes_at(desks, desk):
    """Every file of bytes that a node holds."""
    return sorted(path.name for path in (desks.home / desk / "files").rglob("*") if path.is_file())


def plain(desks, name, desk):
    """What is in a bundle, as its recipient reads it."""
    identity = (desks.home / desk / "keys/carry.age").read_text().strip()
    return bundle.open_bundle((desks.home / name).read_bytes(), [identity])


def carried(desks, name, desk):
    return [digest for digest, _ in plain(desks, name, desk).files()]


def test_a_file_goes_from_desk_to_desk_and_is_agreed(agreed):
    desks, _, _ = agreed
    item = add(desks)
    assert "Files in it: 1." in desks.well("kaz", "bundle write one.bundle --to USA").out
    assert "Files that came: 1." in desks.well("usa", "bundle read one.bundle").out
    assert desks.well("usa", f"file write {item} out.xlsx").out.startswith("sheet.xlsx is written to out.xlsx")
    assert (desks.home / "out.xlsx").read_bytes() == SHEET
    desks.well("usa", "draft --all --theirs KAZ")
    desks.well("usa", "dispatch")
    name = desks.write("usa", "kaz")
    assert carried(desks, name, "kaz") == []  # whoever named it first does not get it back
    desks.well("kaz", f"bundle read {name}")
    row = desks.json("kaz", "file list")[0]
    assert (row["status"], row["kept"], row["sha256"]) == ("agreed", "here", DIGEST)
    assert (row["number"], row["name"], row["size"], row["under"]) == ("0.1", "sheet.xlsx", "200000", "0 Joint plan")
    assert "0.1    sheet.xlsx · 200000 · under 0 Joint plan · agreed, here" in desks.well("kaz", "file list").out
    assert "sheet.xlsx" in desks.well("kaz", "show 0.1").out


def test_bytes_can_be_read_by_their_owner_alone(agreed):
    desks, _, _ = agreed
    add(desks)
    desks.cross("kaz", "usa")
    for desk in ("kaz", "usa"):
        places = [path for path in (desks.home / desk / "files").rglob("*") if path.is_file()]
        assert [stat.S_IMODE(path.stat().st_mode) for path in places] == [0o600]
        assert stat.S_IMODE((desks.home / desk).stat().st_mode) == 0o700


def test_a_draft_of_a_file_stays_here_and_goes_with_the_dispatch(agreed):
    desks, _, _ = agreed
    (desks.home / "sheet.xlsx").write_bytes(SHEET)
    item = desks.json("kaz", "file add 0 sheet.xlsx number=0.1")[0]["item"]
    assert "0.1    sheet.xlsx · 200000 · under 0 Joint plan · drafted, here" in desks.well("kaz", "file list").out
    assert desks.well("kaz", f"file write {item} again.xlsx")
    assert carried(desks, desks.write("kaz", "usa", "--whole"), "usa") == []
    desks.well("kaz", "dispatch")
    assert carried(desks, desks.write("kaz", "usa"), "usa") == [DIGEST]


def test_the_bytes_of_a_draft_are_not_given_to_whoever_names_them(agreed):
    """To name a digest is not to ask whether we have drafted it."""
    desks, plan, _ = agreed
    (desks.home / "sheet.xlsx").write_bytes(SHEET)
    desks.well("kaz", "file add 0 sheet.xlsx")
    guess = desks.item("usa", "file", f"parent={plan}", "name=guess", "size=200000", f"sha256={DIGEST}")
    desks.well("usa", "dispatch")
    desks.cross("usa", "kaz")
    assert carried(desks, desks.write("kaz", "usa", "--whole"), "usa") == []
    assert desks.field("kaz", guess, "sha256")["values"] == {"USA": DIGEST}


def test_the_bytes_of_a_draft_that_was_discarded_are_gone_at_once(agreed):
    desks, *_ = agreed
    (desks.home / "sheet.xlsx").write_bytes(SHEET)
    item = desks.json("kaz", "file add 0 sheet.xlsx")[0]["item"]
    assert bytes_at(desks, "kaz") == [DIGEST]
    desks.well("kaz", f"draft {item} sha256 --discard")
    assert bytes_at(desks, "kaz") == []


def test_what_was_added_before_and_is_held_back_stays_drafted(agreed):
    desks, _, course = agreed
    desks.well("kaz", "freeze 0")
    (desks.home / "sheet.xlsx").write_bytes(SHEET)
    desks.well("kaz", "file add 0 sheet.xlsx")
    desks.well("kaz", "freeze 0 --lift")
    desks.well("kaz", "dispatch")
    assert kept(desks, "kaz") == {"sheet.xlsx": "here"}
    assert desks.field("kaz", course, "host")["status"] == "agreed"


def test_new_bytes_of_a_file_take_the_place_of_the_old(agreed):
    desks, _, _ = agreed
    item = add(desks)
    desks.cross("kaz", "usa")
    again = add(desks, under=item, data=b"second", name="second.xlsx", extra="")
    assert again == item
    name = desks.write("kaz", "usa")
    desks.well("usa", f"bundle read {name}")
    assert kept(desks, "usa") == {"second.xlsx": "here"}
    desks.well("usa", f"file write {item} out.xlsx")
    assert (desks.home / "out.xlsx").read_bytes() == b"second"


def test_a_file_under_one_that_is_only_drafted_is_new_bytes_for_it(agreed):
    desks, _, _ = agreed
    for data in (b"first", b"second"):
        (desks.home / "sheet.xlsx").write_bytes(data)
        desks.well("kaz", f"file add {'0.1' if data == b'second' else '0'} sheet.xlsx number=0.1")
    desks.well("kaz", "dispatch")
    assert bytes_at(desks, "kaz") == [hashlib.sha256(b"second").hexdigest()]


def test_where_parties_name_different_bytes_it_is_asked_whose(agreed):
    desks, _, _ = agreed
    item = add(desks)
    desks.cross("kaz", "usa")
    add(desks, "usa", under=item, data=b"theirs", name="theirs.xlsx", extra="")
    desks.cross("usa", "kaz")
    assert desks.at("kaz", f"--json file write {item} out").refused == "file-several"
    for code, data in (("KAZ", SHEET), ("USA", b"theirs")):
        desks.well("kaz", f"file write {item} {code} --of {code}")
        assert (desks.home / code).read_bytes() == data
    assert desks.at("kaz", f"--json file write {item} out --of FRA").refused == "file-not-one"
    assert len(desks.json("kaz", "file list")) == 2


# On the way


def test_bytes_that_were_lost_come_with_the_next_bundle(agreed):
    desks, _, course = agreed
    add(desks)
    desks.write("kaz", "usa")  # lost on its way
    desks.well("kaz", f"draft {course} host USA")
    desks.well("kaz", "dispatch")
    desks.cross("kaz", "usa")
    assert kept(desks, "usa") == {"sheet.xlsx": "here"}


def test_bytes_that_the_recipient_has_do_not_come_again(agreed):
    desks, _, course = agreed
    add(desks)
    desks.cross("kaz", "usa")
    desks.cross("usa", "kaz")
    desks.well("kaz", f"draft {course} host USA")
    desks.well("kaz", "dispatch")
    assert carried(desks, desks.write("kaz", "usa"), "usa") == []
    assert carried(desks, desks.write("kaz", "usa", "--whole"), "usa") == [DIGEST]


def test_bytes_come_in_any_order_of_bundles(agreed):
    desks, _, course = agreed
    desks.well("kaz", f"draft {course} host USA")
    desks.well("kaz", "dispatch")
    before = desks.write("kaz", "usa")
    add(desks)
    name = desks.write("kaz", "usa")
    desks.well("usa", f"bundle read {name}")
    desks.well("usa", f"bundle read {before}")
    assert kept(desks, "usa") == {"sheet.xlsx": "here"}


def test_a_file_is_relayed_by_a_third_party(tmp_path):
    desks = Desks(tmp_path)
    found(desks, "KAZ", "USA", "UZB", languages="en")
    desks.item("kaz", "plan", "number=0", "title.en=Joint plan")
    add(desks)
    desks.cross("kaz", "usa")
    desks.cross("usa", "uzb")
    assert kept(desks, "uzb") == {"sheet.xlsx": "here"}


def test_a_party_that_lacks_the_bytes_sends_the_words_alone_and_the_whole_heals_it(tmp_path):
    desks = Desks(tmp_path)
    found(desks, "KAZ", "USA", "UZB", languages="en")
    desks.item("kaz", "plan", "number=0", "title.en=Joint plan")
    item = add(desks)
    desks.cross("kaz", "usa")
    desks.well("usa", "file drop 0.1")
    desks.cross("usa", "uzb")
    assert kept(desks, "uzb") == {"sheet.xlsx": "missing"}
    answer = desks.well("uzb", "file list")
    assert "kelisim bundle write FILE --to UZB --whole" in answer.err
    assert desks.at("uzb", f"--json file write {item} out").refused == "file-not-here"
    desks.cross("uzb", "kaz")
    desks.well("uzb", f"bundle read {desks.write('kaz', 'uzb')}")
    assert kept(desks, "uzb") == {"sheet.xlsx": "missing"}  # it has named the words already
    desks.well("uzb", f"bundle read {desks.write('kaz', 'uzb', '--whole')}")
    assert kept(desks, "uzb") == {"sheet.xlsx": "here"}


def test_bytes_that_nobody_has_named_are_let_pass(agreed):
    desks, _, _ = agreed
    name = desks.write("kaz", "usa", "--whole")
    opened = plain(desks, name, "usa")
    from kelisim import keyfile
    from kelisim_web.node import recipient

    (desks.home / "noise").write_bytes(SHEET)
    value = opened.manifest.value
    envelope = bundle.Envelope(value.at, value.card, value.circle, value.sender, value.to, value.seen)
    load = bundle.Load(files=[(bundle.file_part(desks.home / "noise"), desks.home / "noise")])
    packed = bundle.pack(envelope, load, keyfile.read_key(desks.home / "kaz/keys/carry.pem"))
    key = recipient((desks.home / "usa/keys/carry.age").read_text().strip())
    (desks.home / "forged").write_bytes(bundle.encrypt(packed, [key]))
    assert "Files that came" not in desks.well("usa", "bundle read forged").out
    assert bytes_at(desks, "usa") == []


def test_a_full_disk_leaves_the_node_as_it_was(agreed, monkeypatch):
    desks, _, _ = agreed
    from kelisim_web import files

    add(desks)
    add(desks, data=b"second", name="second.xlsx", extra="number=0.2")
    name, before, keep, calls = desks.write("kaz", "usa"), desks.dump("usa"), files.keep, []

    def full(source, path):
        calls.append(path)
        if len(calls) == 2:
            raise OSError(28, "No space left on device")
        keep(source, path)

    monkeypatch.setattr(files, "keep", full)
    monkeypatch.delenv("KELISIM_DEBUG")
    assert desks.at("usa", f"--json bundle read {name}").refused == "file-not-written"
    assert desks.dump("usa") == before
    assert bytes_at(desks, "usa") == []


def test_what_breaks_off_while_it_is_written_leaves_no_piece(tmp_path):
    from kelisim_web import files

    class Broken:
        def read(self, _size):
            raise OSError(5, "Input/output error")

    with pytest.raises(OSError, match="Input/output"):
        files.keep(Broken(), tmp_path / "files" / DIGEST)
    assert list((tmp_path / "files").iterdir()) == []


def test_bytes_that_have_changed_on_the_disk_are_not_given_to_anybody(agreed):
    desks, _, _ = agreed
    item = add(desks)
    place = next(path for path in (desks.home / "kaz/files").rglob(DIGEST))
    place.write_bytes(SHEET[:-1] + b"!")
    assert carried(desks, desks.write("kaz", "usa"), "usa") == []
    assert desks.at("kaz", f"--json file write {item} out").refused == "file-damaged"
    assert not (desks.home / "out").exists()


def test_a_file_that_there_is_no_room_for_stays_out_and_that_is_said(agreed, monkeypatch):
    desks, _, _ = agreed
    add(desks)
    monkeypatch.setattr(bundle, "LARGEST", bundle.LONGEST_MANIFEST + len(SHEET))
    answer = desks.well("kaz", "bundle write one.bundle --to USA")
    assert "Files left out, since the bundle is full: 1." in answer.out
    assert "Files in it" not in answer.out
    desks.well("usa", "bundle read one.bundle")
    assert kept(desks, "usa") == {"sheet.xlsx": "missing"}


# Circles


def test_a_file_of_a_side_circle_never_travels_in_another(agreed):
    """Not even when a party of the other circle names its very digest there."""
    desks, plan, _ = agreed
    main = desks.json("kaz", "plan list")[0]["plan"]
    side = desks.json("kaz", "plan new USA --proposer USA --languages en")[0]["plan"]
    for desk in ("kaz", "usa"):
        request = desks.json(desk, f"plan sign --plan {side}")[0]["request"]
        desks.run("root", "sign", request, "--roots", f"roots/{desk}", "--to", f"{desk}.side.signed")
        desks.well(desk, f"plan sign {desk}.side.signed")
        other = "usa" if desk == "kaz" else "kaz"
        desks.well(desk, f"bundle write {desk}.side --to {other.upper()} --plan {side}")
        desks.well(other, f"bundle read {desk}.side")
    canary = b"canary" * 1000
    (desks.home / "canary").write_bytes(canary)
    under = desks.json("kaz", f"item new plan number=0 title.en=Side --plan {side}")[0]["item"]
    desks.well("kaz", f"file add {under} canary --plan {side}")
    desks.well("kaz", f"dispatch --plan {side}")
    digest = hashlib.sha256(canary).hexdigest()
    fields = f"parent={plan} name=guess size=6000 sha256={digest}"
    desks.well("usa", f"item new file {fields} --plan {main}")
    desks.well("usa", f"dispatch --plan {main}")
    desks.well("usa", f"bundle write guess --to KAZ --plan {main}")
    desks.well("kaz", "bundle read guess")
    desks.well("kaz", f"bundle write main.bundle --to USA --whole --plan {main}")
    desks.well("kaz", f"bundle write side.bundle --to USA --whole --plan {side}")
    identity = (desks.home / "usa/keys/carry.age").read_text().strip()
    for name, holds in (("main.bundle", False), ("side.bundle", True)):
        frame = bundle._Frame(bundle.decrypt((desks.home / name).read_bytes(), [identity]))
        assert (b"canarycanary" in io.BufferedReader(frame).read()) is holds, name
    assert desks.json("kaz", f"file list --plan {main}")[0]["kept"] == "missing"


# Dropping


def test_a_copy_that_was_dropped_does_not_come_back_until_that_is_lifted(agreed):
    desks, _, _ = agreed
    item = add(desks)
    name = desks.write("kaz", "usa")
    desks.well("usa", f"bundle read {name}")
    before = [row for row in desks.dump("usa") if "segment" in row or "register" in row]
    assert "the copies of the other parties are theirs" in desks.well("usa", f"file drop {item}").out
    assert [row for row in desks.dump("usa") if "segment" in row or "register" in row] == before
    assert bytes_at(desks, "usa") == []
    assert kept(desks, "usa") == {"sheet.xlsx": "dropped"}
    desks.well("usa", f"bundle read {name}")
    assert bytes_at(desks, "usa") == []
    desks.well("usa", f"file drop {item} --lift")
    desks.well("usa", f"bundle read {name}")
    assert bytes_at(desks, "usa") == [DIGEST]
    assert bytes_at(desks, "kaz") == [DIGEST]


def test_a_file_that_we_add_again_is_taken_again(agreed):
    desks, _, _ = agreed
    item = add(desks)
    desks.well("kaz", f"file drop {item}")
    desks.well("kaz", f"file add {item} sheet.xlsx")
    assert kept(desks, "kaz") == {"sheet.xlsx": "here"}


# What is typed wrong


def test_a_file_that_cannot_travel_is_not_added(agreed, monkeypatch):
    desks, _, _ = agreed
    (desks.home / "empty").write_bytes(b"")
    (desks.home / "large").write_bytes(b"large")
    assert desks.at("kaz", "--json file add 0 empty").refused == "file-size"
    monkeypatch.setattr(bundle, "LARGEST_FILE", 4)
    assert desks.at("kaz", "--json file add 0 large").refused == "file-size"
    assert desks.at("kaz", "--json file add 0 nothing").refused == "file-missing"
    assert desks.at("kaz", "--json file add 0 .").refused == "file-missing"
    assert desks.at("kaz", "--json file add 0 large number").refused == "usage-field"
    assert desks.json("kaz", "file list") == []


def test_a_field_in_a_bad_form_adds_nothing(agreed):
    desks, _, _ = agreed
    (desks.home / "sheet.xlsx").write_bytes(SHEET)
    assert desks.at("kaz", "--json file add 0 sheet.xlsx number=one").refused == "value-numbering"
    assert desks.at("kaz", f"--json file add 0 sheet.xlsx colour={DIGEST}").refused == "field-unknown"
    assert not (desks.home / "kaz/files").exists()
    assert desks.json("kaz", "file list") == []


def test_an_item_that_is_no_file_has_no_bytes(agreed):
    desks, _, course = agreed
    for verb in (f"file write {course} out", f"file drop {course}", f"file drop {course} --lift"):
        assert desks.at("kaz", f"--json {verb}").refused == "file-not-one"


def test_a_file_is_not_written_over_another(agreed):
    desks, _, _ = agreed
    item = add(desks)
    assert desks.at("kaz", f"--json file write {item} sheet.xlsx").refused == "file-exists"


def test_a_digest_that_is_none_is_kept_as_a_word_and_never_becomes_a_path(agreed, monkeypatch):
    """The other party may say anything; a name of a path is not a name of bytes."""
    desks, plan, _ = agreed
    from kelisim.plan import values

    monkeypatch.setattr(values, "is_written", lambda *_: True)
    item = desks.item("usa", "file", f"parent={plan}", "name=evil", "size=1", "sha256=../../keys/state.pem")
    desks.well("usa", "dispatch")
    monkeypatch.undo()
    monkeypatch.setenv("KELISIM_LANGUAGE", "en")
    desks.cross("usa", "kaz")
    assert desks.json("kaz", "file list") == []
    assert desks.at("kaz", f"--json file write {item} out").refused == "file-not-one"
    assert carried(desks, desks.write("kaz", "usa", "--whole"), "usa") == []


def test_the_names_of_files_are_derived_again_by_rebuild(agreed):
    desks, _, _ = agreed
    add(desks)
    desks.cross("kaz", "usa")
    sql = "SELECT party, segment, sha256 FROM kelisim_web_namedfile"
    before = desks.query("usa", sql)
    assert [row[2] for row in before] == [DIGEST]
    desks.well("usa", "rebuild")
    assert desks.query("usa", sql) == before


# When the power goes


class PowerGone(BaseException):
    """Nothing after this happens, and nothing is put right."""


def test_bytes_of_a_draft_are_not_given_away_by_a_dispatch_that_did_not_happen(agreed):
    """The United States names the bytes that Kazakhstan has only drafted; a dispatch of those was broken off."""
    desks, _, _ = agreed
    from django.db import OperationalError
    from django.db.backends.base.base import BaseDatabaseWrapper

    def full(*_):
        raise OperationalError("database or disk is full")

    (desks.home / "sheet.xlsx").write_bytes(SHEET)
    desks.well("kaz", "file add 0 sheet.xlsx number=0.1")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(BaseDatabaseWrapper, "commit", full)
        assert desks.at("kaz", "--json dispatch").refused == "database"
    add(desks, "usa", name="sheet.xlsx")
    desks.well("usa", "file drop 0.1")
    desks.cross("usa", "kaz")
    assert carried(desks, desks.write("kaz", "usa", "--whole"), "usa") == []


def test_bytes_go_with_the_bundle_when_the_power_went_after_the_dispatch(agreed):
    desks, _, _ = agreed
    from kelisim_web import files

    def gone(*_):
        raise PowerGone

    (desks.home / "sheet.xlsx").write_bytes(SHEET)
    desks.well("kaz", "file add 0 sheet.xlsx number=0.1")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(files, "publish", gone)
        with pytest.raises(PowerGone):
            desks.at("kaz", "dispatch")
    desks.well("kaz", "dispatch --acknowledge")  # which tidies up among the bytes of drafts
    assert carried(desks, desks.write("kaz", "usa"), "usa") == [DIGEST]


def test_bytes_are_dropped_when_it_is_kept_that_we_want_them_no_more(agreed):
    desks, _, _ = agreed
    add(desks)
    from kelisim_web.models.desk import DroppedFile

    def gone(*_, **__):
        raise PowerGone

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(type(DroppedFile.objects), "get_or_create", gone)
        with pytest.raises(PowerGone):
            desks.at("kaz", "file drop 0.1")
    assert kept(desks, "kaz") == {"sheet.xlsx": "here"}
    desks.well("kaz", "file drop 0.1")
    assert kept(desks, "kaz") == {"sheet.xlsx": "dropped"}
