// Trains a network on a folder of pictures, one folder per class, and tells how
// often it is right. Ctrl-C stops it; "resume" goes on where it stopped.
//
//   train DATA OUT [PRESET [EPOCHS]] [resume]
#include <alexnet/alexnet.hpp>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

namespace {

alexnet::CancelToken* token = nullptr;

// Once: the next Ctrl-C ends the program as usual.
void OnInterrupt(int number) {
  token->cancel();
  std::signal(number, SIG_DFL);
}

class Progress : public alexnet::TrainListener {
 public:
  void on_step(const alexnet_step_report& report) override {
    std::printf("\repoch %lld of %lld, batch %lld of %lld, loss %.3f   ",
                static_cast<long long>(report.epoch + 1),
                static_cast<long long>(report.epochs),
                static_cast<long long>(report.batch + 1),
                static_cast<long long>(report.batches), report.mean_loss);
    std::fflush(stdout);
  }

  void on_epoch(const alexnet_epoch_report& report) override {
    std::printf("\repoch %lld of %lld: loss %.3f",
                static_cast<long long>(report.epoch + 1),
                static_cast<long long>(report.epochs), report.train_loss);
    if (report.validated) {
      std::printf(", top-1 error %.2f %%", report.top1_error);
    }
    std::printf(", %.0f s%24s\n", report.seconds, "");
  }
};

void Run(std::vector<std::string> words, const alexnet::Limits& limits) {
  const alexnet::Context context(
      [](int32_t, std::string_view message) {
        std::fprintf(stderr, "train: %.*s\n", static_cast<int>(message.size()),
                     message.data());
      },
      ALEXNET_LOG_WARNING);
  alexnet::Recipe recipe;
  alexnet::TrainOptions options;
  options.context = context.get();
  options.recipe = &recipe;
  if (words.back() == "resume") {
    options.resume = 1;
    words.pop_back();
  }
  options.data = words[0].c_str();
  options.out = words[1].c_str();
  if (words.size() > 2) options.preset = words[2].c_str();
  if (words.size() > 3) {
    recipe.fields = ALEXNET_RECIPE_EPOCHS;
    recipe.epochs = std::atoi(words[3].c_str());
  }
  Progress progress;
  alexnet::train(options, &progress, limits);

  const auto model = alexnet::Model::load(words[1] + "/last.alexnet");
  const alexnet::Dataset dataset(words[0]);
  const auto info = alexnet::evaluate(model, dataset, {}, limits).info();
  std::printf("top-1: %.2f %% of %lld pictures are right\n",
              100.0 - info.top1_error, static_cast<long long>(info.count));
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3 || argc > 6) {
    std::fprintf(stderr, "usage: train DATA OUT [PRESET [EPOCHS]] [resume]\n");
    return 2;
  }
  try {
    alexnet::CancelToken cancel;
    token = &cancel;
    alexnet::Limits limits;
    limits.cancel = cancel.get();
    std::signal(SIGINT, OnInterrupt);
    int failed = 0;
    try {
      Run({argv + 1, argv + argc}, limits);
    } catch (const alexnet::Error& error) {
      std::fprintf(stderr, "\ntrain: %s\n", error.what());
      if (error.code() == ALEXNET_CANCELLED) {
        std::fprintf(stderr,
                     "train: the same command with \"resume\" goes on\n");
      }
      failed = 1;
    }
    std::signal(SIGINT, SIG_DFL);  // before the token goes
    return failed;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "train: %s\n", error.what());
    return 1;
  }
}
