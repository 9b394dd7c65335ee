"""Images of a charge stability diagram: the vertex where the lines of two dots meet, fitted pixel by pixel.

`vertex` is the question, `model` the formula, `fit` the fit, `scan_noise` whitens it; `geometry` and `interaction` make
triple points, lever arms and W_eff of its parameters, `status` says whether there is a vertex, by how well it describes
the image (`goodness_of_fit`) and what else may do so (`rivals`).
"""
