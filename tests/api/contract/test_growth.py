"""Tests of the comparison of two schemas: each rule with a change that breaks it."""

from copy import deepcopy
from typing import Any

import pytest

from tests.api.contract.growth import breaks

JSON = "application/json"
BEFORE: dict[str, Any] = {
    "paths": {
        "/plans/": {
            "get": {
                "operationId": "plans_list",
                "security": [{"ApiKey": []}, {"cookieAuth": []}],
                "parameters": [
                    {
                        "in": "query",
                        "name": "kind",
                        "schema": {"$ref": "#/components/schemas/Kind"},
                    },
                    {
                        "in": "query",
                        "name": "page_size",
                        "schema": {"type": "integer", "minimum": 1, "maximum": 1000},
                    },
                ],
                "responses": {
                    "200": {
                        "headers": {"Link": {}},
                        "content": {
                            JSON: {"schema": {"$ref": "#/components/schemas/Page"}}
                        },
                    },
                    "404": {},
                },
            },
            "post": {
                "operationId": "plans_create",
                "requestBody": {
                    "content": {
                        JSON: {"schema": {"$ref": "#/components/schemas/PlanRequest"}}
                    }
                },
                "responses": {"201": {}},
            },
        }
    },
    "components": {
        "schemas": {
            "Kind": {"type": "string", "enum": ["full", "short"]},
            "Page": {
                "type": "object",
                "required": ["results"],
                "properties": {
                    "results": {
                        "type": "array",
                        "items": {"$ref": "#/components/schemas/Plan"},
                    }
                },
            },
            "Plan": {
                "type": "object",
                "required": ["slug", "kind", "adopted_on"],
                "properties": {
                    "slug": {"type": "string", "maxLength": 50},
                    "kind": {
                        "oneOf": [
                            {"$ref": "#/components/schemas/Kind"},
                            {"type": "null"},
                        ]
                    },
                    "adopted_on": {"type": "string", "format": "date"},
                    "follows": {"$ref": "#/components/schemas/Plan"},
                },
            },
            "PlanRequest": {
                "type": "object",
                "required": ["slug"],
                "properties": {
                    "slug": {"type": "string", "minLength": 1, "maxLength": 50},
                    "title": {"type": ["string", "null"]},
                    "codes": {"type": "array", "items": {"type": "string"}},
                },
            },
        }
    },
}


@pytest.fixture
def later() -> dict[str, Any]:
    return deepcopy(BEFORE)


def fields(later: dict[str, Any], name: str) -> Any:
    return later["components"]["schemas"][name]["properties"]


# What is done to the later schema, and what is found.
BROKEN = {
    "path": ("del paths['/plans/']", "/plans/: removed"),
    "operation": ("del plans['post']", "POST /plans/: removed"),
    "name": (
        "get['operationId'] = 'all_plans'",
        "GET /plans/: operationId plans_list renamed",
    ),
    "way in": ("get['security'].pop()", "GET /plans/: cookieAuth no longer opens it"),
    "parameter": (
        "get['parameters'].pop()",
        "GET /plans/: parameter page_size removed",
    ),
    "parameter needed": (
        "get['parameters'][0]['required'] = True",
        "GET /plans/: parameter kind now required",
    ),
    "new parameter needed": (
        "get['parameters'].append("
        "{'in': 'query', 'name': 'at', 'required': True, 'schema': {}})",
        "GET /plans/: parameter at now required",
    ),
    "parameter's limit": (
        "get['parameters'][1]['schema']['maximum'] = 100",
        "GET /plans/ ?page_size: maximum narrowed",
    ),
    "parameter's lower limit": (
        "get['parameters'][1]['schema']['minimum'] = 2",
        "GET /plans/ ?page_size: minimum narrowed",
    ),
    "value": (
        "schemas['Kind']['enum'].pop()",
        "GET /plans/ ?kind: values ['short'] refused",
    ),
    "body needed": (
        "post['requestBody']['required'] = True",
        "POST /plans/: body now required",
    ),
    "media type of the body": (
        "del post['requestBody']['content']['application/json']",
        "POST /plans/: body application/json removed",
    ),
    "field of the body": (
        "del asked['title']",
        "POST /plans/ body.title: removed",
    ),
    "field needed": (
        "schemas['PlanRequest']['required'].append('title')",
        "POST /plans/ body.title: now required",
    ),
    "new field needed": (
        "schemas['PlanRequest']['required'].append('year')",
        "POST /plans/ body.year: now required",
    ),
    "type of a field": (
        "asked['title']['type'] = 'string'",
        "POST /plans/ body.title: no longer takes null",
    ),
    "length of a field": (
        "asked['slug']['maxLength'] = 20",
        "POST /plans/ body.slug: maxLength narrowed",
    ),
    "pattern of a field": (
        "asked['slug']['pattern'] = '^[a-z]+$'",
        "POST /plans/ body.slug: pattern narrowed",
    ),
    "format of a field": (
        "asked['title']['format'] = 'uuid'",
        "POST /plans/ body.title: format narrowed",
    ),
    "values of a field": (
        "asked['slug']['enum'] = ['one']",
        "POST /plans/ body.slug: values fixed refused",
    ),
    "items of a field": (
        "asked['codes']['items']['maxLength'] = 5",
        "POST /plans/ body.codes[]: maxLength narrowed",
    ),
    "status": ("del get['responses']['404']", "GET /plans/: status 404 removed"),
    "header": (
        "get['responses']['200']['headers'] = {}",
        "GET /plans/ 200: header Link removed",
    ),
    "media type": (
        "get['responses']['200']['content'] = {}",
        "GET /plans/ 200: application/json removed",
    ),
    "field of an answer": (
        "del served['slug']",
        "GET /plans/ 200 application/json.results[].slug: removed",
    ),
    "field that may be missing": (
        "schemas['Plan']['required'].remove('slug')",
        "GET /plans/ 200 application/json.results[].slug: may now be left out",
    ),
    "type of an answer": (
        "served['slug']['type'] = ['string', 'null']",
        "GET /plans/ 200 application/json.results[].slug: may now be null",
    ),
    "no type": (
        "del served['slug']['type']",
        "GET /plans/ 200 application/json.results[].slug: may now be anything",
    ),
    "format of an answer": (
        "served['adopted_on']['format'] = 'date-time'",
        "GET /plans/ 200 application/json.results[].adopted_on: format changed",
    ),
    "any value": (
        "served['kind'] = {'type': ['string', 'null']}",
        "GET /plans/ 200 application/json.results[].kind: values no longer fixed",
    ),
}


def changed(later: dict[str, Any], change: str) -> dict[str, Any]:
    plans = later["paths"]["/plans/"]
    exec(  # noqa: S102 - the changes above
        change,
        {
            "paths": later["paths"],
            "plans": plans,
            "get": plans["get"],
            "post": plans["post"],
            "schemas": later["components"]["schemas"],
            "asked": fields(later, "PlanRequest"),
            "served": fields(later, "Plan"),
        },
    )
    return later


@pytest.mark.parametrize("change", BROKEN)
def test_a_change_that_breaks_a_client_is_found(later, change):
    done, found = BROKEN[change]
    assert breaks(BEFORE, changed(later, done)) == [found]


@pytest.mark.parametrize(
    "change",
    [
        "paths['/summits/'] = {}",
        "plans['delete'] = {}",
        "get['parameters'].append({'in': 'query', 'name': 'at', 'schema': {}})",
        "get['parameters'][1]['schema']['maximum'] = 5000",
        "schemas['Kind']['enum'].append('long')",
        "get['responses']['410'] = {}",
        "get['responses']['200']['content']['text/csv'] = {}",
        "get['responses']['200']['headers']['ETag'] = {}",
        "served['title'] = {'type': 'string'}",
        "served['slug']['maxLength'] = 20",
        "served['kind'] = {'$ref': '#/components/schemas/Kind'}",
        "asked['year'] = {'type': 'integer'}",
        "asked['slug']['maxLength'] = 60",
        "asked['slug']['type'] = ['string', 'integer']",
        "schemas['PlanRequest']['required'].clear()",
        "schemas['Plan']['required'].append('follows')",
    ],
)
def test_growth_is_no_break(later, change):
    assert breaks(BEFORE, changed(later, change)) == []
