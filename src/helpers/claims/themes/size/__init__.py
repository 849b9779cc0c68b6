"""How many members and posters groups have, and what becomes of them.

- s0-size-stagnation-shell: `sizes`, `standstill_proxy`
- s0-size-10-30-best: `sizes`, `posters_proxy`, `sizes_by_dates_proxy`
- s0-future-groups-small: `sizes`
- s1-zombie-members-useless: `sizes`, `listed_members_proxy`
- s4-retention-beats-acquisition: `retention`
- s4-quality-over-quantity: `core_share_and_size`, `one_group_proxy`
"""
