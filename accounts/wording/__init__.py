"""Words of pages in the language of the reader: names, lists, languages."""
