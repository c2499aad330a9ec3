"""Import of tables: reading files, the registry of targets, and the sentences of what was found.

A room registers what its tables can be loaded into (`core.imports.registry`); everything else is shared by the
wizard in the browser and `manage.py import_portfolio`, and runs as a job (`core.actions.imports`).
"""
