"""Paper: HTML parts laid out in a limited child process, joined with their tags, numbered and checked.

child.py   runs WeasyPrint away from us, with a memory limit
layout.py  hands parts to children, keeps finished ones by content
join.py    one document of many tagged parts
stamp.py   running header and "Page x of y", as artifacts
check.py   is it still PDF/UA? (used by the tests and before a report is sent)
"""
