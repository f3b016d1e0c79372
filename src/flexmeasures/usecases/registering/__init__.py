"""Make assets, sensors, markets and weather sensors."""
