"""Published numbers: studies, polls of WeChat users, trials."""
