"""The site's settings: each value comes from the environment or `.env`; a wrong one is refused.

SITE_URL decides the mode: https is production, http (this machine only) is local.
"""

import os
import re
import secrets
from contextlib import suppress
from datetime import timedelta
from importlib.util import find_spec
from ipaddress import ip_network
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any
from urllib.parse import parse_qs, urlsplit
from zoneinfo import available_timezones

import dj_database_url
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.http.request import validate_host

BASE_DIR = Path(__file__).resolve().parent.parent
SECRET_FILE = BASE_DIR / ".secret-key"
HOST = r"[a-z\d-]+(\.[a-z\d-]+)*"
PORT = r"(:\d{1,5})?"


def read_env_file(path: Path) -> dict[str, str]:
    """Read NAME=value lines; a line that begins with `#` and quotes around a value are dropped."""
    values = {}
    text = path.read_text(encoding="utf-8") if path.is_file() else ""
    for line in text.splitlines():
        name, _, value = (part.strip() for part in line.partition("="))
        if name and not name.startswith("#"):
            values[name] = re.sub(r"^(['\"])(.*)\1$", r"\2", value)
    return values


ENV_FILE = read_env_file(BASE_DIR / ".env")
# The environment wins, and an empty variable counts as not given: it can hide a line of `.env`.
ENVIRONMENT = ENV_FILE | os.environ
KNOWN: set[str] = set()


def read(name: str, *, default: str = "", pattern: str, remedy: str) -> str:
    """Return a variable's value; raise ImproperlyConfigured unless all of it matches `pattern`."""
    KNOWN.add(name)
    value = ENVIRONMENT.get(name, "").strip() or default
    if not re.fullmatch(pattern, value):
        # The value is not shown: it may hold a password, and this text may end in a log.
        raise ImproperlyConfigured(f"{name} is {'wrong' if value else 'missing'}. {remedy}")
    return value


def read_list(name: str, *, default: str, pattern: str, remedy: str) -> list[str]:
    """Return the values of a variable, parted by commas or spaces, each matching `pattern`."""
    several = rf"({pattern})([,\s]+({pattern}))*"
    return re.split(r"[,\s]+", read(name, default=default, pattern=several, remedy=remedy))


def keep_local_secret(path: Path) -> str:
    """Return the secret in `path`, made at first use, so that log-ins outlive a restart."""
    if not path.exists():
        # Written aside and linked: of two processes that start at once, one wins, whole.
        with NamedTemporaryFile("w", dir=path.parent, prefix=path.name) as draft:
            draft.write(secrets.token_urlsafe(50))
            draft.flush()
            with suppress(FileExistsError):
                os.link(draft.name, path)
    return path.read_text(encoding="utf-8")


POSTGRESQL = r"postgres(ql)?://([^@/?#]*@)?([^@:/?#]*|\[[\da-f:]+\])(:\d{1,5})?/[^/?#]+(\?[^#]*)?"


def read_database() -> dict[str, Any]:
    """Return the database that DATABASE_URL names, by default a SQLite file."""
    url = read(
        "DATABASE_URL",
        default="sqlite:///db.sqlite3",
        pattern=rf"sqlite:///(?!:memory:)[^?#]+|{POSTGRESQL}",
        remedy="Give sqlite:///file or postgres://user:password@host:port/name, %-encoded.",
    )
    return sqlite(url) if url.startswith("sqlite") else postgresql(url)


def parsed(url: str) -> dict[str, Any]:
    """Return what an address of a database says, connections to which persist."""
    return {**dj_database_url.parse(url, conn_max_age=None, conn_health_checks=True)}


def sqlite(url: str) -> dict[str, Any]:
    """Return a database that is a file."""
    database = parsed(url)
    # With stock options eight writers meet "database is locked"; with these they queue.
    pragmas = "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON"
    own = {"transaction_mode": "IMMEDIATE", "timeout": 20, "init_command": pragmas}
    name = BASE_DIR / database["NAME"]
    return database | {"ENGINE": "pomsite.sqlite", "NAME": name, "OPTIONS": own}


def postgresql(url: str, *more: str) -> dict[str, Any]:
    """Return a database that is a server, with limits of time; `more` it is told at connecting."""
    database = parsed(url)
    given = database.get("OPTIONS", {})
    limits = [f"-c statement_timeout={STATEMENT_TIMEOUT}s", "-c lock_timeout=5s"]
    # In seconds, and milliseconds the last: who is gone is noticed, though it cannot say so.
    reach = {"connect_timeout": 2, "keepalives_idle": 30, "keepalives_interval": 5,
             "keepalives_count": 3, "tcp_user_timeout": 15_000}  # fmt: skip
    # What stands last counts, so an operator's own options do.
    told = " ".join([*limits, *more, *filter(None, [given.get("options")])])
    options = reach | given | {"options": told}
    return database | {"ENGINE": "pomsite.postgresql", "OPTIONS": options}


def read_replica() -> dict[str, dict[str, Any]]:
    """Return the database that DATABASE_REPLICA_URL names, under its alias; none by default."""
    url = read(
        "DATABASE_REPLICA_URL",
        pattern=f"({POSTGRESQL})?"
        if DATABASES["default"]["ENGINE"] == "pomsite.postgresql"
        else "",
        remedy="Give postgres://user:password@host:port/name, as DATABASE_URL is, or leave it out.",
    )
    mirror = {"TEST": {"MIRROR": "default"}}
    told = "-c default_transaction_read_only=on"
    return {"replica": postgresql(url, told) | mirror} if url else {}


def read_networks(name: str, *, remedy: str) -> list[str]:
    """Return networks and addresses, none of which is everything."""
    several = read_list(name, default="", pattern=r"[\da-fA-F:./]*", remedy=remedy)
    try:
        networks = [ip_network(each) for each in several if each]
    except ValueError:
        networks = [ip_network("::/0")]
    if not all(network.prefixlen for network in networks):
        raise ImproperlyConfigured(f"{name} is wrong. {remedy}")
    return list(map(str, networks))


def read_media_storage() -> dict[str, Any]:
    """Return the storage of pictures: MEDIA_ROOT, or the bucket of MEDIA_STORAGE_URL."""
    url = read(
        "MEDIA_STORAGE_URL",
        pattern=r"(s3://[a-z\d][a-z\d.-]+(/[\w./-]*)?(\?(endpoint=https?://[^&\s]+|region=[\w-]+|&)*)?)?"
        if find_spec("storages") and find_spec("boto3")
        else "",
        remedy="Give s3://bucket/folder?endpoint=https://host&region=name (the packages"
        " django-storages and boto3 are needed), or leave it out.",
    )
    remedy = "Give both AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or neither."
    key = read("AWS_ACCESS_KEY_ID", pattern=r"\S*", remedy=remedy)
    secret = read("AWS_SECRET_ACCESS_KEY", pattern=r"\S+" if key else "", remedy=remedy)
    if not url:
        return {"BACKEND": "django.core.files.storage.FileSystemStorage"}
    asked = parse_qs(urlsplit(url).query)
    options = {
        "bucket_name": urlsplit(url).netloc,
        "location": urlsplit(url).path.strip("/"),
        "endpoint_url": asked.get("endpoint", [None])[-1],
        "region_name": asked.get("region", [None])[-1],
        "access_key": key or None,
        "secret_key": secret or None,
    }
    return {"BACKEND": "pomsite.objects.Objects", "OPTIONS": options}


# What this site is
SITE_URL = read(
    "SITE_URL",
    # `make serve PORT=8010` names its own address without a second variable.
    default=f"http://127.0.0.1:{ENVIRONMENT.get('PORT') or 8000}",
    pattern=rf"(https://{HOST}|http://(127\.0\.0\.1|localhost)){PORT}/?",
    remedy="Give https://pom.example.edu, without a path; http:// is for 127.0.0.1 and localhost.",
).rstrip("/")
PRODUCTION = SITE_URL.startswith("https://")
SWITCH = "0" if PRODUCTION else "0|1"
DEBUG = read("DEBUG", default="0", pattern=SWITCH, remedy="Leave it out in production.") == "1"
SECRET_KEY = read(
    "SECRET_KEY",
    default="" if PRODUCTION or ENVIRONMENT.get("SECRET_KEY") else keep_local_secret(SECRET_FILE),
    pattern=r"\S{50,}",
    remedy="Make one: python3 -c 'import secrets; print(secrets.token_urlsafe(50))'",
)
SECRET_KEY_FALLBACKS = [  # signed before the last change, and still good
    key
    for key in read_list(
        "SECRET_KEY_FALLBACKS",
        default="",
        pattern=r"([^\s,]{50,})?",
        remedy="Give the SECRET_KEY of before, or leave it out.",
    )
    if key
]
ALLOWED_HOSTS = read_list(
    "ALLOWED_HOSTS",
    default="" if PRODUCTION else "127.0.0.1,localhost",
    pattern=rf"\.?{HOST}",
    remedy="List the site's host names: ALLOWED_HOSTS=pom.example.edu,www.pom.example.edu",
)
if not validate_host(urlsplit(SITE_URL).hostname or "", ALLOWED_HOSTS):
    raise ImproperlyConfigured("ALLOWED_HOSTS lacks the host of SITE_URL. Add it.")
SITE_NAME = read("SITE_NAME", default="POM, explained", pattern=".+", remedy="Give one line.")
CONTACT = read(
    "CONTACT", pattern=r"([^@\s<>]+@[^@\s<>]+)?", remedy="Give an e-mail address, or leave it out."
)

TRUSTED_PROXIES = read_networks(
    "TRUSTED_PROXIES",
    remedy="List the addresses or networks of your proxies: TRUSTED_PROXIES=127.0.0.1,10.0.3.0/24",
)

ROOT_URLCONF = "pomsite.urls"
INSTALLED_APPS = [
    "pomsite.apps.DeskConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "axes",
    "django_otp",
    "django_otp.plugins.otp_static",
    "django_otp.plugins.otp_totp",
    "markdownx",
    "concepts",  # after those whose models it keeps out of the admin
]
MIDDLEWARE = [
    "pomsite.proxies.forwarded",  # outermost: all others believe the address and the scheme
    "pomsite.operations.watched",  # it answers who checks the process, and counts
    "pomsite.replica.from_replica",  # outside all that reads, the stamp included
    "pomsite.keeping.kept",  # outside all that makes an answer, which it spares
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "pomsite.middleware.compressed",
    "pomsite.middleware.public_or_private",  # inside the two it instructs, outside all cookies
    "pomsite.middleware.bounded",  # before anything reads what was sent
    "pomsite.crowding.Roomy",  # outside all that a slow database could hold
    "pomsite.middleware.on_a_day",  # after static files, before all that asks for `path_info`
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_otp.middleware.OTPMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "axes.middleware.AxesMiddleware",
    "concepts.admin.kept.keep_what_was_typed",  # inside those whose answers it replaces
    "pomsite.unavailable.Paused",  # after the check of the token, since it shows what was sent
]
CONTEXT = [  # the admin needs all three; they are lazy, so that others pay nothing
    "django.template.context_processors.request",
    "django.contrib.auth.context_processors.auth",
    "django.contrib.messages.context_processors.messages",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {"context_processors": CONTEXT},
    }
]
USE_I18N = False  # one language, so nothing is looked up in catalogues
ZONES = "|".join(map(re.escape, available_timezones()))
TIME_ZONE = read("TIME_ZONE", default="UTC", pattern=ZONES, remedy="Give one: Europe/Berlin.")

# What it keeps
STATEMENT_TIMEOUT = read(
    "STATEMENT_TIMEOUT",
    default="10",
    pattern=r"\d{1,4}",
    remedy="Give the seconds after which PostgreSQL ends a statement; 0 is never.",
)
DATABASES = {"default": read_database()}
DATABASES |= read_replica()
DATABASE_ROUTERS = ["pomsite.replica.Router"] if "replica" in DATABASES else []
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHE_URL = read(
    "CACHE_URL",
    pattern=r"(rediss?://\S+)?" if find_spec("redis") else "",
    remedy="Give redis://host:6379/0 (the package redis is needed), or leave it out.",
)
IN_PROCESS = "django.core.cache.backends.locmem.LocMemCache"
BACKEND = "pomsite.caches.Forgiving" if CACHE_URL else IN_PROCESS
CACHES = {"default": {"BACKEND": BACKEND, "LOCATION": CACHE_URL}}
MEDIA_ROOT = BASE_DIR / read("MEDIA_ROOT", default="media", pattern=".+", remedy="Name a folder.")
MEDIA_URL = "/media/"
STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
COLLECTED = BASE_DIR / read(
    "STATIC_ROOT", default="staticfiles", pattern=".+", remedy="Name a folder."
)
STATIC_ROOT = COLLECTED if PRODUCTION else None
STORAGES = {
    "default": read_media_storage(),
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if PRODUCTION
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = not PRODUCTION
WHITENOISE_ALLOW_ALL_ORIGINS = False

# Who may log in, and the cookies of those who do
VALIDATION = "django.contrib.auth.password_validation"
AUTH_PASSWORD_VALIDATORS: list[dict[str, Any]] = [
    {"NAME": f"{VALIDATION}.UserAttributeSimilarityValidator"},
    {"NAME": f"{VALIDATION}.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": f"{VALIDATION}.CommonPasswordValidator"},
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",  # refuses before a password is looked at
    "concepts.accounts.log_in.TokenBackend",
]
LOGIN_URL, LOGIN_REDIRECT_URL = "admin:login", "admin:index"
SECOND_FACTOR_REQUIRED = PRODUCTION  # of those who may publish
OTP_TOTP_ISSUER = SITE_NAME
AXES_FAILURE_LIMIT = 5  # concepts/accounts/throttle.py says of what
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"], "ip_address", "username"]
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False  # else a stranger keeps an editor out
AXES_RESET_ON_SUCCESS = True
AXES_HANDLER = "concepts.accounts.throttle.Throttle"
AXES_CLIENT_IP_CALLABLE = "concepts.accounts.throttle.network"
AXES_LOCKOUT_CALLABLE = "concepts.accounts.throttle.locked"
AXES_SENSITIVE_PARAMETERS = ["username", "token", "csrfmiddlewaretoken"]
AXES_DISABLE_ACCESS_LOG = True  # who logged in from where is nobody's business for ever
AXES_ENABLE_ADMIN = AXES_VERBOSE = False
COOKIE_PREFIX = "__Host-" if PRODUCTION else ""  # browsers refuse this prefix without https
SESSION_ENGINE = "concepts.accounts.sessions"  # 503 and not 400 while none can be written
SESSION_COOKIE_NAME = f"{COOKIE_PREFIX}sessionid"
SESSION_COOKIE_SECURE = PRODUCTION
CSRF_COOKIE_NAME = f"{COOKIE_PREFIX}csrftoken"
CSRF_COOKIE_SECURE = PRODUCTION
CSRF_COOKIE_HTTPONLY = True
CSRF_TRUSTED_ORIGINS = [SITE_URL]
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"  # no third cookie

# What browsers are told; pomsite/middleware.py says where public and private pages differ
SECURE_SSL_REDIRECT = PRODUCTION
SECURE_HSTS_SECONDS = 2 * 365 * 24 * 3600 if PRODUCTION else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = PRODUCTION
# Preloading binds the whole domain, with all other sites on it: its owner decides, not this site.
SILENCED_SYSTEM_CHECKS = ["security.W021"]
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"
X_FRAME_OPTIONS = "DENY"
FRAME_ANCESTORS = read_list(
    "FRAME_ANCESTORS",
    default="*",
    pattern=rf"\*|self|none|https://(\*\.)?{HOST}{PORT}",
    remedy="Give *, self, none, or origins such as https://learn.example.edu",
)
OWN_ONLY = ["script-src", "style-src", "img-src", "font-src", "connect-src", "form-action"]
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        **{directive: [SELF] for directive in OWN_ONLY},
        "base-uri": [NONE],
        "frame-ancestors": [{"self": SELF, "none": NONE}.get(s, s) for s in FRAME_ANCESTORS],
    }
}

# What one request may weigh; the desk's form of a large comparison has thousands of fields
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
LARGEST_BODY = 5 * 1024 * 1024 + 64 * 1024  # a file, and what stands beside it in its form
FILE_UPLOAD_MAX_MEMORY_SIZE = LARGEST_BODY  # no temporary files, for which a disk may be full
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000

# What operators are told; docs/operations.md says what each line and figure means
METRICS_TOKEN = read(
    "METRICS_TOKEN",
    pattern=r"([!-~]{20,})?",
    remedy="Give at least 20 letters, digits or signs, or leave it out: then there is no /metrics.",
)
LOG_FORMAT = read(
    "LOG_FORMAT",
    default="json" if PRODUCTION else "lines",
    pattern="json|lines",
    remedy="Give json for programs or lines for people.",
)
FORMATTER = "Json" if LOG_FORMAT == "json" else "Line"
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"request": {"()": "pomsite.logs.OfRequest"}},
    "formatters": {"chosen": {"()": f"pomsite.logs.{FORMATTER}"}},
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "formatter": "chosen",
            "filters": ["request"],
        }
    },
    "root": {"handlers": ["console"], "level": "INFO"},
    "loggers": {
        "django": {"handlers": [], "level": "INFO"},  # no e-mail; the root prints it
        "axes": {"level": "WARNING"},  # failures and locks, not each step on the way
    },
}

if unknown := ENV_FILE.keys() - KNOWN:
    names = f"{', '.join(sorted(unknown))}. Known are {', '.join(sorted(KNOWN))}"
    raise ImproperlyConfigured(f".env sets what nothing reads: {names}.")
