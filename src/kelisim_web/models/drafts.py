"""What we mean to say, and what our own desk says of it. An import contract keeps what writes bundles from this."""

from __future__ import annotations

from django.db import models


class Draft(models.Model):
    """What we mean to say next on a field.

    `value` is null for taking our word back. `base` is what the other parties said when it was drafted, so that a
    draft made against words that have changed is held back. `note` is internal for ever.
    """

    circle = models.CharField(max_length=64)
    item = models.CharField(max_length=16)
    field = models.CharField(max_length=128)
    value = models.TextField(null=True)  # noqa: DJ001  (no value and an empty one differ: taken back, or bad)
    hold = models.BooleanField(default=False)
    base = models.JSONField()
    note = models.TextField(blank=True)
    author = models.CharField(max_length=100)
    at = models.CharField(max_length=20)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["circle", "item", "field"], name="one_draft_a_field")]


class Clearance(models.Model):
    """An internal yes to a draft: it belongs to the exact content, and counts for no other.

    `kind` is legal, finance, security or press; `content` is the digest of what was cleared.
    """

    circle = models.CharField(max_length=64)
    item = models.CharField(max_length=16)
    field = models.CharField(max_length=128)
    kind = models.CharField(max_length=12)
    content = models.CharField(max_length=64)
    officer = models.CharField(max_length=100)
    at = models.CharField(max_length=20)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["circle", "item", "field", "kind"], name="one_clearance_a_kind")]


class Comment(models.Model):
    """An internal word on an item or one of its fields: it never leaves the node.

    `sort` is `comment`, `instruction` (what the capital wants), `fallback` (what we could accept) or `line` (what we
    recommend to the minister). `mentions` are the officers that it names.
    """

    circle = models.CharField(max_length=64)
    item = models.CharField(max_length=16)
    field = models.CharField(max_length=128, blank=True)
    sort = models.CharField(max_length=12, default="comment")
    text = models.TextField()
    mentions = models.JSONField(default=list)
    author = models.CharField(max_length=100)
    at = models.CharField(max_length=20)

    class Meta:
        indexes = [models.Index(fields=["circle", "item"], name="comments_of_an_item")]
