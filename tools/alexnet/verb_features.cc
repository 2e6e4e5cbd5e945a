// alexnet features: what a layer gives for many pictures, as a file.

#include <fmt/core.h>
#include <sys/stat.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "tools/alexnet/cli.h"
#include "tools/alexnet/feature_about.h"
#include "tools/alexnet/feature_arguments.h"
#include "tools/alexnet/features/feature_file.h"
#include "tools/alexnet/progress.h"

namespace alexnet::cli {
namespace {

struct Asked {
  std::string model;
  std::vector<std::string> pictures;
  std::string layer;
  std::string out;
  FeatureOptions options;
  bool force = false;
  bool json = false;
};

// What was done.
struct Done {
  int64_t rows = 0;
  int64_t resumed = 0;  // of them, by an earlier run
  int64_t left_out = 0;
  double seconds = 0.0;
};

FeatureFormat FormatOf(const Asked& asked) {
  const std::optional<FeatureFormat> format = FeatureFormatOf(asked.out);
  if (format.has_value()) return *format;
  throw UsageError("--out " + asked.out +
                   ": the ending is to be .npz, .npy or .csv");
}

bool Exists(const std::string& path) {
  struct stat status;
  if (lstat(path.c_str(), &status) == 0) return true;
  if (errno == ENOENT || errno == ENOTDIR) return false;
  throw Failure(path + ": " + std::generic_category().message(errno));
}

void Compute(const Asked& asked, const Model& model,
             const std::vector<std::string>& paths, FeatureFile& file,
             Setting& setting) {
  const auto before = static_cast<size_t>(file.state().pictures);
  if (before == paths.size()) return;
  const std::vector<std::string> rest(
      paths.begin() + static_cast<std::ptrdiff_t>(before), paths.end());
  Features features(model, asked.layer, rest, asked.options);
  ProgressLine line;
  const auto progress = CountProgress(line, "computed");
  Features::Rows rows;
  try {
    while (features.next(&rows, setting.limits)) {
      for (int64_t& index : rows.indices) index += static_cast<int64_t>(before);
      file.Append(rows.indices, rows.values);
      progress(file.state().pictures, static_cast<int64_t>(paths.size()));
    }
  } catch (const Error& error) {
    // All that are left may be broken, if earlier ones were not.
    const bool all_broken =
        error.code() == ALEXNET_DATA_LOSS &&
        features.info().broken == static_cast<int64_t>(rest.size());
    if (asked.options.strict != 0 || file.state().rows == 0 || !all_broken) {
      throw;
    }
  }
}

std::string Report(const Asked& asked, const FeatureAbout& about,
                   const Done& done) {
  return fmt::format(
      "{} of {} pictures, {} numbers each, in {}, {:.0f} images/s{}{}\n",
      asked.layer, done.rows, about.row_floats, asked.out,
      static_cast<double>(done.rows - done.resumed) /
          std::max(done.seconds, 1e-9),
      done.resumed > 0 ? fmt::format(" ({} were computed before)", done.resumed)
                       : "",
      done.left_out > 0
          ? fmt::format("\n{} pictures were left out", done.left_out)
          : "");
}

void Run(Asked& asked, Setting& setting) {
  const FeatureFormat format = FormatOf(asked);
  if (Exists(asked.out) && !asked.force) {
    throw Failure(asked.out +
                  " is there already; choose another file, or give --force to "
                  "write it anew");
  }
  const Model model = Model::load(asked.model);
  asked.options.context = setting.log.get();
  const std::vector<std::string> paths = PicturesOf(asked.pictures);
  const FeatureAbout about =
      AboutFeatures(model, asked.layer, paths, asked.options);
  FeatureFile file(asked.out, format, about, paths, asked.force);
  Done done;
  done.resumed = file.state().rows;
  const auto start = std::chrono::steady_clock::now();
  try {
    Compute(asked, model, paths, file, setting);
  } catch (const Error& error) {
    if (error.code() == ALEXNET_CANCELLED) {
      Complain(fmt::format(
          "{} of {} pictures are in {}; the same command goes on from there",
          file.state().pictures, paths.size(), file.part_path()));
    }
    throw;
  }
  file.Finish();
  const std::chrono::duration<double> taken =
      std::chrono::steady_clock::now() - start;
  done.seconds = taken.count();
  done.rows = file.state().rows;
  done.left_out = static_cast<int64_t>(file.state().left_out.size());
  if (!asked.json) return Print(Report(asked, about, done));
  PrintJson(Json::Object({{"version", 1},
                          {"out", asked.out},
                          {"layer", asked.layer},
                          {"shape", about.shape},
                          {"rows", done.rows},
                          {"resumed", done.resumed},
                          {"left_out", done.left_out},
                          {"seconds", done.seconds}}));
}

}  // namespace

Action DeclareFeatures(Arguments& arguments) {
  auto asked = std::make_shared<Asked>();
  arguments.Positional("MODEL", asked->model, "A .alexnet file").Required();
  arguments
      .Positionals("IMAGE|FOLDER", asked->pictures,
                   "JPEG and PNG files, and folders of them at any depth")
      .Required();
  arguments
      .Text("--layer", asked->layer,
            "The layer whose outputs are written, as inspect names it: fc7 "
            "before, relu7 after the ReLU")
      .Required();
  arguments
      .Text("--out", asked->out,
            "The file: .npz with features and files, .npy with a list beside "
            "it, or .csv; where a run was stopped, the same command goes on")
      .Required();
  arguments.Flag("--force", asked->force,
                 "Write over a file that is there, and go on with nothing");
  AddFeatureArguments(arguments, asked->options);
  arguments.Flag("--json", asked->json, "Print one JSON document");
  return OfFeatures([asked](Setting& setting) { Run(*asked, setting); });
}

}  // namespace alexnet::cli
