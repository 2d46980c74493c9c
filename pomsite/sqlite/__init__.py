"""The database backend of SQLite, which Django finds in `base`."""
