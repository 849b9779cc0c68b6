"""Estimators of claims about fees: who pays, and who stays.

- s1-repeat-purchase: `purchases`
- s3-paid-belonging: `subscribers`
- s3-willing-to-pay: `purchases`
- s4-paying-is-a-gap: `subscribers`
- s2-paid-groups-label: nobody records what it needs
- s4-filtering-raises-value: nobody records what it needs
- s4-right-product-loyal: no data could tell
"""
