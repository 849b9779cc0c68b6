"""Reader of Mattermost exports."""
