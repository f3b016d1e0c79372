"""Assets and sensors with their series, as programmes look after them."""
