// The tables of an inspection's page.

#ifndef ALEXNET_TOOLS_ALEXNET_INSPECTION_TABLES_H_
#define ALEXNET_TOOLS_ALEXNET_INSPECTION_TABLES_H_

#include "tools/alexnet/json.h"
#include "tools/alexnet/page/html.h"

namespace alexnet::cli {

// What is known of the model, each thing with its name.
Html FactList(const Json& document);
// Layers with their shares of parameters, arithmetic and memory.
Html LayerTable(const Json& document);
// Of a document with "time".
Html TimeTable(const Json& document);
// The likeliest classes, as in "picture", with bars.
Html LikeliestTable(const char* name, const Json& top);
// Tensors; with their statistics where the document has them.
Html TensorTable(const Json& document);

}  // namespace alexnet::cli

#endif  // ALEXNET_TOOLS_ALEXNET_INSPECTION_TABLES_H_
