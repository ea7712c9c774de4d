"""Who works at this desk, and with which powers. Passwords and second factors lie with the site's accounts."""

from __future__ import annotations

from django.db import models


class Officer(models.Model):
    """A person who works at this desk.

    `login` is the name that they sign in with, and that drafts name as their author. `example`: made for an example
    node, and refused at any other.
    """

    login = models.CharField(primary_key=True, max_length=100)
    name = models.CharField(max_length=200)
    post = models.CharField(max_length=200, blank=True)
    language = models.CharField(max_length=8, default="en")
    mail = models.CharField(max_length=254, blank=True)
    digest = models.BooleanField(default=False)
    example = models.BooleanField(default=False)


class Place(models.Model):
    """A seat that an officer has: in one plan or in all, for one line of cooperation or for all of them."""

    officer = models.ForeignKey(Officer, models.CASCADE, related_name="places")
    seat = models.CharField(max_length=20)
    circle = models.CharField(max_length=64, blank=True)
    line = models.CharField(max_length=16, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["officer", "seat", "circle", "line"], name="one_place_an_officer")
        ]


class Token(models.Model):
    """A key with which a program acts for an officer: its SHA-256 alone is kept.

    `drafts`: it may draft too, and not only read. `feed`: it opens the calendar feed and nothing else.
    """

    officer = models.ForeignKey(Officer, models.CASCADE, related_name="tokens")
    name = models.CharField(max_length=100)
    digest = models.CharField(max_length=64, unique=True)
    drafts = models.BooleanField(default=False)
    feed = models.BooleanField(default=False)
    at = models.CharField(max_length=20)
