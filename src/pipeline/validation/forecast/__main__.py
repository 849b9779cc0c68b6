"""``python -m pipeline.validation.forecast`` makes the stored tables again."""

from helpers.study import open_studies
from pipeline.validation.forecast.fitting import collect_moments, write_forecast

if __name__ == "__main__":
    write_forecast(collect_moments(open_studies()))
