"""Reader of Slack exports."""
