"""Open chat exports: files, folders and archives as lines, rows and chats."""
