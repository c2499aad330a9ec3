"""Counters behind references such as PRJ-0042."""

from django.db import models


class ReferenceCounter(models.Model):
    """The last number given out for a prefix. Numbers are never given twice; a gap after a rollback cannot occur."""

    prefix = models.CharField(max_length=8, primary_key=True)
    last = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.prefix}-{self.last:04d}"
