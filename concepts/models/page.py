"""What every kind of page has on the desk, and the parts that any page may have."""

from django.conf import settings
from django.db import models

from concepts.models.fields import (
    choices,
    key_constraint,
    key_field,
    list_field,
    position_field,
    text_field,
)
from concepts.parts import KINDS


class Page(models.Model):
    """One page as editors are changing it. Readers see editions, never this."""

    kind = models.CharField(max_length=20, choices=choices(KINDS), editable=False)
    slug = key_field("Its address. A slug that was published stays this page's for ever.")
    title = models.CharField(max_length=200)
    aliases = list_field("Other names of the same thing, one each.")
    area = models.ForeignKey(
        "concepts.Guide",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="members",
        limit_choices_to={"type": "area"},
    )
    authors = list_field("Who is cited as author: family and given name, or literal for a body.")
    reviewed_on = models.DateField(null=True, blank=True, help_text="Facts last checked on.")
    review_due = models.DateField(null=True, blank=True)
    summary = text_field("The answer in one sentence: definition, verdict or description.")
    body = text_field("The explanation.")
    explain = text_field("One prompt: explain it to a classmate.")

    class Meta:
        ordering = ["kind", "title"]
        constraints = [
            # True of every page. On PostgreSQL a change in an index without a condition locks the
            # row's key, and a page that is renamed and published in one transaction would wait
            # for an edition that links to it, while that one waits for the page.
            models.UniqueConstraint(
                fields=["kind", "slug"],
                condition=models.Q(slug__isnull=False),
                name="page_slug_once_per_kind",
                violation_error_message="Another page of this kind has this slug.",
            ),
            models.CheckConstraint(condition=models.Q(kind__in=KINDS), name="page_kind_known"),
            models.CheckConstraint(condition=~models.Q(title=""), name="page_has_title"),
            key_constraint("page_slug_form", "slug"),
        ]

    def __str__(self) -> str:
        return self.title


class Question(models.Model):
    """A question as a Markdown task list: each option a line with its reason indented below."""

    page = models.ForeignKey(Page, on_delete=models.CASCADE, related_name="questions")
    key = key_field("Stable for ever: exported question banks know the question by it.")
    text = models.TextField(
        help_text="The question, then options '- [x] right' and '- [ ] wrong', reasons indented."
    )
    row = key_field("The key of the row it tests.", blank=True)
    position = position_field()

    class Meta:
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(fields=["page", "key"], name="question_key_once_per_page"),
            models.CheckConstraint(
                condition=models.Q(text__regex=r"(^|\n)- \[[xX]\][ \t]"),
                name="question_has_right_option",
                violation_error_message="At least one option must be right: '- [x] ...'.",
            ),
            key_constraint("question_key_form"),
        ]

    def __str__(self) -> str:
        return self.key


class Misconception(models.Model):
    """What people get wrong, and what holds."""

    page = models.ForeignKey(Page, on_delete=models.CASCADE, related_name="misconceptions")
    key = key_field("Names it within its page.")
    claim = models.TextField(help_text="What you may read.")
    correction = text_field("What holds, with its source.")
    position = position_field()

    class Meta:
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(fields=["page", "key"], name="misconception_key_once_per_page"),
            key_constraint("misconception_key_form"),
        ]

    def __str__(self) -> str:
        return self.key


class LogEntry(models.Model):
    """The desk's log: every save, with who, when and the whole document.

    It holds no foreign key to what was saved, so that it outlives a draft that is deleted.
    """

    kind = models.CharField(max_length=20)
    object_id = models.BigIntegerField()
    slug = models.CharField(max_length=80)
    action = models.CharField(max_length=20, help_text="import, edit, restore, ready, ...")
    note = models.TextField(
        blank=True, default="", db_default="", help_text="What its author said of it."
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    at = models.DateTimeField(auto_now_add=True)
    digest = models.CharField(max_length=64)
    document = models.TextField(help_text="The document without what it froze of its neighbours.")

    class Meta:
        ordering = ["-id"]
        verbose_name_plural = "log entries"
        indexes = [models.Index(fields=["kind", "object_id", "-id"], name="log_of_object")]

    def __str__(self) -> str:
        return f"{self.action} {self.kind}:{self.slug}"


class PreviewLink(models.Model):
    """Lets somebody without an account read one page's draft, for a time, until it is revoked."""

    page = models.ForeignKey(Page, on_delete=models.CASCADE, related_name="preview_links")
    label = models.CharField(max_length=200, help_text="Who is to read it.")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    made_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(expires_at__gt=models.F("made_at")),
                name="preview_link_lasts",
                violation_error_message="The link must end after it begins.",
            ),
        ]

    def __str__(self) -> str:
        return self.label
