// Holding a JSON document against a JSON Schema, for tests.

#ifndef ALEXNET_TESTS_END_TO_END_JSON_SCHEMA_H_
#define ALEXNET_TESTS_END_TO_END_JSON_SCHEMA_H_

#include <nlohmann/json.hpp>
#include <string>

namespace alexnet::testing {

// "" where `document` fits `schema`, else where it does not. Of JSON Schema
// 2020-12 as much as the schemas of docs/ use: a keyword beside that is a
// misfit, too, so that none is overlooked.
std::string Misfit(const nlohmann::json& schema,
                   const nlohmann::json& document);

}  // namespace alexnet::testing

#endif  // ALEXNET_TESTS_END_TO_END_JSON_SCHEMA_H_
