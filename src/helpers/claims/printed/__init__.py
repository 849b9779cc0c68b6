"""Numbers that others printed: studies, polls of WeChat users, trials."""
