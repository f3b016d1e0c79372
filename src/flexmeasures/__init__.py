"""FlexMeasures: turn data into the best use of flexible energy assets."""
