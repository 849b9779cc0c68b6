"""What studies answer to each claim, as the words, numbers and plots of pages."""
