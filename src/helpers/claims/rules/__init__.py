"""From intervals to a verdict: rules over one estimate, over several, templates."""
