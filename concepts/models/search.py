"""What readers search in: written with each edition, never changed, deleted with it.

What is found is in force: every search joins the entries to the editions that a door lets through.
"""

from django.db import models

from concepts.models.edition import Edition


class SearchEntry(models.Model):
    """The words of one edition, as stems (`concepts.search.words`), for the index beside it.

    The index itself is made by the migration: a virtual table on SQLite, a column on PostgreSQL.
    """

    edition = models.OneToOneField(
        Edition, on_delete=models.CASCADE, primary_key=True, related_name="search_entry"
    )
    lead = models.TextField(help_text="Of title, other names and summary.")
    body = models.TextField(help_text="Of the passages, a line each.")
    passages = models.JSONField(help_text="[[anchor, place in words, plain text], ...]")

    class Meta:
        verbose_name_plural = "search entries"

    def __str__(self) -> str:
        return f"Words of edition {self.edition_id}"


class SearchName(models.Model):
    """A title or another name of an edition, once for each of its words, which is put first.

    As in the index of a book: "Takt time" stands under `takt time` and under `time takt`.
    """

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="search_names")
    name = models.CharField(max_length=500)
    number = models.PositiveSmallIntegerField(help_text="0 and 1: title; from 2 on: other names.")
    size = models.PositiveSmallIntegerField(help_text="Different words of the name that count.")
    word = models.CharField(max_length=50, help_text="Stem of the word that is put first.")
    turned = models.TextField(help_text="The folded name, beginning with this word.")
    first = models.BooleanField(help_text="The name itself begins with this word.")

    class Meta:
        indexes = [
            models.Index(fields=["word", "edition", "number", "size"], name="search_name_by_word"),
            models.Index(fields=["turned"], name="search_name_by_beginning"),
        ]

    def __str__(self) -> str:
        return self.name


class SearchWord(models.Model):
    """A word that an edition has had, under itself and under what a slip makes of it.

    It is no secret that a word was offered: only one that stands in what is in force is shown.
    """

    slip = models.CharField(max_length=90)
    word = models.CharField(max_length=90)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["slip", "word"], name="search_word_once_under_a_slip")
        ]

    def __str__(self) -> str:
        return self.word
