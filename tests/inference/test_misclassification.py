"""A share read with errors, taken back: by formula and by simulation."""

import numpy as np
import pytest

from helpers.errors import NotIdentifiableError
from helpers.inference import Rate, correct_share

HIT, PASSED, READ = Rate(0.77, 3753), Rate(0.54, 4389), Rate(0.55, 400)


def draw_corrected(read, hit, passed, times=200_000):
    """Return corrected shares with all three rates drawn anew from their texts."""
    rng = np.random.default_rng(5)
    a, b, c = (rng.binomial(x.n, x.estimate, times) / x.n for x in (read, hit, passed))
    return np.clip((a + c - 1) / (b + c - 1), 0, 1)


def test_corrected_share_equals_the_true_share():
    """Without sampling error the correction inverts the errors."""
    read = 0.3 * HIT.estimate + 0.7 * (1 - PASSED.estimate)
    found = correct_share(Rate(read, 10**6), HIT, PASSED)
    assert found.estimate == pytest.approx(0.3)


@pytest.mark.parametrize("read", [Rate(0.55, 400), Rate(0.7, 2000), Rate(0.6, 150)])
def test_corrected_limits_equal_a_simulation(read):
    """The formula had left out the errors of both rates."""
    found = correct_share(read, HIT, PASSED)
    drawn = np.quantile(draw_corrected(read, HIT, PASSED), [0.025, 0.975])
    assert [found.low, found.high] == pytest.approx(drawn, abs=0.02)


def test_few_labels_widen_the_interval():
    """Sensitivity and specificity of a hundred texts are uncertain themselves."""
    sure = correct_share(READ, HIT, PASSED)
    unsure = correct_share(READ, Rate(0.77, 50), Rate(0.54, 50))
    assert unsure.high - unsure.low > 1.3 * (sure.high - sure.low)


def test_95_percent_of_intervals_cover():
    """Of simulated groups and label sets with known truth."""
    rng, covered, times = np.random.default_rng(8), 0, 2000
    for _ in range(times):
        hits, passes = rng.binomial(200, 0.8) / 200, rng.binomial(200, 0.7) / 200
        read = rng.binomial(300, 0.25 * 0.8 + 0.75 * 0.3) / 300
        found = correct_share(Rate(read, 300), Rate(hits, 200), Rate(passes, 200))
        covered += found.low <= 0.25 <= found.high
    assert 0.935 < covered / times < 0.98


def test_classifier_no_better_than_chance_is_refused():
    """Dividing by nearly nothing had given any share at all."""
    with pytest.raises(NotIdentifiableError, match="chance"):
        correct_share(READ, Rate(0.5, 100), Rate(0.5, 100))
