"""One style sheet and one script, made of readable sources, and small when sent."""

import re
from itertools import chain
from pathlib import Path

import brotli
import pytest
from django.conf import settings
from django.contrib.staticfiles import finders

from g7plan.static_files.bundles import BundleError, bundle_scripts, bundle_styles
from g7plan.static_files.finders import BUNDLES, built
from g7plan.static_files.storage import QuickCompressor
from tests.source_files import ROOT

MOST = {"css/site.css": 14_000, "js/site.js": 20_000}  # bytes, as they are sent
STATIC = ROOT / "static"
IN_A_PAGE = re.compile(r"\{% static '((?:css|js)/[^']+)' %\}")


@pytest.mark.parametrize("name", MOST)
def test_the_style_sheet_and_the_script_are_small(name):
    sent = QuickCompressor.compress_brotli(Path(built(name)).read_bytes())
    assert len(sent) <= MOST[name]


def test_every_source_is_in_one_of_the_two():
    styles = re.findall('@import "([^"]+)"', (STATIC / "css/site.css").read_text())
    assert sorted([*styles, "site.css"]) == names_in("css")
    assert len(set(styles)) == len(styles)
    script = built("js/site.js").read_text()
    modules = {f"${Path(name).parent.name or 'js'}_{Path(name).stem}"
               for name in names_in("js")}  # fmt: skip
    assert set(re.findall(r"const (\$\w+)=\(\(\)=>", script)) == modules


def test_pages_name_the_two_and_no_source():
    pages = (ROOT / "templates").rglob("*.html")
    named = chain.from_iterable(IN_A_PAGE.findall(page.read_text()) for page in pages)
    assert set(named) == set(BUNDLES)


def test_only_the_two_are_collected():
    own = finders.get_finder("g7plan.static_files.finders.OwnFilesFinder")
    listed = {name: storage.path(name) for name, storage in own.list(None)}
    assert set(listed) == {"favicon.svg", *BUNDLES}
    assert all(Path(path).exists() for path in listed.values())


@pytest.mark.parametrize("name", ["css/base.css", "js/page.js", "js/site.js.gz"])
def test_sources_are_not_served(name):
    assert finders.find(name) is None
    assert finders.find(name, find_all=True) == []


def test_a_changed_source_is_seen_at_the_next_load(settings, tmp_path):
    settings.BASE_DIR, settings.VAR_DIR = tmp_path, tmp_path / "var"
    write(tmp_path / "static/css", {"site.css": '@import "a.css";\n', "a.css": "a {}"})
    found = Path(finders.find("css/site.css") or "")
    assert found.read_text() == "a{}"
    before = found.stat().st_mtime_ns
    assert finders.find("css/site.css", find_all=True) == [str(found)]
    assert found.stat().st_mtime_ns == before  # so nothing is collected again
    write(tmp_path / "static/css", {"a.css": "b { color: red }"})
    assert finders.find("css/site.css") == str(found)
    assert found.read_text() == "b{color:red}"
    assert [each.name for each in found.parent.iterdir()] == ["site.css"]


def test_styles_keep_their_order_and_lose_comments(tmp_path):
    sheets = {
        "site.css": '/* All. */\n@import "b.css";\n@import "a.css";\n',
        "a.css": "/* A */\n@layer pages {\n  .a > :is(b, c) {\n    margin: 0 1px }\n}",
        "b.css": '.b::before {\n  content: "☰  x" / "";\n  width: calc(1px + 2px);\n}',
    }
    write(tmp_path, sheets)
    assert bundle_styles(tmp_path / "site.css") == (
        '.b::before{content:"☰  x" / "";width:calc(1px + 2px)}'
        "@layer pages{.a>*:is(b,c){margin:0 1px}}"
    )


def test_a_pseudo_class_of_a_descendant_keeps_its_meaning(tmp_path):
    rule = "@layer a {\n  .a {\n    b: c;\n  }\n\n  .a :is(th, td) {\n    b: d;\n  }\n}"
    write(tmp_path, {"site.css": '@import "a.css";\n', "a.css": rule})
    bundled = bundle_styles(tmp_path / "site.css")
    assert bundled == "@layer a{.a{b:c}.a *:is(th,td){b:d}}"


def test_only_the_first_style_sheet_imports(tmp_path):
    write(tmp_path, {"site.css": '@import "a.css";', "a.css": '@import "b.css";'})
    with pytest.raises(BundleError, match=r"Only site\.css"):
        bundle_styles(tmp_path / "site.css")


def test_a_module_comes_once_and_after_what_it_needs(tmp_path):
    write(tmp_path, {
        "site.js": 'import "./x/a.js";\nimport { B, b } from "./x/b.js";\nb("//");\n',
        "x/a.js": '// A.\nimport {\n  b,\n} from "./b.js";\nconst one = b;\n',
        "x/b.js": "const one = 1;\nexport async function b() {}\nexport class B {}\n",
    })  # fmt: skip
    assert bundle_scripts(tmp_path / "site.js").replace("\n", "") == (
        "const $x_b=(()=>{const one=1;async function b(){}class B{}return{b,B};})();"
        "const $x_a=(()=>{const{b,}=$x_b;const one=b;return{};})();"
        f"const ${tmp_path.name}_site="
        '(()=>{const{B,b}=$x_b;b("//");return{};})();'
    )


@pytest.mark.parametrize(
    "form",
    [
        "export default 1;", "export { a };", 'export * from "./b.js";',
        'import * as b from "./b.js";', 'import b from "./b.js";',
        'import { b } from "b";', 'const b = await import("./b.js");',
    ],
)  # fmt: skip
def test_a_form_that_is_not_known_is_refused(tmp_path, form):
    write(tmp_path, {"site.js": f"let a;\n{form}\n", "b.js": "export const b = 1;\n"})
    with pytest.raises(BundleError, match=r"site\.js has a form"):
        bundle_scripts(tmp_path / "site.js")


def test_modules_that_import_each_other_are_refused(tmp_path):
    write(tmp_path, {"a.js": 'import "./b.js";\n', "b.js": 'import "./a.js";\n'})
    with pytest.raises(BundleError, match=r"a\.js → b\.js → a\.js"):
        bundle_scripts(tmp_path / "a.js")


def test_a_page_needs_neither_inline_styles_nor_inline_scripts():
    policy = settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]
    assert "unsafe-inline" not in str(policy)


def names_in(folder):
    paths = (STATIC / folder).rglob(f"*.{folder}")
    return sorted(path.relative_to(STATIC / folder).as_posix() for path in paths)


def write(folder, files):
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")


def test_large_files_of_packages_are_compressed_quickly():
    large = b"ab" * 200_000
    assert QuickCompressor.compress_brotli(large) == brotli.compress(large, quality=5)
