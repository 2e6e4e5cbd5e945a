#include "core/train/curves/metrics.h"

#include <gtest/gtest.h>
#include <sys/resource.h>

#include <csignal>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <sstream>
#include <vector>

namespace alexnet {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

std::string Folder(const std::string& name) {
  const std::string folder = ::testing::TempDir() + "/metrics_" + name;
  fs::remove_all(folder);
  fs::create_directories(folder);
  return folder;
}

std::string Contents(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

std::vector<Json> Lines(const std::string& folder) {
  std::vector<Json> lines;
  std::istringstream text(Contents(folder + "/metrics.jsonl"));
  for (std::string line; std::getline(text, line);) {
    lines.push_back(Json::parse(line));
  }
  return lines;
}

StepReport Step(int64_t step, int64_t epoch) {
  StepReport report;
  report.step = step;
  report.epoch = epoch;
  report.loss = 1.5 * static_cast<double>(step);
  report.rate = 0.25f;
  report.gradient_norm = 0.75;
  return report;
}

EpochReport Epoch(int64_t epoch, int64_t step) {
  EpochReport report;
  report.epoch = epoch;
  report.step = step;
  report.validated = true;
  report.top1_error = 40.5;
  return report;
}

// CRC-32C bit by bit, from the definition; independent of the code's table.
uint32_t BitwiseCrc(const std::string& bytes) {
  uint32_t crc = ~0u;
  for (const unsigned char byte : bytes) {
    for (int bit = 0; bit < 8; ++bit) {
      const bool one = ((crc ^ (byte >> bit)) & 1) != 0;
      crc = (crc >> 1) ^ (one ? 0x82F63B78u : 0u);
    }
  }
  return ~crc;
}

uint32_t Masked(const std::string& bytes) {
  const uint32_t crc = BitwiseCrc(bytes);
  return ((crc >> 15) | (crc << 17)) + 0xA282EAD8u;
}

template <typename T>
T Little(const std::string& bytes, size_t at) {
  T value;
  std::memcpy(&value, bytes.data() + at, sizeof(value));
  return value;
}

// The records of an event file, by TensorBoard's framing.
std::vector<std::string> Records(const std::string& file) {
  std::vector<std::string> records;
  size_t at = 0;
  while (at < file.size()) {
    const uint64_t length = Little<uint64_t>(file, at);
    EXPECT_EQ(Little<uint32_t>(file, at + 8), Masked(file.substr(at, 8)));
    const std::string payload = file.substr(at + 12, length);
    EXPECT_EQ(Little<uint32_t>(file, at + 12 + length), Masked(payload));
    records.push_back(payload);
    at += 16 + length;
  }
  EXPECT_EQ(at, file.size());
  return records;
}

// The fields of one protocol buffer message, by number: varints as numbers,
// the others as their bytes.
struct Fields {
  std::map<int, uint64_t> numbers;
  std::map<int, std::vector<std::string>> bytes;
};

Fields ParseMessage(const std::string& message) {
  Fields fields;
  size_t at = 0;
  const auto varint = [&] {
    uint64_t value = 0;
    for (int shift = 0;; shift += 7) {
      const uint8_t byte = static_cast<uint8_t>(message.at(at++));
      value |= static_cast<uint64_t>(byte & 0x7F) << shift;
      if (byte < 0x80) return value;
    }
  };
  while (at < message.size()) {
    const uint64_t key = varint();
    const int field = static_cast<int>(key >> 3);
    size_t length = 0;
    switch (key & 7) {
      case 0:
        fields.numbers[field] = varint();
        continue;
      case 1:
        length = 8;
        break;
      case 2:
        length = varint();
        break;
      case 5:
        length = 4;
        break;
      default:
        ADD_FAILURE() << "wire type " << (key & 7);
        return fields;
    }
    fields.bytes[field].push_back(message.substr(at, length));
    at += length;
  }
  return fields;
}

std::vector<fs::path> EventFiles(const std::string& folder) {
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (entry.path().filename().string().rfind("events.out.tfevents.", 0) ==
        0) {
      files.push_back(entry.path());
    }
  }
  return files;
}

TEST(MetricsTest, LinesAreJsonWithTheDocumentedFields) {
  const std::string folder = Folder("lines");
  {
    auto log = MetricsLog::Open(folder, {});
    ASSERT_TRUE(log.ok()) << log.status().ToString();
    TrainingStart start;
    start.classes = {"a", "b\xFF"};  // a name that is not UTF-8
    start.choices = {"biases start at 0.1"};
    start.steps_per_epoch = 2;
    ASSERT_TRUE((*log)->Start(start).ok());
    ASSERT_TRUE((*log)->Step(Step(1, 0)).ok());
    ASSERT_TRUE((*log)->Epoch(Epoch(0, 2)).ok());
    EpochReport no_validation;
    no_validation.epoch = 1;
    no_validation.train_loss = std::numeric_limits<double>::infinity();
    no_validation.norms = {
        {"fc6", 3.5, std::numeric_limits<double>::quiet_NaN(), 0.25}};
    ASSERT_TRUE((*log)->Epoch(no_validation).ok());
    ASSERT_TRUE(
        (*log)->Warning({7, 2}, WarningKind::kWatch, "is <stuck>").ok());
  }
  std::vector<Json> lines = Lines(folder);
  ASSERT_EQ(lines.size(), 5u);
  EXPECT_EQ(lines[0]["type"], "start");
  EXPECT_EQ(lines[0]["resumed"], false);
  EXPECT_EQ(lines[0]["classes"].size(), 2u);
  EXPECT_EQ(lines[0]["choices"][0], "biases start at 0.1");
  EXPECT_EQ(lines[0]["steps_per_epoch"], 2);
  EXPECT_EQ(lines[1]["type"], "step");
  EXPECT_EQ(lines[1]["gradient_norm"], 0.75);
  EXPECT_EQ(lines[1]["loss"], 1.5);
  EXPECT_EQ(lines[1]["rate"], 0.25);
  EXPECT_EQ(lines[2]["top1_error"], 40.5);
  EXPECT_FALSE(lines[3].contains("top1_error"));
  EXPECT_TRUE(lines[3]["train_loss"].is_null());
  const Json& norms = lines[3]["norms"][0];
  EXPECT_EQ(norms["layer"], "fc6");
  EXPECT_EQ(norms["weight"], 3.5);
  EXPECT_TRUE(norms["gradient"].is_null());
  EXPECT_EQ(norms["update"], 0.25);
  lines[4].erase("time");
  EXPECT_EQ(lines[4], Json::parse(R"({"type":"warning","step":7,"epoch":2,)"
                                  R"("kind":"watch","message":"is <stuck>"})"));
}

TEST(MetricsTest, ResumingTakesLaterLinesOut) {
  const std::string folder = Folder("resume");
  {
    auto log = MetricsLog::Open(folder, {});
    ASSERT_TRUE(log.ok());
    ASSERT_TRUE((*log)->Start({}).ok());
    for (int64_t step = 1; step <= 4; ++step) {
      ASSERT_TRUE((*log)->Step(Step(step, 0)).ok());
    }
    ASSERT_TRUE((*log)->Warning({4, 0}, WarningKind::kRun, "early").ok());
    ASSERT_TRUE((*log)->Epoch(Epoch(0, 4)).ok());
    ASSERT_TRUE((*log)->Step(Step(5, 1)).ok());
    ASSERT_TRUE((*log)->Step(Step(6, 1)).ok());
    ASSERT_TRUE((*log)->Warning({6, 1}, WarningKind::kRun, "late").ok());
    ASSERT_TRUE((*log)->Epoch(Epoch(1, 6)).ok());
  }
  {
    // What a kill in the middle of a line leaves.
    std::ofstream cut(folder + "/metrics.jsonl", std::ios::app);
    cut << R"({"type":"step","ste)";
  }
  {
    auto log = MetricsLog::Open(folder, {5, 1});
    ASSERT_TRUE(log.ok()) << log.status().ToString();
    ASSERT_TRUE((*log)->Start({}).ok());
    ASSERT_TRUE((*log)->Step(Step(6, 1)).ok());
  }
  std::vector<int64_t> steps;
  std::vector<int64_t> epochs;
  std::vector<std::string> warnings;
  int starts = 0;
  for (const Json& line : Lines(folder)) {
    if (line["type"] == "step") steps.push_back(line["step"]);
    if (line["type"] == "epoch") epochs.push_back(line["epoch"]);
    if (line["type"] == "warning") warnings.push_back(line["message"]);
    starts += line["type"] == "start";
  }
  EXPECT_EQ(steps, (std::vector<int64_t>{1, 2, 3, 4, 5, 6}));
  EXPECT_EQ(epochs, (std::vector<int64_t>{0}));
  EXPECT_EQ(warnings, (std::vector<std::string>{"early"}));
  EXPECT_EQ(starts, 2);
  EXPECT_EQ(EventFiles(folder).size(), 2u);
}

// Cut anywhere, or followed by what a disk that lost its power shows.
TEST(MetricsTest, ResumingCutsWhatIsLeftOfARecord) {
  const std::string folder = Folder("cut_events");
  {
    auto log = MetricsLog::Open(folder, {});
    ASSERT_TRUE(log.ok());
    ASSERT_TRUE((*log)->Step(Step(1, 0)).ok());
    ASSERT_TRUE((*log)->Step(Step(2, 0)).ok());
  }
  const fs::path path = EventFiles(folder).at(0);
  const std::string all = Contents(path);
  const size_t last = 16 + Records(all).back().size();
  const std::string whole = all.substr(0, all.size() - last);
  std::vector<std::string> broken;
  for (size_t kept = 1; kept < last; ++kept) {
    broken.push_back(all.substr(0, whole.size() + kept));
  }
  broken.push_back(whole + std::string(4096, '\0'));
  for (const size_t from_end : {size_t{1}, last / 2, last - 10, last}) {
    std::string flipped = all;
    flipped[all.size() - from_end] ^= 0x10;
    broken.push_back(flipped);
  }
  // Of another program.
  const std::string others = folder + "/events.out.tfevents.1.host.v2";
  std::ofstream(others) << "cut";
  for (const std::string& contents : broken) {
    std::ofstream(path, std::ios::binary) << contents;
    ASSERT_EQ(Contents(path), contents);
    const auto log = MetricsLog::Open(folder, {1, 0});
    ASSERT_TRUE(log.ok()) << log.status().ToString();
    EXPECT_EQ(Contents(path), whole) << contents.size();
  }
  EXPECT_EQ(Contents(others), "cut");
  std::ofstream(path, std::ios::binary) << all;
  ASSERT_TRUE(MetricsLog::Open(folder, {1, 0}).ok());
  EXPECT_EQ(Contents(path), all);
}

TEST(MetricsTest, ALineThatDoesNotFitOnTheDiskLeavesNoPart) {
  const std::string folder = Folder("full");
  const std::string path = folder + "/metrics.jsonl";
  auto log = MetricsLog::Open(folder, {});
  ASSERT_TRUE(log.ok());
  ASSERT_TRUE((*log)->Step(Step(1, 0)).ok());
  rlimit before{};
  ASSERT_EQ(getrlimit(RLIMIT_FSIZE, &before), 0);
  const auto handler = std::signal(SIGXFSZ, SIG_IGN);
  const auto whole = Contents(path);
  rlimit small = before;
  small.rlim_cur = whole.size() + 20;
  ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &small), 0);
  const Status status = (*log)->Step(Step(2, 0));
  setrlimit(RLIMIT_FSIZE, &before);
  std::signal(SIGXFSZ, handler);
  EXPECT_EQ(status.code(), StatusCode::kIo) << status.ToString();
  EXPECT_EQ(Contents(path), whole);
  ASSERT_TRUE((*log)->Step(Step(3, 0)).ok());
  const std::vector<Json> lines = Lines(folder);
  ASSERT_EQ(lines.size(), 2u);
  EXPECT_EQ(lines[1]["step"], 3);
}

TEST(MetricsTest, EventFilesAreWhatTensorBoardReads) {
  // "123456789" is the check value of every CRC's definition.
  ASSERT_EQ(BitwiseCrc("123456789"), 0xE3069283u);
  const std::string folder = Folder("events");
  {
    auto log = MetricsLog::Open(folder, {41, 3});
    ASSERT_TRUE(log.ok());
    ASSERT_TRUE((*log)->Step(Step(300, 3)).ok());
  }
  const std::vector<fs::path> files = EventFiles(folder);
  ASSERT_EQ(files.size(), 1u);
  const std::vector<std::string> records = Records(Contents(files[0]));
  ASSERT_EQ(records.size(), 3u);
  const Fields version = ParseMessage(records[0]);
  EXPECT_EQ(version.bytes.at(3).at(0), "brain.Event:2");
  EXPECT_GT(Little<double>(version.bytes.at(1).at(0), 0), 1e9);
  const Fields session = ParseMessage(records[1]);
  EXPECT_EQ(session.numbers.at(2), 42u);
  EXPECT_EQ(ParseMessage(session.bytes.at(7).at(0)).numbers.at(1), 1u);
  const Fields scalars = ParseMessage(records[2]);
  EXPECT_EQ(scalars.numbers.at(2), 300u);
  std::map<std::string, float> values;
  const Fields summary = ParseMessage(scalars.bytes.at(5).at(0));
  for (const std::string& value : summary.bytes.at(1)) {
    const Fields one = ParseMessage(value);
    // proto3 leaves zeros out.
    values[one.bytes.at(1).at(0)] =
        one.bytes.count(2) > 0 ? Little<float>(one.bytes.at(2).at(0), 0) : 0.0f;
  }
  EXPECT_EQ(values.at("train/loss"), 450.0f);
  EXPECT_EQ(values.at("train/rate"), 0.25f);
  EXPECT_EQ(values.at("train/images_per_second"), 0.0f);
}

}  // namespace
}  // namespace alexnet
