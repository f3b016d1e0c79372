"""From history and regressors to forecasts: arrays in, arrays out."""
