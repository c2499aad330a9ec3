"""Plumbing that no PMO person has a word for: history, mail, imports, attachments, references, money."""
