"""Hand labels: sampling, agreement, and accuracy of classifiers."""
