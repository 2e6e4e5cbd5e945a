// What the C interface costs: the time of one call on a network that does
// almost nothing, and the memory of many sessions on one model.
//
//   ./tools/bazel run //tests/bench:abi_bench

#include <alexnet/alexnet.h>
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

namespace {

using Clock = std::chrono::steady_clock;

constexpr int kCalls = 20000;
constexpr int kRounds = 9;
constexpr int kSessions = 8;

// Ends the program where a call failed.
void Must(alexnet_status status, alexnet_error* error) {
  if (status == ALEXNET_OK) return;
  std::fprintf(stderr, "abi_bench: %s\n", alexnet_error_text(error));
  std::exit(1);
}

// Megabytes of the process that are in memory.
double ResidentMegabytes() {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.rfind("VmRSS:", 0) == 0) return std::stod(line.substr(6)) / 1024;
  }
  return 0;
}

alexnet_model* OneLayerModel() {
  alexnet_error* error = nullptr;
  alexnet_network* network = nullptr;
  alexnet_model* model = nullptr;
  Must(alexnet_network_create("one_layer", 3, 1, 1, &network, &error), error);
  alexnet_fully_connected_options options;
  alexnet_fully_connected_options_init(&options, sizeof(options));
  options.out_features = 2;
  Must(alexnet_network_add_fully_connected(network, "fc", &options, &error),
       error);
  Must(alexnet_model_create_initial(network, 1, nullptr, &model, &error),
       error);
  alexnet_network_free(network);
  return model;
}

alexnet_session* OpenSession(const alexnet_model* model, int threads) {
  alexnet_error* error = nullptr;
  alexnet_session* session = nullptr;
  alexnet_session_options options;
  alexnet_session_options_init(&options, sizeof(options));
  options.threads = threads;
  Must(alexnet_session_create(model, &options, &session, &error), error);
  return session;
}

// Microseconds of one call, the median of several rounds.
double CallMicroseconds(const alexnet_model* model, int threads) {
  alexnet_session* session = OpenSession(model, threads);
  const float view[3] = {1, 2, 3};
  float output[2];
  std::vector<double> rounds;
  for (int round = 0; round < kRounds; ++round) {
    const Clock::time_point start = Clock::now();
    for (int i = 0; i < kCalls; ++i) {
      alexnet_error* error = nullptr;
      Must(alexnet_session_run(session, view, 3, 1, nullptr, output, 2, &error),
           error);
    }
    rounds.push_back(
        std::chrono::duration<double, std::micro>(Clock::now() - start)
            .count() /
        kCalls);
  }
  alexnet_session_free(session);
  std::nth_element(rounds.begin(), rounds.begin() + kRounds / 2, rounds.end());
  return rounds[kRounds / 2];
}

// One run of each session, all at once.
void RunAll(const std::vector<alexnet_session*>& sessions) {
  std::vector<std::thread> threads;
  for (alexnet_session* session : sessions) {
    threads.emplace_back([session] {
      alexnet_error* error = nullptr;
      alexnet_session_info info;
      alexnet_session_info_init(&info, sizeof(info));
      Must(alexnet_session_get_info(session, &info, &error), error);
      std::vector<float> view(
          static_cast<size_t>(info.channels * info.height * info.width));
      std::vector<float> output(static_cast<size_t>(info.classes));
      Must(alexnet_session_run(session, view.data(), view.size(), 1, nullptr,
                               output.data(), output.size(), &error),
           error);
    });
  }
  for (std::thread& thread : threads) thread.join();
}

void PrintMemory() {
  alexnet_error* error = nullptr;
  alexnet_network* network = nullptr;
  alexnet_model* model = nullptr;
  const char* folder = std::getenv("TMPDIR");
  const std::string path =
      std::string(folder != nullptr ? folder : "/tmp") + "/abi_bench.alexnet";
  Must(alexnet_network_create_preset("torchvision", 0, 0, &network, &error),
       error);
  Must(alexnet_model_create_initial(network, 1, nullptr, &model, &error),
       error);
  Must(alexnet_model_save(model, path.c_str(), nullptr, nullptr, &error),
       error);
  alexnet_model_free(model);
  alexnet_network_free(network);
  Must(alexnet_model_load(path.c_str(), nullptr, &model, &error), error);
  alexnet_model_info info;
  alexnet_model_info_init(&info, sizeof(info));
  Must(alexnet_model_get_info(model, &info, &error), error);
  fmt::print("\n{:34}{:>10}\n", "torchvision, memory", "MB");
  fmt::print("{:34}{:10.0f}\n", "the model's weights",
             static_cast<double>(info.parameter_count) * 4 / (1 << 20));
  std::vector<alexnet_session*> sessions;
  for (int i = 0; i < kSessions; ++i) {
    sessions.push_back(OpenSession(model, 1));
    if (i + 1 != 1 && i + 1 != kSessions) continue;
    RunAll(sessions);
    fmt::print("{:34}{:10.0f}\n",
               fmt::format("resident, {} session{} on {} thread{}", i + 1,
                           i > 0 ? "s" : "", i + 1, i > 0 ? "s" : ""),
               ResidentMegabytes());
  }
  for (alexnet_session* session : sessions) alexnet_session_free(session);
  alexnet_model_free(model);
  std::remove(path.c_str());
}

}  // namespace

int main() {
  alexnet_model* model = OneLayerModel();
  fmt::print("{:34}{:>10}{:>10}\n", "one layer, batch 1", "us a call",
             "allowed");
  fmt::print("{:34}{:10.2f}{:10}\n", "1 thread", CallMicroseconds(model, 1), 5);
  fmt::print("{:34}{:10.2f}{:10}\n", "2 threads", CallMicroseconds(model, 2),
             25);
  alexnet_model_free(model);
  PrintMemory();
  return 0;
}
