"""Who may: people, organisation units, role grants, sign-in."""
