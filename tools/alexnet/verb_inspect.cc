// alexnet inspect: what is in a model, layer by layer and tensor by tensor.

#include <fmt/core.h>
#include <sys/stat.h>

#include <alexnet/alexnet_convert.hpp>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "tools/alexnet/cli.h"
#include "tools/alexnet/first_filters.h"
#include "tools/alexnet/import_arguments.h"
#include "tools/alexnet/inspection.h"
#include "tools/alexnet/inspection_page.h"
#include "tools/alexnet/printable.h"
#include "tools/alexnet/progress.h"
#include "tools/alexnet/seeing.h"
#include "tools/alexnet/seen_output.h"
#include "tools/alexnet/timing.h"
#include "tools/alexnet/written_file.h"

namespace alexnet::cli {
namespace {

struct Asked {
  std::string model;
  ImportArguments import;
  std::string html;
  std::string filters;
  std::string image;
  std::string activations;
  SessionOptions options;  // of --time and --image; threads read tensors, too
  double seconds = 0.0;
  bool tensors = false;
  bool time = false;
  bool json = false;
};

// Files come first: a preset's name may be one's.
bool IsPreset(const std::string& name) {
  struct stat status;
  if (stat(name.c_str(), &status) == 0) return false;
  for (const Preset& preset : presets()) {
    if (preset.name == name) return true;
  }
  return false;
}

struct Inspection {
  Json document;
  std::optional<Model> model;  // none of a preset
  std::optional<Seen> seen;    // with --image
};

Inspection Inspect(const Asked& asked, const Limits& limits, BusyLine& line) {
  if (IsPreset(asked.model)) {
    if (asked.tensors || !asked.filters.empty() || !asked.image.empty()) {
      throw UsageError(asked.model +
                       " is a preset, whose tensors have no values yet");
    }
    const Network network = Network::preset(asked.model);
    Json document = InspectPreset(network);
    if (asked.time) {
      AddTimes(document, Model::initial(network, 1, limits), asked.options,
               asked.seconds, limits);
    }
    return {std::move(document), std::nullopt, std::nullopt};
  }
  const int32_t threads = asked.options.threads;
  const std::string format = asked.import.from.empty()
                                 ? detect_format(asked.model)
                                 : asked.import.from;
  std::optional<Model> model;
  Json document;
  if (format == "alexnet") {
    asked.import.RefuseFor(asked.model);
    model.emplace(load_damaged(asked.model));
    document = InspectFile(asked.model, *model, limits, threads);
  } else {
    Imported imported =
        import_model(asked.model, asked.import.Options(), limits);
    model.emplace(std::move(imported.model));
    document = InspectImported(*model, Json::Parse(imported.report));
  }
  if (asked.tensors || !asked.html.empty()) {
    line.Doing("measuring tensors");
    AddTensorStatistics(document, *model, limits, threads);
  }
  if (asked.time) {
    line.Doing("timing layers");
    AddTimes(document, *model, asked.options, asked.seconds, limits);
  }
  std::optional<Seen> seen;
  if (!asked.image.empty()) {
    line.Doing("looking at " + Printable(asked.image));
    seen = See(*model, asked.image, asked.options, limits);
    AddSeen(document, *seen);
  }
  return {std::move(document), std::move(model), std::move(seen)};
}

void WriteFilters(const Asked& asked, const Json& document,
                  const Model& model) {
  const FirstFilters filters = DrawFirstFilters(document, model);
  if (!filters.missing.empty()) {
    throw Failure(fmt::format("{}: no filters to draw: {}", asked.model,
                              filters.missing));
  }
  WriteWholeFile(asked.filters, EncodePng(FilterPicture(filters)));
}

void Run(const Asked& asked, Setting& setting) {
  if (!asked.activations.empty() && asked.image.empty()) {
    throw UsageError("--activations needs a picture: --image PHOTO");
  }
  std::optional<BusyLine> line("reading " + Printable(asked.model));
  const auto [document, model, seen] = Inspect(asked, setting.limits, *line);
  line->Doing("drawing");
  if (!asked.filters.empty()) WriteFilters(asked, document, *model);
  if (!asked.activations.empty()) WriteSeen(*seen, asked.activations);
  if (!asked.html.empty()) {
    const std::string page =
        InspectionPage(document, model.has_value() ? &*model : nullptr,
                       seen.has_value() ? &*seen : nullptr);
    WriteWholeFile(asked.html, page);
  }
  line.reset();
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
  asked->import.Declare(arguments, "MODEL");
  arguments.Flag(
      "--time", asked->time,
      "Time each layer, and say what holds it: arithmetic or memory");
  arguments.Number("--seconds", asked->seconds, 1, 0, 3'600,
                   "About how long to time layers");
  SessionOptions& options = asked->options;
  // BEGIN options: cli.options session_options to=options skip=ten_crop,devices,parallel
  arguments.Text(
      "--device", options.device,
      "Where it computes: \"cpu\", \"cuda:N\", \"cuda\" (the first GPU), "
      "\"auto\" (a GPU if there is one) or \"reference\"; by default \"cpu\"");
  arguments.Number(
      "--threads", options.threads, 0, 0, 1'024,
      "Compute threads of the CPU; 0: as many as the process may use");
  arguments.Number("--batch", options.batch, 0, 0, 65'536,
                   "Views computed at a time; 0: 1, or 10 for ten crops");
  arguments.Choice("--weights", options.weight_dtype,
                   {{"f32", ALEXNET_WEIGHTS_F32},
                    {"f16", ALEXNET_WEIGHTS_F16},
                    {"bf16", ALEXNET_WEIGHTS_BF16},
                    {"i8", ALEXNET_WEIGHTS_I8}},
                   "How the CPU keeps the weights of fully connected layers; "
                   "sums are float32; by default f32");
  arguments.Choice("--precision", options.precision,
                   {{"f32", ALEXNET_PRECISION_F32},
                    {"tf32", ALEXNET_PRECISION_TF32},
                    {"bf16", ALEXNET_PRECISION_BF16}},
                   "What a GPU computes in; by default f32");
  arguments.Flag("--tune", options.tune,
                 "Times a GPU's algorithms first and takes the fastest; runs "
                 "may then differ in their last bits");
  arguments.Number("--max-pixels", options.max_pixels, 100'000'000, 1,
                   "Most pixels of a picture; one that has more is refused");
  // END options
  arguments.Text("--html", asked->html,
                 "Write a page, too, with the network drawn, the first filters "
                 "and the distribution of the weights, and what --image shows; "
                 "implies --tensors");
  arguments.Text("--filters", asked->filters,
                 "Write the filters of the first convolution as a PNG file");
  arguments.Text(
      "--image", asked->image,
      "Run the network on a JPEG or PNG file, and tell the likeliest "
      "classes, what ten crops are taken for, and what each layer "
      "gives");
  arguments.Text("--activations", asked->activations,
                 "Write what --image shows the network, and what each layer "
                 "makes of it, as PNG files into this folder");
  arguments.Flag("--json", asked->json,
                 "Print one JSON document; docs/inspect.schema.json describes "
                 "it");
  return [asked](Setting& setting) { Run(*asked, setting); };
}

}  // namespace alexnet::cli
