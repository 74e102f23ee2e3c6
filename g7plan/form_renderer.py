"""How forms are rendered: templates/django/forms/, with the limit of long texts."""

from typing import Any

from django.forms import BoundField, Textarea, Widget
from django.forms.renderers import TemplatesSetting
from django.utils.formats import number_format


class LimitedField(BoundField):
    """A field that shows the limit of a long text.

    Browsers enforce `maxlength` by silently cutting pasted text. Nothing typed may be
    lost, so long texts have no `maxlength`: the limit is shown beside the field, and
    the form checks it.
    """

    @property
    def max_length(self) -> int | None:
        """Return the limit of a long text, or None."""
        if isinstance(self.field.widget, Textarea):
            return getattr(self.field, "max_length", None)
        return None

    @property
    def limit(self) -> str:
        """Return the limit in the reader's number format, or an empty text."""
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
            built["maxlength"] = False  # Django leaves out attributes that are False
        return built


class FormRenderer(TemplatesSetting):
    """Renders forms with the project's templates."""

    bound_field_class = LimitedField
