"""What `rate.py` measures against: a Django project with default middleware and a constant view.

`BARE_SIZE` says how many bytes the view answers.
"""

import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.http import HttpRequest, HttpResponse
from django.urls import path

BODY = b"x" * int(os.environ.get("BARE_SIZE", "28000"))

settings.configure(
    ALLOWED_HOSTS=["*"],
    SECRET_KEY="only for the bench",
    ROOT_URLCONF=__name__,
    INSTALLED_APPS=[
        "django.contrib.auth",
        "django.contrib.contenttypes",
        "django.contrib.sessions",
        "django.contrib.messages",
    ],
    MIDDLEWARE=[
        "django.middleware.security.SecurityMiddleware",
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.middleware.common.CommonMiddleware",
        "django.middleware.csrf.CsrfViewMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
        "django.contrib.messages.middleware.MessageMiddleware",
        "django.middleware.clickjacking.XFrameOptionsMiddleware",
    ],
)


def constant(request: HttpRequest) -> HttpResponse:
    """The same bytes each time."""
    return HttpResponse(BODY)


urlpatterns = [path("", constant)]
application = get_wsgi_application()
