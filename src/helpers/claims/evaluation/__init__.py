"""From a claim and a study to a verdict, and from verdicts to the scoreboard."""
