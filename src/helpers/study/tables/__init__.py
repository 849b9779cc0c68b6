"""The processed tables: their definitions, and how they are derived."""
