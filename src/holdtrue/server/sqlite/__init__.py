"""The office's database on SQLite: Django's own backend, in which writers take turns."""
