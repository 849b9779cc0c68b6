"""What a number depends on is found by reading the imports."""

from helpers.claims.sources import code_checksum, sources_of


def test_packages_and_their_parts_are_followed():
    """An estimator's designs and the survival room behind them are part of it."""
    found = sources_of("helpers.claims.exposures")

    assert {
        "helpers.claims.designs.landmark",
        "helpers.survival.cox",
        "helpers.survival.partial_likelihood",
        "helpers.claims.gates",
    } <= set(found)


def test_neighbours_are_not():
    """An estimator of another theme can change without it."""
    found = sources_of("helpers.claims.exposures")

    assert "helpers.claims.lurkers" not in found
    assert "helpers.claims.combine" not in found


def test_two_modules_have_two_checksums():
    """And the same two the same one."""
    names = ("helpers.claims.exposures", "helpers.claims.lurkers")

    assert len({code_checksum(name) for name in names}) == 2
    assert code_checksum(*names) == code_checksum(*reversed(names))
