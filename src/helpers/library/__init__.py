"""Functions offered by ``import helpers as sq``, one module per subject."""
