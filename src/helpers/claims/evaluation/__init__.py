"""Evaluate claims on studies: verdicts, their combination and the scoreboard."""
