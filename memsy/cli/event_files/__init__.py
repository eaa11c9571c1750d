"""Files of events: JSON Lines, CSV and Parquet."""
