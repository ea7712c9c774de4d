"""The party's own desk: what is in no feed and never leaves the node, but as a dispatch or a seal says it."""

from __future__ import annotations

from django.db import models


class Us(models.Model):
    """The party whose node this is; one row.

    `party` is empty until its root keys have signed its first card. An example node may be told the time.
    """

    code = models.CharField(max_length=12)
    party = models.CharField(max_length=64, blank=True)
    example = models.BooleanField(default=False)


class Confirmed(models.Model):
    """A party whose thirty digits two people have read to each other, and what we call it here."""

    party = models.CharField(primary_key=True, max_length=64)
    code = models.CharField(max_length=12, unique=True)
    at = models.CharField(max_length=20)


class Looked(models.Model):
    """Up to where of each feed somebody at this desk has looked at the standing of a plan."""

    circle = models.CharField(primary_key=True, max_length=64)
    counts = models.JSONField()


class Exchange(models.Model):
    """A bundle that came, by the id of its manifest, and what its sender said it had seen."""

    manifest = models.CharField(max_length=64, unique=True)
    circle = models.CharField(max_length=64)
    party = models.CharField(max_length=64)
    seen = models.JSONField()
    at = models.CharField(max_length=20)


class Frozen(models.Model):
    """A scope that we have closed for its edition, and the heads at which."""

    circle = models.CharField(max_length=64)
    scope = models.CharField(max_length=16)
    cut = models.JSONField()
    languages = models.JSONField()
    at = models.CharField(max_length=20)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["circle", "scope"], name="one_freeze_a_scope")]


class DroppedFile(models.Model):
    """A file whose bytes we have dropped, and do not take again from bundles."""

    circle = models.CharField(max_length=64)
    sha256 = models.CharField(max_length=64)
    at = models.CharField(max_length=20)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["circle", "sha256"], name="one_drop_a_file")]


class Parked(models.Model):
    """A segment whose card is not held yet; judged again whenever a card comes."""

    id = models.CharField(primary_key=True, max_length=64)
    circle = models.CharField(max_length=64)
    party = models.CharField(max_length=64)
    line = models.BinaryField()
    body = models.BinaryField()


class PaperPlan(models.Model):
    """A plan that nobody can sign yet, since a party has no keys. It is no charter and becomes none; see `store.Paper`.

    `text` is what its id is the SHA-256 of; it has the codes of the parties and the languages.
    """

    circle = models.CharField(primary_key=True, max_length=64)
    text = models.TextField()


class Restored(models.Model):
    """A plan in which this node is, or may be, a restored copy.

    `epoch` is the number of the epoch that the root keys have signed since, 0 before that; `owed` are the parties that
    a proposer must hear from before it seals again.
    """

    circle = models.CharField(primary_key=True, max_length=64)
    at = models.CharField(max_length=20)
    epoch = models.BigIntegerField(default=0)
    owed = models.JSONField(default=list)
