"""Show scores, averages, percentages and ranks, as `progress.assessments.text` does."""

from django import template

from progress.assessments import text

register = template.Library()

register.filter("score", text.score_text)
register.filter("score_label", text.score_label)
register.filter("average", text.average_text)
register.filter("percentage", text.percentage_text)
register.filter("rank", text.rank_text)
register.filter("mean_label", text.mean_label)
register.filter("mean_explanation", text.mean_explanation)
register.filter("kind_label", text.kind_label)
register.filter("degree_label", text.degree_label)
register.filter("agreement_label", text.agreement_label)
register.simple_tag(text.counting_rule)
