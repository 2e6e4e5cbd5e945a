// alexnet.hpp: each class on a small network, and what throws.

#include <gtest/gtest.h>

#include <alexnet/alexnet.hpp>
#include <atomic>
#include <chrono>
#include <cmath>
#include <cstdlib>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <type_traits>
#include <vector>
#if __cplusplus >= 202002L
#include <span>
#endif

namespace alexnet {
namespace {

std::string Path(const std::string& name) {
  return ::testing::TempDir() + "/cpp_face_" + name;
}

Network SmallNetwork() {
  Network network("small", 3, 6, 6);
  ConvolutionOptions convolution;
  convolution.out_channels = 4;
  convolution.window.kernel_h = 3;
  PoolingOptions pooling;
  pooling.window.kernel_h = 2;
  pooling.window.stride_h = 2;
  FullyConnectedOptions full;
  full.out_features = 3;
  network.add_convolution("conv1", convolution)
      .add_relu("relu1")
      .add_lrn("norm1")
      .add_pooling("pool1", pooling)
      .add_dropout("drop1", 0.25f)
      .add_fully_connected("fc2", full)
      .add_softmax("prob");
  return network;
}

// A data set that is drawn once.
const std::string& Shapes() {
  static const std::string folder = [] {
    ShapesOptions options;
    options.train_per_class = 4;
    options.held_out_per_class = 1;
    draw_shapes(Path("shapes"), options);
    return Path("shapes");
  }();
  return folder;
}

TEST(CppFace, ErrorsAreThrownWithAllTheirParts) {
  try {
    Model::load("/missing/net.alexnet");
    FAIL() << "loaded what is not there";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ALEXNET_NOT_FOUND);
    EXPECT_EQ(error.file(), "/missing/net.alexnet");
    EXPECT_FALSE(error.message().empty());
    EXPECT_NE(std::string(error.what()).find(error.message()),
              std::string::npos);
  }
  EXPECT_THROW(Network::preset("resnet"), Error);
  EXPECT_THROW(SmallNetwork().add_relu("late"), Error);  // after the softmax
}

TEST(CppFace, TensorsAreMeasuredAndDamageIsFound) {
  const Model model = Model::initial(SmallNetwork());
  const size_t weight = model.find_tensor("conv1.weight");
  const MeasuredTensor measured = measure_tensor(model, weight);
  EXPECT_EQ(measured.statistics.elements, 4 * 27);
  EXPECT_EQ(measured.same_as, (std::vector<int64_t>{0, 1, 2, 3}));
  const std::string path = Path("inspected.alexnet");
  model.save(path);
  EXPECT_TRUE(find_damage(load_damaged(path)).empty());
}

TEST(CppFace, SpansViewWhatHasDataAndSize) {
  int values[] = {1, 2, 3};
  const Span<int> all = values;
  all[1] = 5;
  EXPECT_EQ(values[1], 5);
  const Span<const int> read = all;
  EXPECT_EQ(std::vector<int>(read.begin(), read.end()),
            (std::vector<int>{1, 5, 3}));
  const std::vector<int> held = {7};
  EXPECT_EQ(Span<const int>(held).data(), held.data());
  EXPECT_TRUE(Span<int>().empty());
  // Nothing that would drop const, or read values as other ones.
  EXPECT_FALSE((std::is_convertible_v<const std::vector<int>&, Span<int>>));
  EXPECT_FALSE((std::is_convertible_v<Span<const int>, Span<int>>));
  EXPECT_FALSE((std::is_convertible_v<Span<int>, Span<const float>>));
  EXPECT_FALSE((std::is_convertible_v<int, Span<const int>>));
#if __cplusplus >= 202002L
  const std::span<const int> standard = read;
  EXPECT_EQ(standard.data(), &values[0]);
  EXPECT_EQ(Span<const int>(standard).size(), 3u);
#endif
}

TEST(CppFace, LibrariesOfOtherVersionsAreRefused) {
  EXPECT_EQ(version_number(), ALEXNET_VERSION_MAJOR * 1000000 +
                                  ALEXNET_VERSION_MINOR * 1000 +
                                  ALEXNET_VERSION_PATCH);
  EXPECT_NO_THROW(require_version());
  try {
    require_version(ALEXNET_VERSION_MAJOR + 1, 0);
    FAIL() << "took another major version";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ALEXNET_UNSUPPORTED);
  }
}

TEST(CppFace, NetworksTellTheirLayers) {
  const Network network = SmallNetwork();
  const std::vector<LayerInfo> layers = network.layers();
  ASSERT_EQ(layers.size(), 7u);
  EXPECT_STREQ(layers[0].name, "conv1");
  EXPECT_EQ(layers[0].output[1], 4);
  EXPECT_EQ(layers[5].parameters, 4 * 2 * 2 * 3 + 3);
  EXPECT_EQ(layers[0].type, ALEXNET_LAYER_CONVOLUTION);
  EXPECT_EQ(network.convolution(0).out_channels, 4);
  EXPECT_EQ(network.fully_connected(5).out_features, 3);
  EXPECT_THROW((void)network.dropout(0), Error);
  EXPECT_NE(network.text().find("norm1"), std::string::npos);
  EXPECT_EQ(network.preprocessing().crop_width, 6);
  EXPECT_EQ(network.recipe().batch, 128);
  EXPECT_EQ(presets().size(), alexnet_preset_count());
  EXPECT_EQ(devices()[0].name, std::string("cpu"));
  EXPECT_NE(system_json().find(std::string(version())), std::string::npos);
}

TEST(CppFace, LayersOfANetworkCanBeChanged) {
  Network network = SmallNetwork();
  network.set_option("norm*", "k", "2").remove_layers("softmax");
  EXPECT_EQ(network.layers().size(), 6u);
  EXPECT_NE(network.json().find("\"k\": 2.0"), std::string::npos);
  EXPECT_THROW(network.set_option("norm9", "k", "2"), Error);
}

TEST(CppFace, ALaunchedProcessKnowsItsPlace) {
  EXPECT_EQ(launcher_rank(), 0);
  EXPECT_EQ(launcher_size(), 1);
  setenv("OMPI_COMM_WORLD_RANK", "1", 1);
  setenv("OMPI_COMM_WORLD_SIZE", "4", 1);
  EXPECT_EQ(launcher_rank(), 1);
  EXPECT_EQ(launcher_size(), 4);
  unsetenv("OMPI_COMM_WORLD_RANK");
  unsetenv("OMPI_COMM_WORLD_SIZE");
}

TEST(CppFace, WhereThereIsNoMpiTrainingByItIsRefused) {
  setenv("ALEXNET_MPI_PLUGIN", "/no/libalexnet_mpi.so", 1);
  TrainOptions options;
  options.data = "data";
  options.out = "out";
  options.launcher = ALEXNET_LAUNCHER_MPI;
  try {
    train(options);
    ADD_FAILURE();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ALEXNET_UNSUPPORTED);
    EXPECT_NE(error.message().find("openmpi-bin"), std::string::npos);
  }
  unsetenv("ALEXNET_MPI_PLUGIN");
}

TEST(CppFace, ModelsAreBuiltSavedAndRead) {
  const Model initial = Model::initial(SmallNetwork(), 7);
  ModelBuilder builder(initial);
  builder.set_labels({"ant", "bee", "cat"});
  builder.set_metadata("made.by", "a test");
  const std::vector<float> bias = {1, 2, 3};
  builder.write_tensor("fc2.bias", bias);
  const Model model = builder.build();
  EXPECT_EQ(model.labels(), (std::vector<std::string>{"ant", "bee", "cat"}));
  EXPECT_EQ(model.metadata("made.by"), "a test");
  EXPECT_EQ(model.metadata("none"), std::nullopt);
  EXPECT_EQ(model.metadata().size(), 1u);
  EXPECT_EQ(model.read_tensor(model.find_tensor("fc2.bias")), bias);
  EXPECT_EQ(model.tensor_data(model.find_tensor("fc2.bias")).size(), 12u);
  const std::vector<std::byte> bytes = model.bytes();
  const Model copy = Model::from_memory(bytes);
  EXPECT_EQ(copy.info().file_hash, model.info().file_hash);
  model.save(Path("model.alexnet"));
  EXPECT_TRUE(verify_file(Path("model.alexnet")).ok);
  EXPECT_EQ(Model::load(Path("model.alexnet")).layers().size(), 7u);
  EXPECT_EQ(model.tensors().size(), 4u);
  EXPECT_NE(model.json().find("\"ant\""), std::string::npos);
  EXPECT_EQ(model.network().layers().size(), 7u);
}

TEST(CppFace, AnEmptyPictureIsNamed) {
  Session session(Model::initial(SmallNetwork(), 7), SessionOptions());
  const alexnet_encoded empty = {nullptr, 0, nullptr};
  try {
    session.run_encoded({&empty, 1});
    ADD_FAILURE() << "took an empty picture";
  } catch (const Error& error) {
    EXPECT_EQ(error.field(), "pictures[0]");
    EXPECT_NE(std::string(error.what()).find("is empty"), std::string::npos);
  }
}

TEST(CppFace, SessionsRunPredictAndShowActivations) {
  const Model model = Model::initial(SmallNetwork(), 7);
  const char* names[] = {"conv1", "fc2"};
  SessionOptions options;
  options.threads = 1;
  options.activations = names;
  options.activation_count = 2;
  Session session(model, options);
  EXPECT_EQ(session.info().classes, 3);
  const std::vector<uint8_t> pixels(9 * 8 * 3, 200);
  const alexnet_image image = {pixels.data(), 9, 8, 3, 0, 0};
  const std::vector<float> views = session.preprocess(image);
  std::vector<float> direct(3);
  session.run(views, 1, direct);
  EXPECT_EQ(session.run_images({&image, 1}), direct);
  EXPECT_NEAR(direct[0] + direct[1] + direct[2], 1, 1e-5);
  const std::vector<Prediction> top = session.top(direct, 2);
  ASSERT_EQ(top.size(), 2u);
  EXPECT_GE(top[0].probability, top[1].probability);
  EXPECT_EQ(top[0].label, "class " + std::to_string(top[0].class_index));
  EXPECT_EQ(session.activation(0).shape, (std::vector<int64_t>{1, 4, 4, 4}));
  EXPECT_EQ(session.activation(1).values.size(), 3u);
  EXPECT_THROW(session.activation(2), Error);
}

TEST(CppFace, QueuesComputeUntilTheyAreClosed) {
  const Model model = Model::initial(SmallNetwork(), 7);
  QueueOptions options;
  options.batch = 2;
  const Queue queue(model, options);
  const std::vector<float> views(3 * 3 * 6 * 6, 0.5f);
  std::vector<float> output(3 * 3);
  queue.run(views, 3, output);
  EXPECT_NEAR(output[6] + output[7] + output[8], 1, 1e-5);
  const QueueInfo info = queue.info();
  EXPECT_EQ(info.classes, 3);
  EXPECT_EQ(info.samples, 3);
  EXPECT_EQ(info.batches, 2);
  queue.close();
  EXPECT_THROW(queue.run(views, 3, output), Error);
}

SessionOptions OneThread() {
  SessionOptions options;
  options.threads = 1;
  return options;
}

TEST(CppFace, AnEmptyPoolIsRefused) {
  try {
    const SessionPool refused(Model::initial(SmallNetwork(), 7), 0);
    ADD_FAILURE() << "made a pool that nothing can be taken from";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ALEXNET_INVALID_ARGUMENT);
    EXPECT_EQ(error.field(), "size");
  }
}

TEST(CppFace, APoolGivesEachSessionToOneAtATime) {
  const Model model = Model::initial(SmallNetwork(), 7);
  SessionPool pool(model, 2, OneThread());
  EXPECT_EQ(pool.size(), 2u);
  constexpr std::chrono::milliseconds kPatience(1);
  std::optional<SessionPool::Taken> first = pool.take();
  SessionPool::Taken second = pool.take();
  EXPECT_NE(&**first, &*second);
  EXPECT_FALSE(pool.take_for(kPatience).has_value());
  const Session* const returned = &**first;
  // What is moved from gives nothing back.
  std::optional<SessionPool::Taken> moved = std::move(*first);
  first.reset();
  EXPECT_FALSE(pool.take_for(kPatience).has_value());
  moved.reset();
  EXPECT_EQ(&*pool.take(), returned);
  EXPECT_TRUE(pool.take_for(kPatience).has_value());
}

TEST(CppFace, APoolServesMoreThreadsThanItHasSessions) {
  const Model model = Model::initial(SmallNetwork(), 7);
  SessionPool pool(model, 2, OneThread());
  const std::vector<float> views(3 * 6 * 6, 0.5f);
  std::vector<float> expected(3);
  pool.take()->run(views, 1, expected);
  std::atomic<int> inside{0};
  std::atomic<int> most{0};
  std::atomic<int> right{0};
  std::vector<std::thread> threads;
  threads.reserve(6);
  for (int i = 0; i < 6; ++i) {
    threads.emplace_back([&] {
      for (int k = 0; k < 50; ++k) {
        std::vector<float> output(3);
        const SessionPool::Taken session = pool.take();
        const int here = ++inside;
        for (int seen = most; seen < here;) {
          if (most.compare_exchange_weak(seen, here)) break;
        }
        session->run(views, 1, output);
        --inside;
        if (output == expected) ++right;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(right, 300);
  EXPECT_LE(most, 2);
}

TEST(CppFace, DataSetsAreReadPackedAndLinted) {
  const Dataset data(Shapes());
  EXPECT_EQ(data.classes().size(), 10u);
  EXPECT_EQ(data.size(ALEXNET_PART_TRAIN), 40);
  const std::string path =
      Shapes() + "/train/" + data.name(ALEXNET_PART_TRAIN, 39);
  const std::vector<std::byte> bytes = data.read(ALEXNET_PART_TRAIN, 39);
  const Image decoded = Image::decode(bytes);
  EXPECT_EQ(decoded.view().width, 64);
  EXPECT_EQ(Image::load(path).view().height, 64);
  EXPECT_EQ(data.label(ALEXNET_PART_TRAIN, 39), 9);
  EXPECT_TRUE(data.lint().ok);
  EXPECT_EQ(data.pack(Path("packed")).pictures, 50);
  // A callback's exception comes through, the library's error does not hide it.
  EXPECT_THROW(
      data.lint({}, {},
                [](int64_t, int64_t) { throw std::range_error("enough"); }),
      std::range_error);
}

TEST(CppFace, TrainingIsHeardAndStoppedByExceptions) {
  struct Listener : TrainListener {
    void on_start(const alexnet_train_start& start) override {
      classes = start.class_count;
    }
    void on_step(const alexnet_step_report&) override {
      if (++steps == stop_at) throw std::runtime_error("stop here");
    }
    void on_epoch(const alexnet_epoch_report&) override { ++epochs; }
    void on_checkpoint(std::string_view path, bool) override { last = path; }
    size_t classes = 0;
    int steps = 0;
    int epochs = 0;
    int stop_at = -1;
    std::string last;
  };
  const std::string out = Path("run");
  Recipe recipe;
  recipe.fields = ALEXNET_RECIPE_EPOCHS | ALEXNET_RECIPE_BATCH;
  recipe.epochs = 2;
  recipe.batch = 10;
  std::vector<std::string> log;
  const Context context([&](int32_t, std::string_view message) {
    log.emplace_back(message);
    throw std::runtime_error("a log must not stop anything");
  });
  TrainOptions options;
  options.context = context.get();
  options.data = Shapes().c_str();
  options.out = out.c_str();
  options.preset = "alexnet_small";
  options.recipe = &recipe;
  options.threads = 1;
  Listener stopped;
  stopped.stop_at = 3;
  EXPECT_THROW(train(options, &stopped), std::runtime_error);
  EXPECT_EQ(stopped.steps, 3);
  EXPECT_EQ(stopped.classes, 10u);

  options.resume = 1;
  options.recipe = nullptr;
  Listener resumed;
  const TrainReport report = train(options, &resumed);
  EXPECT_EQ(report.steps, 8);
  EXPECT_EQ(resumed.steps, 5);
  EXPECT_EQ(resumed.epochs, 2);
  EXPECT_FALSE(resumed.last.empty());

  const Model model = Model::load(out + "/best.alexnet");
  const Evaluation evaluation = evaluate(model, Dataset(Shapes()));
  EXPECT_EQ(evaluation.info().count, 10);
  EXPECT_EQ(evaluation.classes().size(), 10u);
  EXPECT_EQ(evaluation.confusion().size(), 100u);
  EXPECT_FALSE(evaluation.confusion_text().empty());
  EXPECT_TRUE(evaluation.broken().empty());

  CancelToken token;
  token.cancel();
  EXPECT_TRUE(token.cancelled());
  Limits limits;
  limits.cancel = token.get();
  const std::string tuned = Path("tuned");
  options.out = tuned.c_str();
  options.resume = 0;
  try {
    finetune(model, {}, options, nullptr, limits);
    FAIL() << "not cancelled";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ALEXNET_CANCELLED) << error.what();
  }
}

TEST(CppFace, TrainersLearnABatch) {
  const Model model = Model::initial(SmallNetwork(), 7);
  TrainerOptions options;
  options.batch = 3;
  options.threads = 1;
  Trainer trainer(model, options);
  std::vector<float> images(3 * 3 * 6 * 6);
  for (size_t i = 0; i < images.size(); ++i) {
    images[i] = std::sin(static_cast<float>(i * i));
  }
  const std::vector<int32_t> labels = {0, 1, 2};
  const double before = trainer.gradients(images, labels).loss;
  UpdateRule rule;
  rule.rate = 0.1f;
  for (int i = 0; i < 100; ++i) trainer.step(images, labels, rule);
  EXPECT_LT(trainer.step(images, labels, rule).loss, before);
  std::vector<float> bias(3);
  trainer.read("fc2.bias", ALEXNET_VALUE_PARAMETER, bias);
  const Model learned = trainer.model();
  EXPECT_EQ(learned.read_tensor(learned.find_tensor("fc2.bias")), bias);
  bias = {4, 5, 6};
  trainer.write("fc2.bias", ALEXNET_VALUE_PARAMETER, bias);
  const Model written = trainer.model();
  EXPECT_EQ(written.read_tensor(written.find_tensor("fc2.bias")), bias);
}

TEST(CppFace, LayersAreTimed) {
  SessionOptions options;
  options.threads = 1;
  const LayerTimes times =
      time_layers(Model::initial(SmallNetwork()), options, 0.0);
  EXPECT_STREQ(times.info.device, "cpu");
  ASSERT_EQ(times.layers.size(), 7u);
  EXPECT_EQ(times.layers[0].computed_by, 0);
  EXPECT_EQ(times.layers[4].computed_by, -1);  // dropout
  EXPECT_STREQ(times.layers[4].algorithm, "");
  EXPECT_GT(times.info.flops_per_second, 0);
}

TEST(CppFace, BenchmarksTellTheirDevice) {
  BenchmarkOptions options;
  options.preset = "alexnet_small";
  options.seconds = 1e-3;
  options.threads = 1;
  const BenchmarkReport report = benchmark(options);
  EXPECT_STREQ(report.network, "alexnet_small");
  EXPECT_GT(report.images_per_second, 0);
}

}  // namespace
}  // namespace alexnet
