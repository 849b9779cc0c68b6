"""Reader of the ChatLab interchange format."""
