// Measures the data pipeline alone: augmented 224-crops a second from 256-pixel
// JPEGs in packed shards, which it draws and packs itself.
//
//   pipeline_bench [THREADS [SECONDS [FOLDER]]]
//
// Prints one line. What it draws stays in FOLDER/drawn, a folder for each
// class, for others to be timed on; without FOLDER nothing stays.

#include <fmt/format.h>

#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "core/base/cpu.h"
#include "core/base/status.h"
#include "core/data/dataset.h"
#include "core/data/pack.h"
#include "core/data/pipeline.h"
#include "core/data/split.h"
#include "tests/bench/photolike.h"

namespace alexnet {
namespace {

using Clock = std::chrono::steady_clock;

constexpr int kPictures = 256;

// A folder that goes away with it.
class ScratchFolder {
 public:
  explicit ScratchFolder(std::string path) : path_(std::move(path)) {}
  ~ScratchFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  const std::string& path() const { return path_; }

 private:
  const std::string path_;
};

Status DrawAndPack(const std::string& root) {
  ALEXNET_RETURN_IF_ERROR(
      bench::WritePhotolikeJpegs(root + "/drawn", /*classes=*/4, kPictures));
  ALEXNET_ASSIGN_OR_RETURN(const DataFolders drawn, OpenData(root + "/drawn"));
  return PackDataset(*drawn.train, PackOptions{}, root + "/packed", {})
      .status();
}

Status Measure(int threads, double seconds, const std::string& folder) {
  if (!std::filesystem::exists(folder + "/packed")) {
    ALEXNET_RETURN_IF_ERROR(DrawAndPack(folder));
  }
  ALEXNET_ASSIGN_OR_RETURN(const DataFolders data,
                           OpenData(folder + "/packed"));
  uint64_t bytes = 0;
  for (const ShardInfo& shard : data.train->info()->shards) {
    bytes += shard.bytes;
  }
  Preprocessing preprocessing;
  preprocessing.mean_kind = MeanKind::kImageAtCentre;
  ALEXNET_RETURN_IF_ERROR(
      ApplyStatistics(*data.train->info()->statistics, &preprocessing));
  PipelineOptions options;
  options.threads = threads;
  options.batch = 64;
  options.cache_bytes = 0;  // every picture is decoded every time
  ALEXNET_ASSIGN_OR_RETURN(
      const std::unique_ptr<Pipeline> pipeline,
      Pipeline::Create(data.train, AllIndices(*data.train), preprocessing,
                       Augmentation{}, options));
  Batch batch;
  for (int i = 0; i < 4; ++i) {  // warm up
    ALEXNET_RETURN_IF_ERROR(pipeline->Next(&batch));
  }
  const Clock::time_point begin = Clock::now();
  int64_t crops = 0;
  double elapsed = 0.0;
  while (elapsed < seconds) {
    ALEXNET_RETURN_IF_ERROR(pipeline->Next(&batch));
    crops += batch.count;
    elapsed = std::chrono::duration<double>(Clock::now() - begin).count();
  }
  const double rate = static_cast<double>(crops) / elapsed;
  fmt::print(
      "pipeline: {:.0f} augmented 224-crops/s on {} threads, {:.0f} per "
      "thread, from JPEGs of {:.1f} KB\n",
      rate, threads, rate / threads,
      static_cast<double>(bytes) / kPictures / 1000.0);
  return Status();
}

Status MeasureAndTidy(int threads, double seconds) {
  const ScratchFolder scratch(
      (std::filesystem::temp_directory_path() /
       fmt::format("alexnet_pipeline_bench_{}",
                   Clock::now().time_since_epoch().count()))
          .string());
  return Measure(threads, seconds, scratch.path());
}

}  // namespace
}  // namespace alexnet

int main(int argc, char** argv) {
  const int threads = argc > 1 ? std::atoi(argv[1]) : alexnet::AvailableCpus();
  const double seconds = argc > 2 ? std::atof(argv[2]) : 5.0;
  if (threads < 1 || !(seconds > 0.0)) {
    fmt::print(stderr, "usage: pipeline_bench [THREADS [SECONDS [FOLDER]]]\n");
    return 2;
  }
  const alexnet::Status status =
      argc > 3 ? alexnet::Measure(threads, seconds, argv[3])
               : alexnet::MeasureAndTidy(threads, seconds);
  if (!status.ok()) {
    fmt::print(stderr, "{}\n", status.ToString());
    return 1;
  }
  return 0;
}
