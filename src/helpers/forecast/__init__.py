"""What can be foretold of a group: its future talk, and its first pause."""

from helpers.forecast.first_pause import chance_of_no_pause
from helpers.forecast.going_on import Chance, chance_of_going_on

__all__ = ["Chance", "chance_of_going_on", "chance_of_no_pause"]
