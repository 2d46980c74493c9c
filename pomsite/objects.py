"""Pictures in an object storage that speaks S3: any number of machines then show the same.

They are read through the site, so that links and policies stay the site's own, and whatever
fails there is an error of input and output, as of a disk.
"""

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from django.core.files.base import ContentFile, File
from storages.backends.s3 import S3Storage

FAILED = "The object storage failed ({})."


class Objects(S3Storage):  # type: ignore[misc]
    """The storage of django-storages, with short patience and the errors of a file system.

    A file is sent and fetched whole, in one request: pictures have at most 5 MB.
    """

    def __init__(self, **settings: Any) -> None:
        patience = {
            "connect_timeout": 2,
            "read_timeout": 5,
            "retries": {"total_max_attempts": 1},
        }
        super().__init__(client_config=Config(**patience), **settings)

    @property
    def _client(self) -> Any:
        """The client of this thread."""
        return self.connection.meta.client

    def _place(self, name: str) -> dict[str, str]:
        return {"Bucket": self.bucket_name, "Key": self._normalize_name(name)}

    def _open(self, name: str, mode: str = "rb") -> "File[bytes]":
        """The file, read whole in one request. Raises FileNotFoundError, or OSError."""
        with _as_of_a_disk():
            found = self._client.get_object(**self._place(name))
            return ContentFile(found["Body"].read(), name)

    def _save(self, name: str, content: "File[bytes]") -> str:
        content.seek(0)
        told = self._get_write_parameters(name, content)
        with _as_of_a_disk():
            self._client.put_object(Body=content.read(), **self._place(name), **told)
        return name

    def exists(self, name: str) -> bool:
        """Whether there is such a file. Raises OSError."""
        with _as_of_a_disk():
            return bool(super().exists(name))

    def delete(self, name: str) -> None:
        """Delete a file. Raises OSError."""
        with _as_of_a_disk():
            super().delete(name)

    def listdir(self, name: str) -> tuple[list[str], list[str]]:
        """Folders and files in a folder. Raises OSError."""
        with _as_of_a_disk():
            folders, files = super().listdir(name)
            return folders, files


@contextmanager
def _as_of_a_disk() -> Iterator[None]:
    try:
        yield
    except ClientError as error:
        status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode")
        if status == 404 and error.response["Error"].get("Code") != "NoSuchBucket":
            raise FileNotFoundError(errno.ENOENT, "There is no such file.") from error
        raise OSError(errno.EIO, FAILED.format(status)) from error
    except BotoCoreError as error:
        raise OSError(errno.EIO, FAILED.format(type(error).__name__)) from error
