"""Hand labels of messages: sampling, agreement, accuracy of classifiers."""
