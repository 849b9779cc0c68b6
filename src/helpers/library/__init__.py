"""The functions that ``import helpers as sq`` offers, one module per subject."""
