"""Pictures that editors uploaded."""

from django.core.files.storage import default_storage
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_safe

TYPES = {"png": "image/png", "jpg": "image/jpeg", "webp": "image/webp"}


@require_safe
def media(request: HttpRequest, name: str) -> HttpResponse:
    """A picture, which never changes: its name is the digest of its bytes."""
    try:
        with default_storage.open(name) as file:
            content = file.read()
    except FileNotFoundError as error:
        raise Http404 from error
    response = HttpResponse(content, content_type=TYPES[name.rpartition(".")[2]])
    # Even if a browser took it for a page, it could do nothing.
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    patch_cache_control(response, public=True, max_age=31536000, immutable=True)
    return response
