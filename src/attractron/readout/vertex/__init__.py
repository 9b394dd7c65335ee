"""Images of a charge stability diagram: the vertex where the lines of two dots meet, fitted pixel by pixel."""
