"""What makes this project's own data, answers and pages; not what users install."""
