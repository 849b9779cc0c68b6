"""From a file, folder or archive to decoded lines, rows and transcripts."""
