"""All vertices of a charge stability diagram at once: the charge states of two dots with several electrons each."""
