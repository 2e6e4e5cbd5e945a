// alexnet convert: weights from one program's format to another's.

#include <fmt/core.h>

#include <alexnet/alexnet_convert.hpp>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "tools/alexnet/cli.h"
#include "tools/alexnet/import_arguments.h"
#include "tools/alexnet/prediction_output.h"
#include "tools/alexnet/printable.h"
#include "tools/alexnet/progress.h"
#include "tools/alexnet/spelling.h"

namespace alexnet::cli {
namespace {

struct Asked {
  std::string in;
  std::string out;
  std::string to;
  ImportArguments import;
  std::string verify_with;
  int32_t dtype = ALEXNET_DTYPE_DEFAULT;
  bool strip_training_state = false;
  bool verbose = false;
  bool list = false;
  bool json = false;
};

const char* OrNull(const std::string& text) {
  return text.empty() ? nullptr : text.c_str();
}

void ListFormats(bool json) {
  Json document = Json::Array();
  std::string text;
  for (const FileFormat& format : file_formats()) {
    document.Append(Json::Object({{"name", format.name},
                                  {"summary", format.summary},
                                  {"read", true},
                                  {"write", format.writable}}));
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
  std::optional<FilePrediction> result;
  PredictFiles(session, files, setting.limits,
               [&](const FilePrediction& prediction) { result = prediction; });
  if (!result->error.empty()) throw Failure(result->error);
  return *std::move(result);
}

// The model that a reader of the new file gets, told what the file itself
// cannot say.
Model Reread(const Model& written, const Asked& asked, const Json& report,
             Setting& setting) {
  ImportOptions options;
  options.format = OrNull(asked.to);
  const auto preset = report.At("preset").Text();
  options.preset = OrNull(preset);
  const Model read = import_model(asked.out, options, setting.limits).model;
  ModelBuilder builder(read);
  builder.set_labels(written.labels());
  builder.set_preprocessing(written.preprocessing());
  return builder.build(setting.limits);
}

Json ProbabilitiesJson(const FilePrediction& prediction) {
  return PredictionJson(prediction).At("top");
}

std::string ReportText(const Json& report, bool verbose) {
  std::string text = fmt::format(
      "{}: {}, {}, {} tensors, {:.1f} MB\nnetwork  {}: {}\n",
      report.At("file").Text(), report.At("format").Text(),
      "SHA-256 " + report.At("sha256").Text(),
      report.At("tensors").Elements().size(), report.At("bytes").Number() / 1e6,
      report.At("network").Text(), report.At("recognised").Text());
  for (const Json& note : report.At("notes").Elements()) {
    text += "note     " + WithFlags(note.Text()) + "\n";
  }
  if (!verbose) return text;
  for (const Json& skipped : report.At("skipped").Elements()) {
    text += "skipped  " + skipped.Text() + "\n";
  }
  return text;
}

void Run(const Asked& asked, Setting& setting) {
  if (asked.list) return ListFormats(asked.json);
  if (asked.in.empty() || asked.out.empty()) {
    throw UsageError("IN and OUT are wanted");
  }
  std::optional<BusyLine> line("reading " + Printable(asked.in));
  const Imported imported =
      import_model(asked.in, asked.import.Options(), setting.limits);
  line.reset();
  Json report = Json::Parse(imported.report);
  if (!asked.json) Print(ReportText(report, asked.verbose));

  ExportOptions options;
  options.context = setting.log.get();
  options.format = OrNull(asked.to);
  options.dtype = asked.dtype;
  options.strip_training_state = asked.strip_training_state;
  line.emplace("writing " + Printable(asked.out));
  export_model(imported.model, asked.out, options, setting.limits);
  line.reset();
  report.Set("out", asked.out);
  if (!asked.json) Print(fmt::format("wrote    {}\n", asked.out));

  if (!asked.verify_with.empty()) {
    const FilePrediction before =
        Predict(imported.model, asked.verify_with, setting);
    const FilePrediction after =
        Predict(Reread(imported.model, asked, report, setting),
                asked.verify_with, setting);
    report.Set("before", ProbabilitiesJson(before));
    report.Set("after", ProbabilitiesJson(after));
    if (!asked.json) {
      Print("before   " + PredictionText(before) + "after    " +
            PredictionText(after));
    }
  }
  if (asked.json) PrintJson(report);
}

}  // namespace

Action DeclareConvert(Arguments& arguments) {
  auto asked = std::make_shared<Asked>();
  arguments.Positional("IN", asked->in, "A file of weights; see --list");
  arguments.Positional("OUT", asked->out,
                       "The file to write; its ending chooses the format");
  arguments.Flag("--list", asked->list, "List the formats and stop");
  asked->import.Declare(arguments, "IN");
  arguments.Text("--to", asked->to, "Format of OUT (else told by its ending)");
  arguments.Choice("--dtype", asked->dtype,
                   {{"f32", ALEXNET_DTYPE_F32},
                    {"f16", ALEXNET_DTYPE_F16},
                    {"bf16", ALEXNET_DTYPE_BF16}},
                   "Type of the tensors in OUT");
  arguments.Flag("--strip-training-state", asked->strip_training_state,
                 "Leave out what resuming a training needs");
  arguments.Text("--verify-with", asked->verify_with,
                 "Print the top five classes of this picture before and after");
  arguments.Flag("--verbose", asked->verbose,
                 "Name what else IN holds and was skipped");
  arguments.Flag("--json", asked->json, "Print one JSON document");
  return [asked](Setting& setting) { Run(*asked, setting); };
}

}  // namespace alexnet::cli
