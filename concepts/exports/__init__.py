"""A page in forms that other programs take in: tables, schemas, questions for learning platforms.

Each module makes text or bytes of plain data; nothing here asks the database.
"""
