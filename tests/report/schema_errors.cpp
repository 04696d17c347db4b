#include "report/schema_errors.hpp"

#include "report/report.hpp"

#include <valijson/adapters/nlohmann_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validation_results.hpp>
#include <valijson/validator.hpp>

namespace calx::test {

std::string schema_errors(const nlohmann::json& document, std::string_view schema_text) {
  const nlohmann::json schema_document = nlohmann::json::parse(schema_text);
  valijson::Schema schema;
  valijson::SchemaParser parser;
  parser.populateSchema(valijson::adapters::NlohmannJsonAdapter(schema_document), schema);
  valijson::Validator validator;
  valijson::ValidationResults results;
  if (validator.validate(schema, valijson::adapters::NlohmannJsonAdapter(document), &results))
    return {};
  std::string text;
  for (valijson::ValidationResults::Error error; results.popError(error);) {
    for (const std::string& place : error.context) text += place;
    text += ": " + error.description + "\n";
  }
  return text.empty() ? "refused" : text;
}

std::string schema_errors(const nlohmann::json& document) {
  return schema_errors(document, findings_schema());
}

} // namespace calx::test
