"""Fees: who pays, who stays, what is talked of.

- s2-paid-groups-label: `topic_models`
- s3-paid-belonging: `retention_by_price`, `subscribers_proxy`
- s4-filtering-raises-value: `retention_by_price`
- s4-paying-is-a-gap: `retention_by_price`, `subscribers_proxy`
- s1-repeat-purchase: no data could tell
- s3-willing-to-pay: no data could tell
- s4-right-product-loyal: no data could tell
"""
