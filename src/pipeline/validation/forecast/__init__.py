"""The stored forecasts: fitted, and tested on sources that were left out."""
