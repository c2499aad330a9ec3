"""The first-run demonstration: two real GMPP years through the product's own import, with made-up people and months."""
