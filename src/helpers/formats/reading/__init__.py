"""Reading of files, folders and archives as text lines, rows and transcripts."""
