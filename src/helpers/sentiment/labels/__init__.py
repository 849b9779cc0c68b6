"""Hand labels: samples, agreement, and what instruments are worth against them."""
