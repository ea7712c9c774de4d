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
    """A party whose thirty digits two people have read to each other, and what we call it here.

    `address` is that of its inbox, where bundles can be handed in; empty where they go by another way.
    """

    party = models.CharField(primary_key=True, max_length=64)
    code = models.CharField(max_length=12, unique=True)
    at = models.CharField(max_length=20)
    address = models.CharField(max_length=500, blank=True)


class Look(models.Model):
    """Up to where of each feed an officer at this desk has looked at the standing of a plan."""

    circle = models.CharField(max_length=64)
    officer = models.CharField(max_length=100)
    counts = models.JSONField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["circle", "officer"], name="one_look_an_officer")]


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


class PlanRules(models.Model):
    """What has to happen to a draft of a plan before it may be dispatched; see `kelisim_web.clearance`.

    `needed` is a list of [clearance, kinds of item, stems of fields], where an empty list of kinds or fields means all.
    `clears_own`: who drafted may clear. `releases_own`: who drafted may dispatch.
    """

    circle = models.CharField(primary_key=True, max_length=64)
    needed = models.JSONField(default=list)
    clears_own = models.BooleanField(default=True)
    releases_own = models.BooleanField(default=True)


class JournalEntry(models.Model):
    """A paper of the office: a bundle or letter that went out or came in, with its number and day.

    `direction` is `out`, `in`, or `refused`; a refused one keeps the refusal's code and parameters. `file` is its name
    in the node's directory, below `journal/`.
    """

    direction = models.CharField(max_length=8)
    number = models.CharField(max_length=40)
    at = models.CharField(max_length=20)
    circle = models.CharField(max_length=64, blank=True)
    party = models.CharField(max_length=12, blank=True)
    officer = models.CharField(max_length=100)
    segment = models.CharField(max_length=64, blank=True)
    told = models.JSONField(default=dict)
    file = models.CharField(max_length=255, blank=True)
    digest = models.CharField(max_length=64, blank=True)


class Consent(models.Model):
    """An officer with seal rights has agreed, with a second factor, that this node seals.

    `act` is what is sealed: freeze, offer, accept, receipt or withdraw; `subject` the scope or the offer.
    """

    circle = models.CharField(max_length=64)
    act = models.CharField(max_length=12)
    subject = models.CharField(max_length=64)
    officer = models.CharField(max_length=100)
    at = models.CharField(max_length=20)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["circle", "act", "subject", "officer"], name="one_consent_an_officer")
        ]


class Trail(models.Model):
    """What somebody did at this desk, by the clock of the machine: for the auditor, who changes nothing.

    `act` is the name of the act; `told` says on what, never with secrets or the plan's words; `refused` is the code of
    the refusal, empty where it was done.
    """

    at = models.DateTimeField(db_index=True)
    officer = models.CharField(max_length=100)
    act = models.CharField(max_length=60)
    circle = models.CharField(max_length=64, blank=True)
    told = models.JSONField(default=dict)
    refused = models.CharField(max_length=60, blank=True)


class Clock(models.Model):
    """A job that comes round, and when it was last begun; or a worker, and when it last gave a sign of life."""

    name = models.CharField(primary_key=True, max_length=80)
    at = models.DateTimeField()
