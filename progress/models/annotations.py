"""Attributes of a row that a query adds, and that no rule may guess."""

from typing import Generic, Self, TypeVar, overload

from django.db.models import Model

Value = TypeVar("Value")


class NotAnnotatedError(RuntimeError):
    """An annotation was read on a row whose query did not add it.

    It is no AttributeError: Django REST framework reads that one as null.
    """


class Annotation(Generic[Value]):
    """An attribute that exists only where a query annotated it: `set_by` names how.

    Django writes annotations into the instance, which then hide this descriptor.
    """

    def __init__(self, set_by: str) -> None:
        self.set_by = set_by

    def __set_name__(self, owner: type[Model], name: str) -> None:
        self.name = f"{owner.__name__}.{name}"

    @overload
    def __get__(self, instance: None, owner: type[Model]) -> Self: ...
    @overload
    def __get__(self, instance: Model, owner: type[Model]) -> Value: ...
    def __get__(self, instance: Model | None, owner: type[Model]) -> Self | Value:
        if instance is None:
            return self
        raise NotAnnotatedError(f"{self.name} was not read: call `{self.set_by}`.")
