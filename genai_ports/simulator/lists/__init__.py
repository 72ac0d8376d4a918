"""Lists: filters, sort keys, pages, and the modes that make responses awkward."""
