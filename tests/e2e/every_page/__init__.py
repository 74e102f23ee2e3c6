"""Every page of the product in a browser, as every kind of person who may open it."""
