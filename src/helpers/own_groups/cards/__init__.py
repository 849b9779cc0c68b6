"""The record of each group, from which every sentence, table and picture is made."""
