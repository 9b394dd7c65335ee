"""Energy integrals of the rates of second and third order, in closed form."""
