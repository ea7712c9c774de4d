"""HTTP in, HTML out: a view reads a form, makes one call of an action or a query, and renders."""
