"""Date and number formats: unambiguous days everywhere (22 Nov 2026)."""
