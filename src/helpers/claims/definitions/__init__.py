"""What counts as what: deaths, labels and codings of groups, exact shares."""
