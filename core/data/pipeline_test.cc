#include "core/data/pipeline.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <functional>
#include <set>
#include <string>
#include <vector>

#include "core/base/limited_child.h"
#include "core/data/decode.h"
#include "core/data/epoch_order.h"
#include "core/data/split.h"
#include "core/data/test_pictures.h"
#include "core/preprocess/view.h"

namespace alexnet {
namespace {

Preprocessing Small() {
  Preprocessing p;
  p.resize = 24;
  p.crop_height = p.crop_width = 20;
  p.color_stddev = {30, 20, 10};
  p.color_axes = {1, 0, 0, 0, 1, 0, 0, 0, 1};
  return p;
}

std::shared_ptr<const Dataset> MakeData(int each = 11) {
  const std::string root = FreshFolder("data");
  WriteClassFolders(root, {"ant", "bee"}, each, 32);
  return OpenData(root).value().train;
}

struct Delivered {
  int64_t epoch;
  int64_t number;
  std::vector<int64_t> samples;
  std::vector<int32_t> labels;
  std::vector<float> images;
  bool operator==(const Delivered&) const = default;
};

std::unique_ptr<Pipeline> Make(const std::shared_ptr<const Dataset>& data,
                               const PipelineOptions& options,
                               const Augmentation& augmentation = {}) {
  Result<std::unique_ptr<Pipeline>> pipeline =
      Pipeline::Create(data, AllIndices(*data), Small(), augmentation, options);
  EXPECT_TRUE(pipeline.ok()) << pipeline.status().ToString();
  return std::move(pipeline).value();
}

std::vector<Delivered> Take(Pipeline* pipeline, int batches) {
  std::vector<Delivered> all;
  Batch batch;
  for (int i = 0; i < batches; ++i) {
    const Status status = pipeline->Next(&batch);
    EXPECT_TRUE(status.ok()) << status.ToString();
    if (!status.ok() || batch.count == 0) break;
    const int64_t floats = batch.count * batch.views * 3 * 20 * 20;
    all.push_back({batch.epoch,
                   batch.number,
                   batch.samples,
                   batch.labels,
                   {batch.images(), batch.images() + floats}});
  }
  return all;
}

PipelineOptions Options(int batch, int threads) {
  PipelineOptions options;
  options.batch = batch;
  options.threads = threads;
  options.seed = 42;
  return options;
}

// Three ranks' parts of each batch, one after another, are the batch: the same
// pictures, cut and coloured the same.
TEST(PipelineTest, PartsOfABatchAreWhatTheBatchHas) {
  const auto data = MakeData();  // 22 pictures
  for (const LastBatch last : {LastBatch::kFill, LastBatch::kDrop}) {
    PipelineOptions options = Options(5, 2);
    options.last_batch = last;
    const std::vector<Delivered> whole = Take(Make(data, options).get(), 12);
    ASSERT_EQ(whole.size(), 12u);
    std::vector<Delivered> together(whole.size());
    for (int rank = 0; rank < 3; ++rank) {
      options.first_sample = 2 * rank;
      options.samples = rank < 2 ? 2 : 0;  // the rest
      const std::vector<Delivered> part = Take(Make(data, options).get(), 12);
      ASSERT_EQ(part.size(), whole.size());
      for (size_t i = 0; i < whole.size(); ++i) {
        Delivered& all = together[i];
        all.epoch = part[i].epoch;
        all.number = part[i].number;
        const auto append = [](const auto& from, auto* to) {
          to->insert(to->end(), from.begin(), from.end());
        };
        append(part[i].samples, &all.samples);
        append(part[i].labels, &all.labels);
        append(part[i].images, &all.images);
      }
    }
    EXPECT_EQ(together, whole);
  }
}

TEST(PipelineTest, RefusesPartsOfBatchesThatAreNotFull) {
  const auto data = MakeData();
  PipelineOptions options = Options(5, 1);
  const auto refusal = [&] {
    return Pipeline::Create(data, AllIndices(*data), Small(), {}, options)
        .status();
  };
  options.first_sample = 3;
  options.samples = 3;
  EXPECT_EQ(refusal().field(), "samples");
  options.samples = 2;
  EXPECT_TRUE(refusal().ok());
  options.last_batch = LastBatch::kKeep;
  EXPECT_EQ(refusal().message(),
            "a part of each batch is for training on full batches only");
  options.last_batch = LastBatch::kFill;
  options.mode = PipelineMode::kEvaluate;
  EXPECT_EQ(refusal().field(), "samples");
}

TEST(PipelineTest, ThreadsPrefetchAndCacheDoNotChangeWhatIsDelivered) {
  const auto data = MakeData();
  const std::vector<Delivered> one = Take(Make(data, Options(4, 1)).get(), 15);
  for (const int threads : {2, 5}) {
    for (const int prefetch : {1, 4}) {
      for (const int64_t cache : {int64_t{0}, int64_t{1} << 30}) {
        PipelineOptions options = Options(4, threads);
        options.prefetch = prefetch;
        options.cache_bytes = cache;
        EXPECT_EQ(Take(Make(data, options).get(), 15), one);
      }
    }
  }
}

TEST(PipelineTest, AnEpochHasEverySampleAndTheNextAnotherOrder) {
  const auto data = MakeData();
  const std::vector<Delivered> all = Take(Make(data, Options(4, 2)).get(), 12);
  std::multiset<int64_t> seen;
  for (int i = 0; i < 6; ++i) {
    EXPECT_EQ(all[i].epoch, 0);
    EXPECT_EQ(all[i].number, i);
    EXPECT_EQ(all[i].samples.size(), 4u);
    seen.insert(all[i].samples.begin(), all[i].samples.end());
    for (size_t k = 0; k < 4; ++k) {
      EXPECT_EQ(all[i].labels[k], data->label(all[i].samples[k]));
    }
  }
  for (int64_t i = 0; i < 22; ++i) EXPECT_GE(seen.count(i), 1u);
  EXPECT_EQ(all[6].epoch, 1);
  EXPECT_NE(all[6].samples, all[0].samples);
  // The last batch is filled from the start of the epoch's order.
  EXPECT_EQ(all[5].samples[2], all[0].samples[0]);
}

TEST(PipelineTest, ASampleThatComesAgainLooksOtherwise) {
  const auto data = MakeData();
  const Preprocessing preprocessing = Small();
  const auto pipeline =
      Pipeline::Create(data, {3, 3, 3, 5}, preprocessing, {}, Options(4, 2))
          .value();
  Batch batch;
  ASSERT_TRUE(pipeline->Next(&batch).ok());
  const auto floats =
      static_cast<size_t>(preprocessing.channels() * preprocessing.crop_height *
                          preprocessing.crop_width);
  std::set<std::vector<float>> seen;
  for (size_t i = 0; i < 4; ++i) {
    if (batch.samples[i] != 3) continue;
    const float* image = batch.images() + i * floats;
    seen.insert(std::vector<float>(image, image + floats));
  }
  EXPECT_EQ(seen.size(), 3u);
}

TEST(PipelineTest, LastBatchRules) {
  const auto data = MakeData();
  PipelineOptions options = Options(4, 2);
  options.last_batch = LastBatch::kDrop;
  auto pipeline = Make(data, options);
  EXPECT_EQ(pipeline->batches_per_epoch(), 5);
  EXPECT_EQ(Take(pipeline.get(), 6)[5].epoch, 1);
  options.last_batch = LastBatch::kKeep;
  EXPECT_EQ(Take(Make(data, options).get(), 6)[5].samples.size(), 2u);
  options.last_batch = LastBatch::kDrop;
  options.batch = 23;
  EXPECT_FALSE(
      Pipeline::Create(data, AllIndices(*data), Small(), {}, options).ok());
}

TEST(PipelineTest, StartsAnywhere) {
  const auto data = MakeData();
  const std::vector<Delivered> all = Take(Make(data, Options(4, 2)).get(), 16);
  PipelineOptions options = Options(4, 2);
  options.first_epoch = 1;
  options.first_batch = 3;
  const std::vector<Delivered> rest = Take(Make(data, options).get(), 7);
  EXPECT_EQ(rest, std::vector<Delivered>(all.begin() + 9, all.end()));
}

TEST(PipelineTest, EvaluatesInOrderOnceWithTheCentreView) {
  const auto data = MakeData();
  PipelineOptions options = Options(8, 2);
  options.mode = PipelineMode::kEvaluate;
  auto pipeline = Make(data, options);
  const std::vector<Delivered> all = Take(pipeline.get(), 10);
  ASSERT_EQ(all.size(), 3u);
  EXPECT_EQ(all[2].samples.size(), 6u);
  EXPECT_EQ(all[1].samples[0], 8);
  const Sample sample = data->Read(8).value();
  std::vector<float> expected(3 * 20 * 20);
  ASSERT_TRUE(RenderCentre(DecodeImage(sample.bytes, "x").value(), Small(),
                           expected.data())
                  .ok());
  EXPECT_TRUE(
      std::equal(expected.begin(), expected.end(), all[1].images.begin()));
  Batch batch;
  ASSERT_TRUE(pipeline->Next(&batch).ok());
  EXPECT_EQ(batch.count, 0);
}

TEST(PipelineTest, TenCropDeliversTheViewsOfASampleTogether) {
  const auto data = MakeData();
  PipelineOptions options = Options(3, 2);
  options.mode = PipelineMode::kEvaluate;
  options.ten_crop = true;
  const std::vector<Delivered> all = Take(Make(data, options).get(), 1);
  const Sample sample = data->Read(1).value();
  std::vector<float> expected(10 * 3 * 20 * 20);
  ASSERT_TRUE(RenderTenCrop(DecodeImage(sample.bytes, "x").value(), Small(),
                            expected.data())
                  .ok());
  ASSERT_EQ(all[0].images.size(), 3 * expected.size());
  EXPECT_TRUE(std::equal(
      expected.begin(), expected.end(),
      all[0].images.begin() + static_cast<ptrdiff_t>(expected.size())));
}

std::shared_ptr<const Dataset> MakeBrokenData(int broken) {
  const std::string root = FreshFolder("data");
  WriteClassFolders(root, {"ant", "bee"}, 11, 32);
  for (int i = 0; i < broken; ++i) {
    WriteTestFile(root + "/ant/" + std::to_string(i) + ".jpg", "not a picture");
  }
  return OpenData(root).value().train;
}

TEST(PipelineTest, BrokenPicturesAreReplacedByTheNextGoodOne) {
  const auto data = MakeBrokenData(2);  // ant/0.jpg and ant/1.jpg
  auto pipeline = Make(data, Options(22, 1));
  const std::vector<Delivered> one = Take(pipeline.get(), 3);
  auto other = Make(data, Options(22, 4));
  EXPECT_EQ(Take(other.get(), 3), one);
  // Sorted by name: 0, 1, 10, 2, ...; so both are replaced by index 2.
  EXPECT_EQ(std::count(one[0].samples.begin(), one[0].samples.end(), 2), 3);
  EXPECT_EQ(std::count(one[0].samples.begin(), one[0].samples.end(), 0), 0);
  const std::vector<BrokenPicture> broken = pipeline->quarantine();
  ASSERT_EQ(broken.size(), 2u);
  EXPECT_EQ(broken[0].name, "ant/0.jpg");
  EXPECT_FALSE(broken[0].reason.empty());
}

TEST(PipelineTest, EvaluationLeavesBrokenPicturesOut) {
  const auto data = MakeBrokenData(2);
  PipelineOptions options = Options(8, 3);
  options.mode = PipelineMode::kEvaluate;
  const std::vector<Delivered> all = Take(Make(data, options).get(), 10);
  ASSERT_EQ(all.size(), 3u);
  EXPECT_EQ(all[0].samples, (std::vector<int64_t>{2, 3, 4, 5, 6, 7}));
  PipelineOptions intact = options;
  intact.batch = 1;
  EXPECT_EQ(Take(Make(data, intact).get(), 30).size(), 20u);
}

TEST(PipelineTest, TooManyBrokenPicturesStopIt) {
  const auto data = MakeBrokenData(11);
  auto pipeline = Make(data, Options(22, 2));
  Batch batch;
  Status status = pipeline->Next(&batch);
  EXPECT_EQ(status.code(), StatusCode::kDataLoss);
  EXPECT_NE(status.message().find("ant/10.jpg"), std::string::npos);
  EXPECT_EQ(pipeline->Next(&batch).code(), StatusCode::kDataLoss);
  PipelineOptions strict = Options(22, 2);
  strict.quarantine.strict = true;
  status = Make(data, strict)->Next(&batch);
  EXPECT_EQ(status.file().substr(0, 4), "ant/");
}

TEST(PipelineTest, InterruptionLeavesItUsable) {
  const auto data = MakeData();
  auto pipeline = Make(data, Options(4, 2));
  CancelToken token;
  token.Cancel();
  Batch batch;
  // A batch that is ready is delivered all the same.
  while (pipeline->Next(&batch, {&token, std::nullopt}).ok()) {
  }
  EXPECT_TRUE(pipeline->Next(&batch).ok());
}

TEST(PipelineTest, StopsCleanlyAtAnyMoment) {
  const auto data = MakeData();
  for (int taken = 0; taken < 20; ++taken) {
    auto pipeline = Make(data, Options(3, 1 + taken % 4));
    Take(pipeline.get(), taken);
  }
}

TEST(PipelineTest, RefusesWhatCannotWork) {
  const auto data = MakeData();
  const auto field = [&](const std::function<void(PipelineOptions*)>& change) {
    PipelineOptions options = Options(4, 1);
    change(&options);
    return Pipeline::Create(data, AllIndices(*data), Small(), {}, options)
        .status()
        .field();
  };
  EXPECT_EQ(field([](PipelineOptions* o) { o->batch = 0; }), "batch");
  EXPECT_EQ(field([](PipelineOptions* o) { o->threads = -1; }), "threads");
  EXPECT_EQ(field([](PipelineOptions* o) { o->prefetch = 0; }), "prefetch");
  EXPECT_EQ(field([](PipelineOptions* o) { o->first_batch = 6; }),
            "first_batch");
  EXPECT_EQ(field([](PipelineOptions* o) { o->ten_crop = true; }), "ten_crop");
  EXPECT_FALSE(Pipeline::Create(data, {}, Small(), {}, Options(4, 1)).ok());
  EXPECT_FALSE(Pipeline::Create(data, {22}, Small(), {}, Options(4, 1)).ok());
  Augmentation wide;
  wide.pad = 20;
  EXPECT_FALSE(Pipeline::Create(data, {0}, Small(), wide, Options(4, 1)).ok());
}

TEST(EpochOrderTest, IsAPermutation) {
  std::vector<int64_t> order = EpochOrder(1000, 7, 3);
  EXPECT_EQ(order, EpochOrder(1000, 7, 3));
  EXPECT_NE(order, EpochOrder(1000, 7, 4));
  EXPECT_NE(order, EpochOrder(1000, 8, 3));
  std::sort(order.begin(), order.end());
  for (int64_t i = 0; i < 1000; ++i) EXPECT_EQ(order[i], i);
}

TEST(PipelineTest, AChildOfForkIsRefusedAndDestroysIt) {
  const auto data = MakeData();
  std::unique_ptr<Pipeline> pipeline = Make(data, Options(4, 3));
  ASSERT_EQ(Take(pipeline.get(), 1).size(), 1u);
  EXPECT_EQ(EndOfChild([&pipeline] {
              Batch batch;
              const Status status = pipeline->Next(&batch);
              pipeline.reset();
              return status.code() == StatusCode::kFailedPrecondition ? 0 : 1;
            }),
            "exit 0");
  EXPECT_EQ(Take(pipeline.get(), 1).size(), 1u);
}

}  // namespace
}  // namespace alexnet
