"""Estimators of claims about fees: who pays, and who stays.

- s1-repeat-purchase: `purchases_proxy`
- s3-paid-belonging: `retention_by_price`, `subscribers_proxy`
- s3-willing-to-pay: `purchases_proxy`
- s4-paying-is-a-gap: `retention_by_price`, `subscribers_proxy`
- s2-paid-groups-label: nobody records what it needs
- s4-filtering-raises-value: nobody records what it needs
- s4-right-product-loyal: no data could tell
"""
