"""What lists can be narrowed by: one filter set serves page, API and export."""
