"""Taking in the pictures of a Markdown field: paste, drop or choose, answered as Markdown."""

import logging
import re

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, JsonResponse
from django.urls import reverse

from concepts.admin import pictures
from concepts.admin.preview import may_write, refused
from concepts.rendering import DECORATIVE, TextError, normalized

logger = logging.getLogger(__name__)

WORDS = 500
TOO_LARGE = (
    f"The picture is larger than {pictures.BYTES // 1024**2} MB: save it smaller and try again."
)
NO_WORDS = (
    "Say in a few words what the picture shows, for those who do not see it,"
    " or tick that it is decorative."
)
TOO_LONG = (
    f"The words for the picture are longer than {WORDS} characters: shorten them,"
    " and say the rest in the text."
)
NOT_STORED = "The picture could not be stored, and nothing of it was kept. Try again later."

# What Markdown would read as markup in the words of an image, in a table too.
_MARKUP = re.compile(r"[\\`*_\[\]<>&|]")


def markdownx_upload(request: HttpRequest) -> JsonResponse:
    """Keep the posted `image` and answer `{"image_code": "![what it shows](/media/...)"}`.

    `alt` says what it shows. `decorative=1` in its place says that it shows nothing, which is
    written `![decorative](...)` and rendered with an empty alternative. What is refused is
    answered as `{"error": sentence}`: 403, 405, 400, 413 (a far too large body by the middleware,
    unread), 507 when there is no room for it on the disk or in memory.
    """
    if not may_write(request):
        return refused("Only editors who are logged in may upload pictures.", 403)
    if request.method != "POST":
        return refused("A picture is uploaded by POST.", 405)
    file = request.FILES.get("image")
    if file and (file.size or 0) > pictures.BYTES:
        return refused(TOO_LARGE, 413)
    try:
        alt = DECORATIVE if "decorative" in request.POST else as_words(request.POST.get("alt", ""))
        picture = pictures.redrawn(_bytes(file))
    except (pictures.PictureError, TextError) as error:
        return refused(str(error), 400)
    except MemoryError:
        logger.warning("There is not enough memory for a picture.")
        return refused(NOT_STORED, 507)
    return _kept(request, picture, alt)


def _kept(request: HttpRequest, picture: pictures.Picture, alt: str) -> JsonResponse:
    try:
        pictures.keep(picture)
    except Exception:  # each storage has errors of its own
        logger.exception("A picture could not be stored.")
        return refused(NOT_STORED, 507)
    logger.info("%s uploaded the picture %s.", request.user.get_username(), picture.name)
    address = reverse("media", args=[picture.name])
    return JsonResponse({"image_code": f"![{alt}]({address}#{picture.width}x{picture.height})"})


def as_words(text: str) -> str:
    """What stands in an image's place, in one line of Markdown that reads as it was typed.

    Raises PictureError when there is nothing or too much, TextError for what no text may hold.
    """
    words = " ".join(normalized(text).split())
    if not words:
        raise pictures.PictureError(NO_WORDS)
    if len(words) > WORDS:
        raise pictures.PictureError(TOO_LONG)
    return _MARKUP.sub(r"\\\g<0>", words)


def _bytes(file: "UploadedFile[bytes] | None") -> bytes:
    if file is None:
        raise pictures.PictureError("There is no picture in what was sent: choose a file.")
    # Its bytes decide what it is; but what a browser itself takes for a page or text is none.
    if not (file.content_type or "").startswith("image/"):
        raise pictures.PictureError("This file is no picture: choose a PNG, JPEG or WebP file.")
    content: bytes = file.read()
    return content
