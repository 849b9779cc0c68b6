"""New names of interest-group folders that were renamed.

Our reading of names and dates in the histories of two communities. A group that only
changed its name is one group.
"""

from __future__ import annotations

TEMPLATES = frozenset({"sig-template", "sig_template", "Template"})
LONG_NAME = "sig-artificial-intelligence-and-big-data"

# older name → newest name of one group
RENAMED = {
    "openeuler/Documentaion": "openeuler/doc",
    "openeuler/UKUI": "openeuler/sig-UKUI",
    "openeuler/sig-ARM-Native": "openeuler/sig-arm-native",
    "openeuler/sig-RaspberryPi": "openeuler/sig-SBC",
    "openeuler/sig-Service-Standardization": "openeuler/sig-Talent-and-Service",
    f"openeuler/{LONG_NAME}": "openeuler/sig-ai-bigdata",
    "openeuler/sig-bounds_checking_function": "openeuler/sig-libboundscheck",
    "openeuler/sig-ceph": "openeuler/sig-SDS",
    "openeuler/sig-wine": "openeuler/sig-compat-winapp",
}
