"""Maps of a current or a sensor's signal over two axes: turn-on lines, odd regions, interdot lines, photon lines."""
