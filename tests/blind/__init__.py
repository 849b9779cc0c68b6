"""Second routes to published estimates, written without reading the first.

Their writers had the register's text (the frozen rules and its common definitions),
the documentation of the processed tables and nothing else: not the estimators, not
their tests, not the notebooks. Each route was written before its number was compared.
"""
