// alexnet inspect: what is in a model, layer by layer and tensor by tensor.

#include <sys/stat.h>

#include <alexnet/alexnet_convert.hpp>
#include <memory>
#include <optional>
#include <string>

#include "tools/alexnet/cli.h"
#include "tools/alexnet/inspection.h"

namespace alexnet::cli {
namespace {

struct Asked {
  std::string model;
  std::string from;
  std::string preset;
  std::string prototxt;
  int32_t threads = 0;
  bool tensors = false;
  bool json = false;
};

const char* OrNull(const std::string& text) {
  return text.empty() ? nullptr : text.c_str();
}

// Files come first: a preset's name may be one's.
bool IsPreset(const std::string& name) {
  struct stat status;
  if (stat(name.c_str(), &status) == 0) return false;
  for (const Preset& preset : presets()) {
    if (preset.name == name) return true;
  }
  return false;
}

Json Inspect(const Asked& asked, const Limits& limits) {
  if (IsPreset(asked.model)) {
    if (asked.tensors) {
      throw UsageError(asked.model +
                       " is a preset, whose tensors have no values yet");
    }
    return InspectPreset(Network::preset(asked.model));
  }
  const std::string format =
      asked.from.empty() ? detect_format(asked.model) : asked.from;
  std::optional<Model> model;
  Json document;
  if (format == "alexnet") {
    model.emplace(load_damaged(asked.model));
    document = InspectFile(asked.model, *model, limits, asked.threads);
  } else {
    ImportOptions options;
    options.format = format.c_str();
    options.preset = OrNull(asked.preset);
    options.network_file = OrNull(asked.prototxt);
    Imported imported = import_model(asked.model, options, limits);
    model.emplace(std::move(imported.model));
    document = InspectImported(*model, Json::Parse(imported.report));
  }
  if (asked.tensors) {
    AddTensorStatistics(document, *model, limits, asked.threads);
  }
  return document;
}

void Run(const Asked& asked, Setting& setting) {
  const Json document = Inspect(asked, setting.limits);
  asked.json ? PrintJson(document) : Print(InspectionText(document));
  if (document.Has("hashes") && document.At("hashes").Text() == "failed") {
    throw Failure(asked.model + ": the file is damaged; take it from a copy");
  }
}

}  // namespace

Action DeclareInspect(Arguments& arguments) {
  auto asked = std::make_shared<Asked>();
  arguments
      .Positional("MODEL", asked->model,
                  "A file of any format of convert --list, or a preset")
      .Required();
  arguments.Flag("--tensors", asked->tensors,
                 "Read the tensors' values, too: their range, mean and "
                 "deviation, what is zero or not finite, filters that are "
                 "dead or there twice");
  arguments.Text("--from", asked->from,
                 "Format of MODEL (else told by its content)");
  arguments.Text("--preset", asked->preset,
                 "The network, where weights of one shape fit several");
  arguments.Text("--prototxt", asked->prototxt,
                 "What MODEL computes: Caffe's deploy .prototxt, or Darknet's "
                 ".cfg");
  arguments.Number("--threads", asked->threads, 0, 0, 1'024,
                   "Threads that read; 0: as many as the process may use");
  arguments.Flag("--json", asked->json,
                 "Print one JSON document; docs/inspect.schema.json describes "
                 "it");
  return [asked](Setting& setting) { Run(*asked, setting); };
}

}  // namespace alexnet::cli
