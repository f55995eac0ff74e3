"""Writes reports into files: separated values, workbooks, data frames, pages to print (RPT-07, X-ANA-05, X-ANA-09)."""
