"""From where iterations end to t = 10^300, along the differential equation that iterates follow."""
