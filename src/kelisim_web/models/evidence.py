"""Evidence: the signed bytes as they came. A trigger refuses every update and delete; only `store` touches these."""

from __future__ import annotations

from django.db import models


class Record(models.Model):
    """A card, charter, epoch or seal. Its signatures stand apart, since copies of one record join theirs."""

    id = models.CharField(primary_key=True, max_length=64)
    kind = models.CharField(max_length=8)
    circle = models.CharField(max_length=64, blank=True, db_index=True)
    party = models.CharField(max_length=64, blank=True)
    json = models.BinaryField()


class Signature(models.Model):
    """One key's signature over a record."""

    record = models.ForeignKey(Record, models.PROTECT, related_name="signatures")
    key = models.CharField(max_length=32)
    value = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["record", "key"], name="one_signature_a_key")]


class Segment(models.Model):
    """A segment: the header's line as it came, the body's bytes compressed. The other columns repeat the header."""

    id = models.CharField(primary_key=True, max_length=64)
    circle = models.CharField(max_length=64)
    party = models.CharField(max_length=64)
    epoch = models.BigIntegerField()
    seq = models.BigIntegerField()
    prev = models.CharField(max_length=64)
    card = models.CharField(max_length=64)
    line = models.BinaryField()
    body = models.BinaryField()

    class Meta:
        indexes = [models.Index(fields=["circle", "party"], name="segments_of_a_feed")]


class Seed(models.Model):
    """A circle's 32 secret bytes, from which the salts of its editions come."""

    circle = models.CharField(primary_key=True, max_length=64)
    value = models.BinaryField()


EVIDENCE = (Record, Signature, Segment, Seed)
