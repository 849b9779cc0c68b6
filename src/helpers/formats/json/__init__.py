"""Walking large and broken-off JSON without holding it in memory."""
