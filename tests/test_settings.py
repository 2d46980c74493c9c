"""Settings: what each variable decides, and what is refused."""

import os
import re
import runpy
import shutil
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as project
from django.core.exceptions import ImproperlyConfigured

Load = Callable[..., dict[str, Any]]

SECRET = "s3cret-" * 8
PRODUCTION = {
    "SITE_URL": "https://pom.example.edu",
    "SECRET_KEY": SECRET,
    "ALLOWED_HOSTS": "pom.example.edu",
}


@pytest.fixture
def load(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Load:
    """Return a function that runs a copy of the settings in a folder and environment of its own."""
    copy = tmp_path / "pomsite" / "settings.py"
    copy.parent.mkdir()
    shutil.copy(project.BASE_DIR / "pomsite" / "settings.py", copy)

    def run(**environment: str) -> dict[str, Any]:
        with monkeypatch.context() as patch:
            patch.setattr(os, "environ", environment)
            return runpy.run_path(str(copy))

    return run


def test_nothing_given_is_a_local_site_on_sqlite(load: Load, tmp_path: Path) -> None:
    values = load()
    assert values["SITE_URL"] == "http://127.0.0.1:8000"
    assert values["DEBUG"] is False
    assert values["ALLOWED_HOSTS"] == ["127.0.0.1", "localhost"]
    assert values["SITE_NAME"] == "POM, explained"
    assert values["CONTACT"] == ""
    assert values["TIME_ZONE"] == "UTC"
    assert values["MEDIA_ROOT"] == tmp_path / "media"
    assert values["CACHES"]["default"]["BACKEND"] == "django.core.cache.backends.locmem.LocMemCache"
    assert values["DATABASES"]["default"]["NAME"] == tmp_path / "db.sqlite3"


def test_sqlite_connections_persist_and_writers_queue(load: Load) -> None:
    database = load()["DATABASES"]["default"]
    assert database["CONN_MAX_AGE"] is None
    assert database["CONN_HEALTH_CHECKS"] is True
    assert database["OPTIONS"] == {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": (
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON"
        ),
    }


def test_postgresql_connections_persist_and_give_up_in_time(load: Load) -> None:
    url = "postgres://pom:p%40ss@db.example.edu:5433/site?sslmode=require"
    database = load(DATABASE_URL=url)["DATABASES"]["default"]
    assert database["ENGINE"] == "pomsite.postgresql"
    assert (database["USER"], database["PASSWORD"]) == ("pom", "p@ss")
    assert (database["HOST"], database["PORT"]) == ("db.example.edu", 5433)
    assert database["NAME"] == "site"
    assert database["CONN_MAX_AGE"] is None
    assert database["CONN_HEALTH_CHECKS"] is True
    assert database["OPTIONS"] == {
        "options": "-c statement_timeout=10s -c lock_timeout=5s",
        "sslmode": "require",
        "connect_timeout": 2,
        "keepalives_idle": 30,
        "keepalives_interval": 5,
        "keepalives_count": 3,
        "tcp_user_timeout": 15_000,
    }


def test_options_of_an_operator_come_after_the_limits_of_time(load: Load) -> None:
    url = "postgres://db.example.edu/site?options=-c%20search_path%3Dpom&connect_timeout=9"
    options = load(DATABASE_URL=url, STATEMENT_TIMEOUT="4")["DATABASES"]["default"]["OPTIONS"]
    assert options["options"] == ("-c statement_timeout=4s -c lock_timeout=5s -c search_path=pom")
    assert options["connect_timeout"] == 9


def test_a_replica_is_a_second_database_that_refuses_writes(load: Load) -> None:
    main, replica = "postgres://pom@a.example.edu/site", "postgres://pom@b.example.edu/site"
    values = load(DATABASE_URL=main, DATABASE_REPLICA_URL=replica)
    database = values["DATABASES"]["replica"]
    assert database["HOST"] == "b.example.edu"
    assert "-c default_transaction_read_only=on" in database["OPTIONS"]["options"]
    assert "statement_timeout=10s" in database["OPTIONS"]["options"]
    assert database["CONN_MAX_AGE"] is None
    assert database["TEST"] == {"MIRROR": "default"}
    assert values["DATABASE_ROUTERS"] == ["pomsite.replica.Router"]
    alone = load(DATABASE_URL=main)
    assert (list(alone["DATABASES"]), alone["DATABASE_ROUTERS"]) == (["default"], [])


def test_a_sqlite_file_has_no_replica(load: Load) -> None:
    with pytest.raises(ImproperlyConfigured, match="^DATABASE_REPLICA_URL is wrong"):
        load(DATABASE_REPLICA_URL="postgres://b.example.edu/site")


@pytest.mark.parametrize("url", ["postgres://127.0.0.1:5432/test", "postgresql:///test"])
def test_postgresql_needs_no_user_in_its_address(load: Load, url: str) -> None:
    assert load(DATABASE_URL=url)["DATABASES"]["default"]["NAME"] == "test"


def test_an_absolute_sqlite_path_is_kept(load: Load) -> None:
    values = load(DATABASE_URL="sqlite:////srv/pom/db.sqlite3")
    assert values["DATABASES"]["default"]["NAME"] == Path("/srv/pom/db.sqlite3")


def test_the_port_of_make_serve_is_the_port_of_the_address(load: Load) -> None:
    assert load(PORT="8010")["SITE_URL"] == "http://127.0.0.1:8010"


def test_a_slash_at_the_end_of_the_address_is_dropped(load: Load) -> None:
    assert load(SITE_URL="http://localhost:9000/")["SITE_URL"] == "http://localhost:9000"


def test_the_local_secret_is_made_once_and_read_by_its_owner_alone(
    load: Load, tmp_path: Path
) -> None:
    first = load()["SECRET_KEY"]
    assert len(first) >= 50
    assert load()["SECRET_KEY"] == first
    assert stat.S_IMODE((tmp_path / ".secret-key").stat().st_mode) == 0o600


def test_of_two_processes_that_make_the_local_secret_the_first_wins(
    load: Load, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep = load(SECRET_KEY=SECRET)["keep_local_secret"]
    path = tmp_path / ".secret-key"
    path.write_text("the other's")
    monkeypatch.setattr(Path, "exists", lambda self: False)
    assert keep(path) == "the other's"


def test_a_given_secret_leaves_no_file(load: Load, tmp_path: Path) -> None:
    assert load(SECRET_KEY=SECRET)["SECRET_KEY"] == SECRET
    assert not (tmp_path / ".secret-key").exists()


def test_production_turns_all_its_settings_on(load: Load) -> None:
    values = load(**PRODUCTION)
    assert values["SECURE_SSL_REDIRECT"] is True
    assert values["SECURE_HSTS_SECONDS"] == 63_072_000
    assert values["SECURE_HSTS_INCLUDE_SUBDOMAINS"] is True
    assert values["SECOND_FACTOR_REQUIRED"] is True
    assert values["SESSION_COOKIE_NAME"] == "__Host-sessionid"
    assert values["SESSION_COOKIE_SECURE"] is True
    assert values["CSRF_COOKIE_NAME"] == "__Host-csrftoken"
    assert values["CSRF_COOKIE_SECURE"] is True
    assert values["CSRF_TRUSTED_ORIGINS"] == ["https://pom.example.edu"]
    assert "Manifest" in values["STORAGES"]["staticfiles"]["BACKEND"]
    assert values["WHITENOISE_USE_FINDERS"] is False


def test_local_mode_asks_nothing_that_needs_https(load: Load) -> None:
    values = load()
    assert values["SECURE_SSL_REDIRECT"] is False
    assert values["SECURE_HSTS_SECONDS"] == 0
    assert values["SECOND_FACTOR_REQUIRED"] is False
    assert values["SESSION_COOKIE_NAME"] == "sessionid"
    assert values["SESSION_COOKIE_SECURE"] is False
    assert values["CSRF_COOKIE_NAME"] == "csrftoken"
    assert values["CSRF_COOKIE_SECURE"] is False
    assert values["WHITENOISE_USE_FINDERS"] is True


@pytest.mark.parametrize("missing", ["SECRET_KEY", "ALLOWED_HOSTS"])
def test_production_refuses_to_start_without(load: Load, missing: str) -> None:
    given = {name: value for name, value in PRODUCTION.items() if name != missing}
    with pytest.raises(ImproperlyConfigured, match=f"^{missing} is missing"):
        load(**given)


def test_the_remedy_for_a_missing_secret_makes_one(load: Load) -> None:
    with pytest.raises(ImproperlyConfigured, match=r"python3 -c 'import secrets; print") as refusal:
        load(**PRODUCTION | {"SECRET_KEY": "short"})
    command = re.search(r"python3 -c '(.*)'", str(refusal.value))
    assert command
    exec(command[1], {"print": lambda key: load(**PRODUCTION | {"SECRET_KEY": key})})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SITE_URL", "pom.example.edu"),
        ("SITE_URL", "ftp://pom.example.edu"),
        ("SITE_URL", "http://pom.example.edu"),
        ("SITE_URL", "http://127.0.0.1.example.edu"),
        ("SITE_URL", "https://pom.example.edu/site"),
        ("SITE_URL", "https://user@pom.example.edu"),
        ("SITE_URL", "https://pom.example.edu:port"),
        ("SITE_URL", "https://"),
        ("PORT", "eight"),
        ("DATABASE_URL", "mysql://127.0.0.1/test"),
        ("DATABASE_URL", "db.sqlite3"),
        ("DATABASE_URL", "sqlite:///"),
        ("DATABASE_URL", "sqlite:///:memory:"),
        ("DATABASE_URL", "postgres://127.0.0.1:5432/"),
        ("DATABASE_URL", "postgres://127.0.0.1:port/test"),
        ("DATABASE_URL", "postgres://pom:p#ss@127.0.0.1/test"),
        ("CACHE_URL", "memcached://127.0.0.1"),
        ("CACHE_URL", "redis://"),
        ("SECRET_KEY", "short"),
        ("SECRET_KEY_FALLBACKS", "short"),
        ("TRUSTED_PROXIES", "proxy.example.edu"),
        ("TRUSTED_PROXIES", "10.0.3.1/24"),
        ("TRUSTED_PROXIES", "0.0.0.0/0"),
        ("TRUSTED_PROXIES", "127.0.0.1,::/0"),
        ("STATEMENT_TIMEOUT", "10s"),
        ("DATABASE_REPLICA_URL", "sqlite:///other.sqlite3"),
        ("MEDIA_STORAGE_URL", "https://s3.example.edu/bucket"),
        ("MEDIA_STORAGE_URL", "s3://bucket?endpoint=s3.example.edu"),
        ("MEDIA_STORAGE_URL", "s3://bucket?acl=public-read"),
        ("AWS_SECRET_ACCESS_KEY", "without a name"),
        ("ALLOWED_HOSTS", "*"),
        ("ALLOWED_HOSTS", "https://localhost"),
        ("ALLOWED_HOSTS", "localhost:8000"),
        ("ALLOWED_HOSTS", "elsewhere.example.edu"),
        ("DEBUG", "maybe"),
        ("SITE_NAME", "two\nlines"),
        ("CONTACT", "the editors"),
        ("TIME_ZONE", "Berlin"),
        ("TIME_ZONE", "../../etc/passwd"),
        ("FRAME_ANCESTORS", "https://a.example; script-src *"),
        ("FRAME_ANCESTORS", "http://learn.example.edu"),
    ],
)
def test_a_malformed_value_is_refused_with_how_to_mend_it(
    load: Load, name: str, value: str
) -> None:
    named = "SITE_URL" if name == "PORT" else name
    with pytest.raises(ImproperlyConfigured, match=rf"^{named} \w+ .*\. \w.*"):
        load(**{name: value})


def test_a_refusal_does_not_show_the_value(load: Load) -> None:
    with pytest.raises(ImproperlyConfigured) as refusal:
        load(DATABASE_URL="mysql://pom:hunter2@127.0.0.1/test")
    assert "hunter2" not in str(refusal.value)


def test_production_refuses_debug(load: Load) -> None:
    assert load(DEBUG="1")["DEBUG"] is True
    with pytest.raises(ImproperlyConfigured, match="^DEBUG is wrong"):
        load(**PRODUCTION, DEBUG="1")


def test_production_refuses_host_names_without_its_own(load: Load) -> None:
    with pytest.raises(ImproperlyConfigured, match="^ALLOWED_HOSTS lacks the host of SITE_URL"):
        load(**PRODUCTION | {"ALLOWED_HOSTS": "www.example.edu"})


def test_several_host_names_are_parted_by_commas_or_spaces(load: Load) -> None:
    hosts = load(**PRODUCTION | {"ALLOWED_HOSTS": "pom.example.edu, .example.org other.test"})
    assert hosts["ALLOWED_HOSTS"] == ["pom.example.edu", ".example.org", "other.test"]


def test_redis_is_used_when_given(load: Load) -> None:
    cache = load(CACHE_URL="redis://127.0.0.1:6379/0")["CACHES"]["default"]
    assert cache["BACKEND"] == "pomsite.caches.Forgiving"
    assert cache["LOCATION"] == "redis://127.0.0.1:6379/0"


def test_keys_of_before_are_still_good(load: Load) -> None:
    assert load()["SECRET_KEY_FALLBACKS"] == []
    before = "before-" * 8
    assert load(SECRET_KEY_FALLBACKS=f"{SECRET},{before}")["SECRET_KEY_FALLBACKS"] == [
        SECRET,
        before,
    ]


def test_proxies_are_addresses_and_networks(load: Load) -> None:
    assert load()["TRUSTED_PROXIES"] == []
    given = "127.0.0.1, 10.0.3.0/24 fd00::/8"
    assert load(TRUSTED_PROXIES=given)["TRUSTED_PROXIES"] == [
        "127.0.0.1/32",
        "10.0.3.0/24",
        "fd00::/8",
    ]


def test_pictures_go_into_a_folder_or_a_bucket(load: Load) -> None:
    assert load()["STORAGES"]["default"]["BACKEND"].endswith("FileSystemStorage")
    url = "s3://pom-media/site?endpoint=https://s3.example.edu:9000&region=eu-1"
    keys = {"AWS_ACCESS_KEY_ID": "name", "AWS_SECRET_ACCESS_KEY": "secret"}
    assert load(MEDIA_STORAGE_URL=url, **keys)["STORAGES"]["default"] == {
        "BACKEND": "pomsite.objects.Objects",
        "OPTIONS": {
            "bucket_name": "pom-media",
            "location": "site",
            "endpoint_url": "https://s3.example.edu:9000",
            "region_name": "eu-1",
            "access_key": "name",
            "secret_key": "secret",
        },
    }
    bare = load(MEDIA_STORAGE_URL="s3://pom-media")["STORAGES"]["default"]["OPTIONS"]
    assert (bare["location"], bare["endpoint_url"], bare["access_key"]) == ("", None, None)


def test_frame_ancestors_narrow_who_may_frame_public_pages(load: Load) -> None:
    def framing(**environment: str) -> Any:
        return load(**environment)["CONTENT_SECURITY_POLICY"]["DIRECTIVES"]["frame-ancestors"]

    assert framing() == ["*"]
    assert framing(FRAME_ANCESTORS="none") == ["'none'"]
    assert framing(FRAME_ANCESTORS="self https://*.example.edu:8443") == [
        "'self'",
        "https://*.example.edu:8443",
    ]


def test_the_env_file_is_read_and_the_environment_wins(load: Load, tmp_path: Path) -> None:
    (tmp_path / ".env").write_text(
        "# names\n"
        "SITE_NAME = \"Operations, 'explained'\"\n\n"
        "CONTACT=file@example.edu\nTIME_ZONE='Asia/Tokyo'\n"
    )
    values = load(CONTACT="environment@example.edu", TIME_ZONE="")
    assert values["SITE_NAME"] == "Operations, 'explained'"
    assert values["CONTACT"] == "environment@example.edu"
    assert values["TIME_ZONE"] == "UTC"


@pytest.mark.parametrize("line", ["ALOWED_HOSTS=x", "no variable at all", "PORT=8010"])
def test_a_line_of_the_env_file_that_sets_nothing_known_is_refused(
    load: Load, tmp_path: Path, line: str
) -> None:
    (tmp_path / ".env").write_text(f"{line}\n")
    with pytest.raises(ImproperlyConfigured, match=r"sets what nothing reads: .*ALLOWED_HOSTS"):
        load()


def test_addresses_of_files_begin_with_a_slash() -> None:
    # Without it they would take on the prefix of the first request for a past day.
    assert project.STATIC_URL == "/static/"
    assert project.MEDIA_URL == "/media/"


def test_requests_may_weigh_one_megabyte_and_ten_thousand_fields() -> None:
    assert project.DATA_UPLOAD_MAX_MEMORY_SIZE == 1_048_576
    assert project.DATA_UPLOAD_MAX_NUMBER_FIELDS == 10_000
    assert project.LARGEST_BODY == 5_308_416


def test_passwords_are_hashed_with_argon2(load: Load) -> None:
    assert load()["PASSWORD_HASHERS"][0].endswith("Argon2PasswordHasher")


def test_the_public_policy_lets_nothing_in_but_the_site_itself(load: Load) -> None:
    assert load()["CONTENT_SECURITY_POLICY"]["DIRECTIVES"] == {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "form-action": ["'self'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["*"],
    }


def test_make_test_hides_what_a_developer_has_set(load: Load) -> None:
    makefile = (project.BASE_DIR / "Makefile").read_text(encoding="utf-8")
    plain = re.search(r"^PLAIN := env ((?:.|\\\n)*?)[^\\]$", makefile, re.MULTILINE)
    assert plain
    assert set(re.findall(r"([A-Z_]+)=", plain[0])) == load()["KNOWN"] | {"PORT"}
