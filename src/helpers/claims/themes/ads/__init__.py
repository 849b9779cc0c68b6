"""Estimators of claims about advertisements.

- s0-ads-are-the-last-posters: `last_posters`, `links_as_bound`
- s1-ad-flood-is-death: `ad_floods`
- s3-training-utilitarian: `last_posters`
"""
