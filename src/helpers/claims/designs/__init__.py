"""Study designs shared by estimators: comparisons and their standard errors.

`hazards` asks who dies after what: landmarks, months, dated exposures. Beside it stand
counts related to what went before, and shares of what is explained.
"""
