#include "core/model/test_contents.h"

#include "core/model/alexnet_generated.h"
#include "core/model/mend_footer.h"
#include "core/network/builder.h"
#include "core/network/init.h"

namespace alexnet::testing {

TestContents::TestContents() {
  contents.network =
      ChainBuilder("tiny", 3, 12)
          .Convolve("conv1", 4, Window::Square(3, 2), 1, Gaussian(0.1f, 0.1f))
          .Relu("relu1")
          .Normalize("norm1", Lrn{})
          .Pool("pool1", PoolKind::kMax, Window::Square(3, 2))
          .Drop("drop1", 0.25f)
          .Full("fc2", 5, Gaussian(0.1f, 0))
          .Classify();
  Preprocessing& preprocessing = contents.preprocessing;
  preprocessing.resize = 16;
  preprocessing.crop_height = 12;
  preprocessing.crop_width = 12;
  preprocessing.mean_kind = MeanKind::kImageAtCentre;
  preprocessing.stddev = {1, 2, 3};
  preprocessing.color_stddev = {3, 2, 1};
  preprocessing.color_axes = {1, 0, 0, 0, 1, 0, 0, 0, 1};
  auto mean_image = std::make_shared<MeanImage>();
  mean_image->channels = 3;
  mean_image->height = 16;
  mean_image->width = 16;
  for (int i = 0; i < 3 * 16 * 16; ++i) {
    mean_image->values.push_back(static_cast<float>(i % 251));
  }
  preprocessing.mean_image = std::move(mean_image);
  contents.labels = {"one", "zwei", "drei drei", "четыре", "五"};

  const NetworkInfo info = InferNetwork(contents.network).value();
  parameters = InitialParameters(info, 7).value();
  momenta = InitialParameters(info, 8).value();
  for (const Tensor& tensor : parameters) {
    contents.parameters.push_back(tensor.view());
  }
  for (const Tensor& tensor : momenta) {
    contents.momenta.push_back(tensor.view());
  }

  TrainingState state;
  state.recipe.schedule.kind = ScheduleKind::kStep;
  state.recipe.schedule.milestones = {0.5f, 0.75f};
  state.seed = 99;
  state.epoch = 3;
  state.step = 12'345;
  state.position = 64;
  state.schedule = {1, 2, 0.25};
  state.best = {2, 0.25, 0.125, 1.5};
  state.sums = {3.5, 40, 64};
  state.seconds = 12.5;
  state.dataset_hash = 0xFEDCBA9876543210u;
  state.dataset_samples = 1000;
  state.validation_fraction = 0.1;
  state.compute_threads = 2;
  state.isa = "avx2";
  state.build_id = "build";
  state.device = "cuda:1";
  state.hardware = "a GPU";
  state.precision = "bf16";
  state.tuned = true;
  state.devices = "cpu,cpu";
  state.parallel = "hybrid";
  state.class_weights = {0.5f, 1.5f};
  state.rank_threads = {1, 1};
  state.adder = "a library";
  contents.training_state = state;
  contents.provenance = {"a test", 17, 1'700'000'000, "model_test"};
  contents.metadata = {{"note", "two\nlines"}, {"empty", ""}};
  SelfCheck check;
  check.key = 5;
  check.logits = {1, 2, 3, 4, 5};
  check.layer_norms.assign(contents.network.layers.size(), 0.5);
  contents.self_check = check;
}

std::vector<std::byte> WithFormatVersion(std::vector<std::byte> file,
                                         uint32_t version) {
  flatbuffers::GetMutableRoot<flatbuffers::Table>(file.data())
      ->SetField<uint32_t>(schema::Model::VT_FORMAT_VERSION, version, 0);
  MendFooter(&file);
  return file;
}

}  // namespace alexnet::testing
