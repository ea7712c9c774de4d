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


class Item(models.Model):
    """What is said of an item at present: JSON, which `kelisim_web.items` reads and writes.

    Each party's latest words, by its code and the field: value (null once taken back), firm, place of the segment. Then
    how each field stands by these words.
    """

    circle = models.CharField(max_length=64)
    item = models.CharField(max_length=16)
    said = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["circle", "item"], name="one_row_an_item")]


class DisputedRegister(models.Model):
    """A register spoken in the contested stretch of a feed."""

    feed = models.ForeignKey(Feed, models.CASCADE)
    item = models.CharField(max_length=16)
    field = models.CharField(max_length=128)


class Trace(models.Model):
    """Which segments of a feed speak of an item, the way to its history: a row for so many places of the line.

    `places` are those in the stretch, in order, each followed by a blank, so that more can be added at the end.
    """

    feed = models.ForeignKey(Feed, models.CASCADE, db_index=False)
    item = models.CharField(max_length=16)
    stretch = models.BigIntegerField()
    places = models.TextField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["feed", "item", "stretch"], name="one_trace_a_stretch")]


class Made(models.Model):
    """By what the derived rows were made, one row. Where that has changed they are made anew."""

    rules = models.CharField(max_length=200)


class NamedFile(models.Model):
    """A file that a segment names, whether the segment counts or not: its bytes may come in, and go out with it."""

    circle = models.CharField(max_length=64)
    party = models.CharField(max_length=64)
    segment = models.CharField(max_length=64, db_index=True)
    sha256 = models.CharField(max_length=64)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["circle", "sha256", "segment"], name="one_name_a_segment")]


DERIVED = (Trace, Item, DisputedRegister, Counted, Feed, NamedFile, Made)
