"""How every form is marked up: templates/django/forms/, and how long a text may be."""

from typing import Any

from django.forms import BoundField, Textarea, Widget
from django.forms.renderers import TemplatesSetting
from django.utils.formats import number_format


class LimitedField(BoundField):
    """A field that says how many characters fit, where a text may be long.

    Browsers enforce `maxlength` by cutting what is pasted, without a word. Nothing
    typed may be lost, so long texts go without it: the limit is said beside the field
    and checked by the form.
    """

    @property
    def max_length(self) -> int | None:
        """The limit of a long text; None where there is none to tell."""
        if isinstance(self.field.widget, Textarea):
            return getattr(self.field, "max_length", None)
        return None

    @property
    def limit(self) -> str:
        """The limit as the reader's language writes numbers, or nothing."""
        if self.max_length is None:
            return ""
        return number_format(self.max_length, force_grouping=True)

    @property
    def aria_describedby(self) -> str | None:
        described_by: str | None = super().aria_describedby
        if not self.limit or not self.auto_id:
            return described_by
        return f"{described_by or ''} {self.auto_id}_limit".strip()

    def build_widget_attrs(
        self, attrs: dict[str, Any], widget: Widget | None = None
    ) -> dict[str, Any]:
        built: dict[str, Any] = super().build_widget_attrs(attrs, widget)
        if self.max_length is not None:
            built["maxlength"] = False  # Django leaves out what is False
        return built


class FormRenderer(TemplatesSetting):
    """The project's templates, for forms as for pages."""

    bound_field_class = LimitedField
