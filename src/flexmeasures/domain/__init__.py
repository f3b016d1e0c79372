"""The words of the field: values without any service behind them."""
