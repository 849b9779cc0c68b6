"""Readers of whatsapp exports."""
