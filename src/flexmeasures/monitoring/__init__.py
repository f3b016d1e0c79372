"""Find gaps, outliers and broken limits in measurements."""
