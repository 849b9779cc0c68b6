"""New names of interest-group folders that were renamed or merged.

Our reading of names and dates in the histories of three communities. A group that
only changed its name is one group; one whose work went on inside another did not die.
"""

from __future__ import annotations

TEMPLATES = frozenset({"sig-template", "sig_template", "Template"})
LONG_NAME = "sig-artificial-intelligence-and-big-data"

# older name → newest name of one group
RENAMED = {
    "kubernetes/sig-big-data": "kubernetes/ug-big-data",
    "kubernetes/sig-contribx": "kubernetes/sig-contributor-experience",
    "kubernetes/sig-federation": "kubernetes/sig-multicluster",
    "kubernetes/sig-on-prem": "kubernetes/sig-on-premise",
    "kubernetes/wg-cloud-provider": "kubernetes/sig-cloud-provider",
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
# group → the one in which its work went on, or the first it was split into
MERGED = {
    "kubernetes/sig-aws": "kubernetes/sig-cloud-provider",
    "kubernetes/sig-azure": "kubernetes/sig-cloud-provider",
    "kubernetes/sig-gcp": "kubernetes/sig-cloud-provider",
    "kubernetes/sig-ibmcloud": "kubernetes/sig-cloud-provider",
    "kubernetes/sig-openstack": "kubernetes/sig-cloud-provider",
    "kubernetes/sig-product-management": "kubernetes/sig-pm",
    "kubernetes/sig-vmware": "kubernetes/sig-cloud-provider",
    "openeuler/atune": "openeuler/A-Tune",
    "openeuler/sig-Kernel": "openeuler/Kernel",
    "openeuler/sig-KubeSphere": "openeuler/sig-K8sDistro",
    "openeuler/sig-MindSpore": "openeuler/ai",
    "openeuler/sig-OKD": "openeuler/sig-K8sDistro",
    "openeuler/sig-ai-bigdata": "openeuler/bigdata",
    "openharmony/sig_graphicsandmedia": "openharmony/sig_graphics",
}
