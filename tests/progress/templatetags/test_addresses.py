import pytest

from progress.templatetags.addresses import host


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://www.mofa.go.jp/report?x=1", "mofa.go.jp"),
        ("http://Example.ORG:8080/", "example.org"),
        ("https://someone@evil.example/", "evil.example"),
        ("https://[::1]/", "::1"),
        ("https://[half", ""),
        ("nowhere", ""),
    ],
)
def test_a_link_is_named_by_whose_it_is(url, shown):
    assert host(url) == shown
