"""Readers of mattermost exports."""
