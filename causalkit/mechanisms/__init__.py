"""How one variable listens to its parents: noise, tables, functions, conditional tables with their couplings, and networks of them."""
