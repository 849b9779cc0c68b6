"""Instruments fitted to own labels, and that none is judged on what it has seen."""

import numpy as np
import pytest
from scipy import special

from helpers.errors import NotIdentifiableError
from helpers.sentiment.labels import domain
from helpers.sentiment.labels.agreement import compute_auc

WORDS = "天地人你我他山水火土金木日月星风雨雷电云"
GOOD, BAD = ["很好吃", "满意", "不错", "喜欢"], ["太差了", "垃圾", "失望", "难吃"]


def planted(n, seed, noise=0.1):
    """Return unique texts whose words say their label, but for some noise."""
    chance = np.random.default_rng(seed)
    truth = chance.random(n) < 0.5
    said = truth ^ (chance.random(n) < noise)
    texts = [
        f"{chance.choice(GOOD if side else BAD)}第{i}次来"
        for i, side in enumerate(said)
    ]
    return texts, truth


@pytest.mark.equality
def test_bayes_scores_equal_snownlps_training():
    """Fitted on the same labels, scores are those of SnowNLP's `train`."""
    from helpers.sentiment.kernel import reference

    texts, truth = planted(80, 1)
    own = type(reference.sentiment.classifier)()
    sides = ([t for t, y in zip(texts, truth, strict=True) if y == k] for k in (0, 1))
    own.train(*sides)
    new = [*planted(40, 2)[0], "", "从没见过的词", "好 qqx"]
    expected = [own.classify(text) for text in new]
    assert domain.fit_bayes(texts, truth)(new) == pytest.approx(expected, rel=1e-9)


def test_logistic_is_at_its_optimum():
    """The gradient of the penalised likelihood vanishes at the fitted weights."""
    texts, truth = planted(120, 3)
    grams = domain._Grams.of(texts)
    names = np.unique(grams.name)
    features = grams.features(names, np.ones(len(names)))
    weights = domain._fit_weights(features, truth.astype(float))
    error = special.expit(features @ weights[1:] + weights[0]) - truth
    assert abs(error.sum()) < 1e-3
    assert abs(features.T @ error + domain.PENALTY * weights[1:]).max() < 1e-3


def test_tf_idf_features_equal_hand_computed_ones():
    """Frequencies times rarity, rows of length one; a one-letter text has one gram."""
    grams = domain._Grams.of(["aab", "", "b"])
    a, b, aa, ab = 98, 99, 98 | 98 << 21, 98 | 99 << 21
    names = np.array(sorted([a, b, aa, ab], key=int), np.uint64)
    rows = grams.features(names, np.array([1.0, 3.0, 1.0, 1.0])).toarray()
    spelt = {98 << 21 | 98: aa, 98 << 21 | 99: ab}
    assert len(spelt) == 2
    assert rows[1].tolist() == [0, 0, 0, 0]
    assert rows[2].tolist() == [0, 1, 0, 0]
    assert rows[0, :2] / rows[0, 0] == pytest.approx([1, 1.5])
    assert (rows[0] ** 2).sum() == pytest.approx(1)


@pytest.mark.parametrize("learner", [domain.fit_bayes, domain.fit_logistic])
def test_cross_validation_recovers_simulated_labels(learner):
    """Out-of-fold scores tell the labels apart as well as the noise allows."""
    texts, truth = planted(300, 4)
    scores = domain.cross_validate(learner, texts, truth, seed=1)
    assert ((scores > 0) & (scores < 1)).all()
    assert compute_auc(scores, truth).estimate > 0.8


def test_random_labels_give_an_auc_near_one_half():
    """Labels that texts do not tell are not told: AUC near one half."""
    texts, truth = planted(300, 5, noise=0.5)
    scores = domain.cross_validate(domain.fit_logistic, texts, truth, seed=1)
    assert abs(compute_auc(scores, truth).estimate - 0.5) < 0.1


def test_repeated_texts_are_refused_in_cross_validation():
    """A text that stands twice is refused; `unique_texts` keeps one, or neither."""
    texts, truth = ["a", "a", "b", "c", "c"], [True, True, False, True, False]
    with pytest.raises(NotIdentifiableError, match="twice"):
        domain.cross_validate(domain.fit_bayes, texts, np.array(truth), folds=2, seed=1)
    kept, sides = domain.drop_repeated_texts(texts, truth)
    assert (kept, sides.tolist()) == (["a", "b"], [True, False])


def test_no_text_is_scored_by_a_model_that_saw_it():
    """Every learner call leaves out the texts it is then asked about."""
    seen = []

    def learner(texts, positive):
        seen.append((set(texts), positive.mean()))
        return lambda new: np.full(len(new), float(bool(set(new) & set(texts))))

    texts, truth = planted(100, 6)
    scores = domain.cross_validate(learner, texts, truth, seed=1)
    assert scores.tolist() == [0.0] * 100
    shares = [share for _, share in seen]
    assert max(shares) - min(shares) < 0.02


def worded(seed=1, n=3_000):
    """Return messages and whether each is off topic, which one word mostly tells."""
    chance = np.random.default_rng(seed)
    truth = chance.random(n) < 0.3
    texts = ["".join(chance.choice(list(WORDS), 6)) for _ in range(n)]
    tells = truth & (chance.random(n) < 0.8)
    return [
        text + "球" * int(tell) for text, tell in zip(texts, tells, strict=True)
    ], truth


def test_unlabelled_messages_are_classified_from_labelled_ones():
    """Messages nobody read are told apart by what was read of others."""
    texts, truth = worded()
    known = np.arange(0, 3_000, 5)
    found = domain.cross_read(texts, known, truth[known], known % 40)
    rest = np.setdiff1d(np.arange(3_000), known)
    assert found[rest][truth[rest]].mean() > found[rest][~truth[rest]].mean() + 0.4


def test_message_is_not_classified_by_its_own_label():
    """Labels of pure chance are not found again in the messages that carry them."""
    texts, _ = worded()
    known = np.arange(0, 3_000, 5)
    chance = np.random.default_rng(2).random(len(known)) < 0.5
    found = domain.cross_read(texts, known, chance, known % 40)[known]
    assert abs(np.corrcoef(found, chance)[0, 1]) < 0.12


def test_the_corrected_share_stays_unbiased():
    """Over samples F + L(Y − F)/π has the mean of people's answers."""
    texts, truth = worded(n=600)
    means = []
    for seed in range(40):
        known = np.flatnonzero(np.random.default_rng(seed).random(600) < 0.4)
        found = domain.cross_read(texts, known, truth[known], known % 40)
        found[known] += (truth[known] - found[known]) / 0.4
        means.append(found.mean())
    error = np.std(means) / np.sqrt(len(means))
    assert abs(np.mean(means) - truth.mean()) < 3.5 * error


def test_too_few_labels_give_even_probabilities():
    """With nine of one answer every message is as likely as not."""
    texts, truth = worded(n=200)
    known = np.concatenate([np.flatnonzero(truth)[:9], np.flatnonzero(~truth)[:90]])
    assert set(domain.cross_read(texts, known, truth[known], known % 9)) == {
        domain.EVEN
    }
