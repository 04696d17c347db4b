// Documents against the JSON Schema that is installed beside the program.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

namespace calx::test {

/// What the schema says against a document; empty if nothing.
std::string schema_errors(const nlohmann::json& document, std::string_view schema);
/// The same with the installed schema of findings.
std::string schema_errors(const nlohmann::json& document);

} // namespace calx::test
