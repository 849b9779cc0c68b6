"""What an estimator is given and returns: study view, gates, finding, specification."""
