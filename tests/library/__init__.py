"""Tests of the library: what each record, feed and seal does, example first, then as properties."""

from hypothesis import HealthCheck, settings

# A busy machine is no failure.
settings.register_profile("library", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("library")
