"""The figures that are measured: each row says what, beside which limit, how far."""
