"""``python -m helpers.forecast`` makes the stored tables again."""

from helpers.forecast.divisions import write_divisions
from helpers.forecast.going_on import collect_moments, write_forecast
from helpers.study import open_studies

if __name__ == "__main__":
    write_forecast(collect_moments(open_studies()))
    write_divisions(open_studies())
