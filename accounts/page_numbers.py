"""The numbers that a pager shows for a list whose end is not known."""


class PageNumbers:
    """A page that knows its number and whether there is a next page, and no total.

    It has the names that `components/_pager.html` reads of Django's own pages.
    """

    number: int
    has_next: bool

    @property
    def has_previous(self) -> bool:
        return self.number > 1

    @property
    def has_other_pages(self) -> bool:
        return self.has_previous or self.has_next

    @property
    def previous_page_number(self) -> int:
        return self.number - 1

    @property
    def next_page_number(self) -> int:
        return self.number + 1
