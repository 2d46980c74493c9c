"""How many questions an edition has, so that mixed practice finds them without any document."""

from django.db import models
from django.db.models import Q

from concepts.models.edition import Edition


class Quiz(models.Model):
    """Written with its edition by publishing; an edition without questions has none."""

    edition = models.OneToOneField(
        Edition, on_delete=models.CASCADE, primary_key=True, related_name="quiz"
    )
    questions = models.PositiveIntegerField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(questions__gt=0), name="quiz_asks")]

    def __str__(self) -> str:
        return f"{self.questions} questions"
