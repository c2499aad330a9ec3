"""Import of status updates (docs/adr/0005-import.md): spread what stands in a column a month, plan, write."""
