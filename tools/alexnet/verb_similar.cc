// alexnet similar: the pictures that are nearest to one.

#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "tools/alexnet/cli.h"
#include "tools/alexnet/feature_about.h"
#include "tools/alexnet/features/feature_reader.h"
#include "tools/alexnet/features/picture_list.h"
#include "tools/alexnet/neighbours.h"
#include "tools/alexnet/similar_output.h"
#include "tools/alexnet/written_file.h"

namespace alexnet::cli {
namespace {

struct Asked {
  std::string model;
  std::string query;
  std::vector<std::string> pictures;
  std::string features;
  std::string html;
  std::string out;
  NeighbourSearch search;
  int64_t most = 6;
  bool json = false;
};

Neighbours Find(const Asked& asked, const Model& model, Setting& setting) {
  if (!asked.features.empty()) {
    const FeatureReader file(asked.features);
    return FindInFile(model, asked.search, asked.features, file,
                      setting.limits);
  }
  return FindAmong(model, asked.search, ListPictures(asked.pictures),
                   setting.limits);
}

void Run(Asked& asked, Setting& setting) {
  if (asked.features.empty() == asked.pictures.empty()) {
    throw UsageError(
        "a FOLDER is wanted, or its features: --features F.npz, which "
        "alexnet features writes");
  }
  const Model model = Model::load(asked.model);
  NeighbourSearch& search = asked.search;
  search.query = asked.query;
  search.most = static_cast<size_t>(asked.most);
  search.options.context = setting.log.get();
  AboutFeatures(model, search.layer, {}, search.options);  // the layer is there
  const Neighbours found = Find(asked, model, setting);
  const int64_t max_pixels = search.options.max_pixels;
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
  asked->search.layer = "fc7";
  arguments.Positional("MODEL", asked->model, "A .alexnet file").Required();
  arguments.Positional("QUERY", asked->query, "A JPEG or PNG file").Required();
  arguments.Positionals("FOLDER", asked->pictures,
                        "Folders of JPEG and PNG files at any depth, or files");
  arguments.Text(
      "--features", asked->features,
      "In place of FOLDER, what alexnet features wrote of it (.npz)");
  arguments.Text("--layer", asked->search.layer,
                 "The layer whose outputs are compared; by default fc7");
  arguments.Number("--top", asked->most, 6, 1, 1'000, "How many are told");
  arguments.Text("--html", asked->html, "Write a page of them");
  arguments.Text("--out", asked->out,
                 "Write them as a PNG file: the query, then the nearest");
  FeatureOptions& options = asked->search.options;
  // BEGIN options: cli.options feature_options to=options
  arguments.Text(
      "--device", options.device,
      "Where it computes: \"cpu\", \"cuda:N\", \"cuda\" (the first GPU), "
      "\"auto\" (a GPU if there is one) or \"reference\"; by default \"cpu\"");
  arguments.Number(
      "--threads", options.threads, 0, 0, 1'024,
      "Compute threads of the CPU; 0: as many as the process may use");
  arguments.Number(
      "--loader-threads", options.loader_threads, 0, 0, 1'024,
      "Threads that decode pictures; 0: as many as the process may use");
  arguments.Number("--batch", options.batch, 0, 0, 65'536,
                   "Pictures computed at a time; 0: 32");
  arguments.Choice("--weights", options.weight_dtype,
                   {{"f32", ALEXNET_DTYPE_F32},
                    {"f16", ALEXNET_DTYPE_F16},
                    {"bf16", ALEXNET_DTYPE_BF16}},
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
  arguments.Flag("--strict", options.strict,
                 "Stops at the first broken picture");
  arguments.Number(
      "--max-pixels", options.max_pixels, 100'000'000, 1,
      "Most pixels of a picture; one that has more counts as broken");
  // END options
  arguments.Flag("--json", asked->json, "Print one JSON document");
  return [asked](Setting& setting) {
    try {
      Run(*asked, setting);
    } catch (const UsageError&) {
      throw;
    } catch (const Error&) {
      throw;
    } catch (const std::runtime_error& error) {
      throw Failure(error.what());
    }
  };
}

}  // namespace alexnet::cli
