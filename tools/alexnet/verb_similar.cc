// alexnet similar: the pictures that are nearest to one.

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "tools/alexnet/cli.h"
#include "tools/alexnet/feature_about.h"
#include "tools/alexnet/feature_arguments.h"
#include "tools/alexnet/features/feature_reader.h"
#include "tools/alexnet/neighbours.h"
#include "tools/alexnet/similar_output.h"
#include "tools/alexnet/written_file.h"

namespace alexnet::cli {
namespace {

struct Asked {
  std::string model;
  std::vector<std::string> pictures;
  std::string features;
  std::string html;
  std::string out;
  NeighbourSearch search;
  bool json = false;
};

constexpr const char* kUsualLayer = "fc7";

Neighbours Find(const Asked& asked, const Model& model, Setting& setting) {
  NeighbourSearch search = asked.search;
  search.options.context = setting.log.get();
  std::optional<FeatureReader> file;
  if (!asked.features.empty()) {
    file.emplace(asked.features);
    if (search.layer.empty()) search.layer = LayerOf(file->about());
  }
  if (search.layer.empty()) search.layer = kUsualLayer;
  AboutFeatures(model, search.layer, {}, search.options);  // the layer is there
  return file.has_value()
             ? FindInFile(model, search, asked.features, *file, setting.limits)
             : FindAmong(model, search, PicturesOf(asked.pictures),
                         setting.limits);
}

void Run(const Asked& asked, Setting& setting) {
  if (asked.features.empty() == asked.pictures.empty()) {
    throw UsageError(
        "a FOLDER is wanted, or its features: --features F.npz, which "
        "alexnet features writes");
  }
  const Model model = Model::load(asked.model);
  const Neighbours found = Find(asked, model, setting);
  const int64_t max_pixels = asked.search.options.max_pixels;
  if (!asked.html.empty()) {
    WriteWholeFile(asked.html, NeighboursPage(found, max_pixels));
  }
  if (!asked.out.empty()) {
    WriteWholeFile(asked.out, EncodePng(NeighboursSheet(found, max_pixels)));
  }
  asked.json ? PrintJson(NeighboursJson(found)) : Print(NeighboursText(found));
}

}  // namespace

Action DeclareSimilar(Arguments& arguments) {
  auto asked = std::make_shared<Asked>();
  arguments.Positional("MODEL", asked->model, "A .alexnet file").Required();
  arguments.Positional("QUERY", asked->search.query, "A JPEG or PNG file")
      .Required();
  arguments.Positionals("FOLDER", asked->pictures,
                        "Folders of JPEG and PNG files at any depth, or files");
  arguments.Text(
      "--features", asked->features,
      "In place of FOLDER, what alexnet features wrote of it (.npz)");
  arguments.Text("--layer", asked->search.layer,
                 "The layer whose outputs are compared; by default that of "
                 "--features, or fc7");
  arguments.Number("--top", asked->search.most, 6, 1, 1'000,
                   "How many are told");
  arguments.Text("--html", asked->html, "Write a page of them");
  arguments.Text("--out", asked->out,
                 "Write them as a PNG file: the query, then the nearest");
  AddFeatureArguments(arguments, asked->search.options);
  arguments.Flag("--json", asked->json, "Print one JSON document");
  return OfFeatures([asked](Setting& setting) { Run(*asked, setting); });
}

}  // namespace alexnet::cli
