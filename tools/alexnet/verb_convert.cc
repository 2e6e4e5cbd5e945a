// alexnet convert: weights from one program's format to another's.

#include <fmt/format.h>

#include <alexnet/alexnet_convert.hpp>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "tools/alexnet/cli.h"
#include "tools/alexnet/prediction_output.h"

namespace alexnet::cli {
namespace {

using Json = nlohmann::ordered_json;

struct Arguments {
  std::string in;
  std::string out;
  std::string from;
  std::string to;
  std::string preset;
  std::string prototxt;
  std::string mean;
  std::string labels;
  std::string verify_with;
  int32_t dtype = ALEXNET_DTYPE_DEFAULT;
  int32_t order = ALEXNET_ORDER_KEEP;
  bool strip_training_state = false;
  bool list = false;
  bool json = false;
};

const char* OrNull(const std::string& text) {
  return text.empty() ? nullptr : text.c_str();
}

ImportOptions ImportOptionsOf(const Arguments& arguments) {
  ImportOptions options;
  options.format = OrNull(arguments.from);
  options.preset = OrNull(arguments.preset);
  options.network_file = OrNull(arguments.prototxt);
  options.mean_file = OrNull(arguments.mean);
  options.labels_file = OrNull(arguments.labels);
  options.channel_order = arguments.order;
  return options;
}

void ListFormats(bool json) {
  Json document = Json::array();
  std::string text;
  for (const FileFormat& format : file_formats()) {
    document.push_back({{"name", format.name},
                        {"summary", format.summary},
                        {"read", true},
                        {"write", format.writable}});
    text +=
        fmt::format("{:13} {:12} {}\n", format.name,
                    format.writable ? "read, write" : "read", format.summary);
  }
  json ? PrintJson(document) : Print(text);
}

// The top five of one picture.
FilePrediction Predict(const Model& model, const std::string& picture,
                       Setting& setting) {
  Session session(model);
  FilesToPredict files;
  files.paths = {picture};
  files.top = 5;
  files.max_pixels = 100'000'000;
  std::optional<FilePrediction> result;
  PredictFiles(session, files, setting.limits,
               [&](const FilePrediction& prediction) { result = prediction; });
  if (!result->error.empty()) throw Failure(result->error);
  return *std::move(result);
}

// The model that a reader of the new file gets, told what the file itself
// cannot say.
Model Reread(const Model& written, const Arguments& arguments,
             const Json& report, Setting& setting) {
  ImportOptions options;
  options.format = OrNull(arguments.to);
  const auto preset = report["preset"].get<std::string>();
  options.preset = OrNull(preset);
  const Model read = import_model(arguments.out, options, setting.limits).model;
  ModelBuilder builder(read);
  builder.set_labels(written.labels());
  builder.set_preprocessing(written.preprocessing());
  return builder.build(setting.limits);
}

Json ProbabilitiesJson(const FilePrediction& prediction) {
  return PredictionJson(prediction)["top"];
}

std::string ReportText(const Json& report) {
  std::string text = fmt::format(
      "{}: {}, {}, {} tensors, {:.1f} MB\nnetwork  {}: {}\n",
      report["file"].get<std::string>(), report["format"].get<std::string>(),
      "SHA-256 " + report["sha256"].get<std::string>(),
      report["tensors"].size(), report["bytes"].get<double>() / 1e6,
      report["network"].get<std::string>(),
      report["recognised"].get<std::string>());
  for (const Json& note : report["notes"]) {
    text += "note     " + note.get<std::string>() + "\n";
  }
  return text;
}

void Run(const Arguments& arguments, Setting& setting) {
  if (arguments.list) return ListFormats(arguments.json);
  const Imported imported =
      import_model(arguments.in, ImportOptionsOf(arguments), setting.limits);
  Json report = Json::parse(imported.report);
  if (!arguments.json) Print(ReportText(report));

  ExportOptions options;
  options.context = setting.log.get();
  options.format = OrNull(arguments.to);
  options.dtype = arguments.dtype;
  options.strip_training_state = arguments.strip_training_state;
  export_model(imported.model, arguments.out, options, setting.limits);
  report["out"] = arguments.out;
  if (!arguments.json) Print(fmt::format("wrote    {}\n", arguments.out));

  if (!arguments.verify_with.empty()) {
    const FilePrediction before =
        Predict(imported.model, arguments.verify_with, setting);
    const FilePrediction after =
        Predict(Reread(imported.model, arguments, report, setting),
                arguments.verify_with, setting);
    report["before"] = ProbabilitiesJson(before);
    report["after"] = ProbabilitiesJson(after);
    if (!arguments.json) {
      Print("before   " + PredictionText(before) + "after    " +
            PredictionText(after));
    }
  }
  if (arguments.json) PrintJson(report);
}

}  // namespace

void AddConvert(CLI::App& app, Action& action) {
  CLI::App* verb = app.add_subcommand(
      "convert", "Convert weights between the formats of other programs");
  auto arguments = std::make_shared<Arguments>();
  verb->add_option("IN", arguments->in, "A file of weights; see --list");
  verb->add_option("OUT", arguments->out,
                   "The file to write; its ending chooses the format");
  verb->add_flag("--list", arguments->list, "List the formats and stop");
  verb->add_option("--from", arguments->from,
                   "Format of IN (else told by its content)");
  verb->add_option("--to", arguments->to,
                   "Format of OUT (else told by its ending)");
  verb->add_option("--preset", arguments->preset,
                   "The network, where weights of one shape fit several");
  verb->add_option("--prototxt", arguments->prototxt,
                   "What IN computes: Caffe's deploy .prototxt, or "
                   "Darknet's .cfg");
  verb->add_option("--mean", arguments->mean,
                   "mean.binaryproto or .npy to subtract from pictures");
  verb->add_option("--labels", arguments->labels,
                   "Class names, one per line, in the order of the logits");
  verb->add_option("--dtype", arguments->dtype, "Type of the tensors in OUT")
      ->transform(CLI::CheckedTransformer(
          std::map<std::string, int32_t>{{"f32", ALEXNET_DTYPE_F32},
                                         {"f16", ALEXNET_DTYPE_F16},
                                         {"bf16", ALEXNET_DTYPE_BF16}}))
      ->option_text("f32|f16|bf16");
  verb->add_option("--channel-order", arguments->order,
                   "Turn the first layer to this order of channels")
      ->transform(CLI::CheckedTransformer(std::map<std::string, int32_t>{
          {"rgb", ALEXNET_ORDER_RGB}, {"bgr", ALEXNET_ORDER_BGR}}))
      ->option_text("rgb|bgr");
  verb->add_flag("--strip-training-state", arguments->strip_training_state,
                 "Leave out what resuming a training needs");
  verb->add_option("--verify-with", arguments->verify_with,
                   "Print the top five classes of this picture before and "
                   "after");
  verb->add_flag("--json", arguments->json, "Print one JSON document");
  verb->callback([&action, arguments] {
    if (!arguments->list && (arguments->in.empty() || arguments->out.empty())) {
      throw CLI::RequiredError("IN and OUT");
    }
    action = [arguments](Setting& setting) { Run(*arguments, setting); };
  });
}

}  // namespace alexnet::cli
