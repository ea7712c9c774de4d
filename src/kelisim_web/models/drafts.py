"""What we mean to say. What writes bundles cannot import this module; an import contract holds it to that."""

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
