"""Reader of WhatsApp exports."""
