"""The parts of a report on paper, each from a snapshot to HTML; reporting/render.py lays them out and joins them."""
