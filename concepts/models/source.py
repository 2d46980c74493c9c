"""What pages share and cite: dimensions and sources. Readers see of them what editions froze."""

from django.db import models

from concepts.models.fields import key_constraint, key_field, list_field, text_field


class Dimension(models.Model):
    """A row heading that comparisons share, so that their rows line up."""

    key = key_field("Such as time-horizon.")
    label = models.CharField(max_length=200, help_text="The row's name on the page.")
    description = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["label"]
        constraints = [
            models.UniqueConstraint(fields=["key"], name="dimension_key_once"),
            key_constraint("dimension_key_form"),
        ]

    def __str__(self) -> str:
        return self.label


class Source(models.Model):
    """A work that texts cite by its key: [@little1961, p. 384]. Fields as CSL names them."""

    slug = key_field("The citekey, such as little1961.")
    type = models.CharField(max_length=30, default="book")
    title = models.CharField(max_length=500)
    author = list_field("Family and given name each, or literal for a body.")
    editor = list_field()
    issued = models.CharField(
        max_length=10, blank=True, help_text="Year, month or day: 1913, 2024-02, 2024-02-01."
    )
    container_title = models.CharField(max_length=500, blank=True, help_text="Journal or site.")
    edition = models.CharField(max_length=50, blank=True)
    volume = models.CharField(max_length=50, blank=True)
    issue = models.CharField(max_length=50, blank=True)
    page = models.CharField(max_length=50, blank=True)
    number = models.CharField(max_length=100, blank=True)
    genre = models.CharField(max_length=100, blank=True)
    publisher = models.CharField(max_length=300, blank=True)
    publisher_place = models.CharField(max_length=200, blank=True)
    doi = models.CharField("DOI", max_length=200, blank=True)
    isbn = models.CharField("ISBN", max_length=30, blank=True)
    url = models.CharField("URL", max_length=500, blank=True)
    checked = models.CharField(
        max_length=20,
        blank=True,
        choices=[
            ("read", "the text or its abstract was read"),
            ("bibliography", "found in independent bibliographies"),
            ("known", "a classic, not looked up"),
        ],
    )
    under_discussion = models.BooleanField(
        default=False, help_text="A text that pages discuss and never an authority."
    )
    caveat = models.CharField(max_length=500, blank=True, help_text="For editors only.")
    body = text_field("A note for readers.")

    class Meta:
        ordering = ["slug"]
        constraints = [
            models.UniqueConstraint(fields=["slug"], name="source_key_once"),
            key_constraint("source_key_form", "slug"),
        ]

    def __str__(self) -> str:
        return self.slug
