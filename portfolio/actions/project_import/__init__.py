"""Import of projects (docs/adr/0005-import.md): `plan` says what becomes of every row, `write` writes it; known rows, rows meant by title."""
