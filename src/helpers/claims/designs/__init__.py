"""Study designs shared by estimators: comparisons and their standard errors.

`hazards` asks who dies after what: landmarks, months, dated exposures; `rates` relates
counts to what went before; `importance` shares out what is explained.
"""
