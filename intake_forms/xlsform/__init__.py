"""Forms as practitioners write them: XLSForm spreadsheets, read and written. Loaded by `panah forms` alone."""
