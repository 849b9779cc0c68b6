"""Reader of Telegram exports."""
