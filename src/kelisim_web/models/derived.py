"""Derived rows: functions of the evidence, kept for speed. `store.rebuild` makes all of them anew."""

from __future__ import annotations

from django.db import models


class Feed(models.Model):
    """What counts of a party's feed: `kelisim.ledger.feed.Line` without its ids."""

    circle = models.CharField(max_length=64)
    party = models.CharField(max_length=64)
    head = models.CharField(max_length=64)
    epoch = models.BigIntegerField()
    seq = models.BigIntegerField()
    floor = models.BigIntegerField()
    length = models.BigIntegerField()
    contested = models.BooleanField()
    waiting = models.BooleanField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["circle", "party"], name="one_feed_a_party")]


class Counted(models.Model):
    """A segment that counts, by its place in the line from 0, and what its author's node then held of the others."""

    feed = models.ForeignKey(Feed, models.CASCADE, db_index=False)
    place = models.BigIntegerField()
    segment = models.CharField(max_length=64, db_index=True)
    at = models.CharField(max_length=20)
    seen = models.JSONField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["feed", "place"], name="one_segment_a_place")]


class Register(models.Model):
    """A party's latest word on a field."""

    feed = models.ForeignKey(Feed, models.CASCADE, db_index=False)
    item = models.CharField(max_length=16)
    field = models.CharField(max_length=128)
    value = models.TextField(null=True)  # noqa: DJ001  (taken back, or said)
    firm = models.BooleanField()
    place = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["feed", "item", "field"], name="one_word_a_register")]


class DisputedRegister(models.Model):
    """A register spoken in the contested stretch of a feed."""

    feed = models.ForeignKey(Feed, models.CASCADE)
    item = models.CharField(max_length=16)
    field = models.CharField(max_length=128)


class Trace(models.Model):
    """Which segments of a feed speak of an item: the way to its history."""

    feed = models.ForeignKey(Feed, models.CASCADE, db_index=False)
    item = models.CharField(max_length=16)
    place = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["feed", "item", "place"], name="one_trace_a_segment")]


class NamedFile(models.Model):
    """A file that a segment names, whether the segment counts or not: its bytes may come in, and go out with it."""

    circle = models.CharField(max_length=64)
    party = models.CharField(max_length=64)
    segment = models.CharField(max_length=64, db_index=True)
    sha256 = models.CharField(max_length=64)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["circle", "sha256", "segment"], name="one_name_a_segment")]


DERIVED = (Trace, Register, DisputedRegister, Counted, Feed, NamedFile)
