"""What a party without a node wrote, kept with its letter. It is in no feed and never a statement.

What writes bundles cannot import this module; the import contract that keeps drafts from it keeps these too.
"""

from __future__ import annotations

from django.db import models


class Letter(models.Model):
    """A letter of another party, and the file that it came as.

    `circle` is the plan, `party` the code of who wrote it, `date` the day that stands on it. `digest` is the SHA-256 of
    the file, whose bytes lie in the node's directory under that name; empty where there is none.
    """

    circle = models.CharField(max_length=64)
    party = models.CharField(max_length=12)
    number = models.CharField(max_length=200)
    date = models.CharField(max_length=10)
    file = models.CharField(max_length=255, blank=True)
    digest = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["circle", "party", "number"], name="one_letter_a_number")]


class Recorded(models.Model):
    """What a letter says on a field; `value` is null where it takes a word back."""

    letter = models.ForeignKey(Letter, models.CASCADE, related_name="positions", db_index=False)
    item = models.CharField(max_length=16)
    field = models.CharField(max_length=128)
    value = models.TextField(null=True)  # noqa: DJ001  (no value and an empty one differ: taken back, or bad)
    officer = models.CharField(max_length=100)
    at = models.CharField(max_length=20)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["letter", "item", "field"], name="one_position_a_letter")]
