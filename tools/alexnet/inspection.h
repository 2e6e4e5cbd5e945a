// What `alexnet inspect` finds in a model, as a JSON document and in words.

#ifndef ALEXNET_TOOLS_ALEXNET_INSPECTION_H_
#define ALEXNET_TOOLS_ALEXNET_INSPECTION_H_

#include <alexnet/alexnet.hpp>
#include <cstdint>
#include <string>

#include "tools/alexnet/json.h"

namespace alexnet::cli {

// What a document is made of. docs/inspect.schema.json says what it holds; this
// is the version it names.
inline constexpr int32_t kInspectionVersion = 1;

// A preset: no file, no parameters.
Json InspectPreset(const Network& network);
// An .alexnet file, whole or damaged; all of it is read, on `threads` threads.
Json InspectFile(const std::string& path, const Model& model,
                 const Limits& limits, int32_t threads);
// A model that was made of another program's file; `report` as of
// import_model.
Json InspectImported(const Model& model, const Json& report);

// Adds what the tensors' values are. Those of damaged tensors have none.
void AddTensorStatistics(Json& document, const Model& model,
                         const Limits& limits, int32_t threads);

// For a person; lines of 80 columns where names and settings are short.
std::string InspectionText(const Json& document);

}  // namespace alexnet::cli

#endif  // ALEXNET_TOOLS_ALEXNET_INSPECTION_H_
