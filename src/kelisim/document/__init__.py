"""Documents of ministries: a yearly list that came as a spreadsheet, understood."""
