"""Import of register entries: `plan` says what becomes of every row, `write` writes it; the others know, read and compare."""
