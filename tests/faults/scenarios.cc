#include "tests/faults/scenarios.h"

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "core/data/decode.h"
#include "core/demo/demo_pictures.h"
#include "core/model/model.h"
#include "tests/faults/program.h"

namespace alexnet::faults {
namespace {

namespace fs = std::filesystem;

using Words = std::vector<std::string>;

// Two epochs of four updates.
Words TrainCommand(const std::string& out, const std::string& epochs) {
  return {"train",
          "data/train",
          "--preset",
          "lenet5",
          "--out",
          out,
          "--epochs",
          epochs,
          "--batch",
          "4",
          "--threads",
          "1",
          "--loader-threads",
          "1",
          "--val-fraction",
          "0.2",
          "--checkpoint-every",
          "2",
          "--log-every",
          "1",
          "--no-report"};
}

Scenario Convert(const std::string& from, const std::string& to,
                 Words makes = {}) {
  Scenario scenario;
  scenario.name = "convert " + from + " " + to;
  scenario.command = {"convert", from, to};
  scenario.needs = {from};
  if (from == "model.caffemodel") {
    scenario.needs.push_back("model.prototxt");
    scenario.command.insert(scenario.command.end(),
                            {"--prototxt", "model.prototxt"});
  }
  scenario.makes = makes.empty() ? Words{to} : std::move(makes);
  return scenario;
}

std::vector<Scenario> MakeScenarios() {
  std::vector<Scenario> all;
  const Words picture{"data/train/circle/0000.jpg", "grey.png"};
  Scenario predict{"predict",
                   {"predict", "--threads", "1", "model.alexnet"},
                   {"model.alexnet", "data", "grey.png"},
                   {},
                   true};
  predict.command.insert(predict.command.end(), picture.begin(), picture.end());
  all.push_back(predict);
  all.push_back({"verify",
                 {"verify", "--threads", "1", "model.alexnet"},
                 {"model.alexnet"},
                 {},
                 true});
  all.push_back(
      {"inspect", {"inspect", "model.alexnet"}, {"model.alexnet"}, {}, true});
  all.push_back({"doctor", {"doctor", "data"}, {"data"}, {}, false});
  all.push_back({"eval",
                 {"eval", "model.alexnet", "data/train", "--threads", "1"},
                 {"model.alexnet", "data"},
                 {},
                 false});
  all.push_back({"pack",
                 {"pack", "data/train", "packed", "--resize", "32", "--threads",
                  "1", "--shard-size", "4"},
                 {"data"},
                 {"packed/shard-000000.tar", "packed/shard-000001.tar",
                  "packed/dataset.json"},
                 false});
  all.push_back({"train",
                 TrainCommand("out", "2"),
                 {"data"},
                 {"out/last.alexnet", "out/best.alexnet"},
                 false});
  all.push_back({"train shards",
                 TrainCommand("out", "1"),
                 {"shards"},
                 {"out/last.alexnet", "out/best.alexnet"},
                 false});
  all.back().command[1] = "shards";
  const Words resume = {"train",    "data/train",       "--out", "run",
                        "--resume", "--epochs",         "2",     "--threads",
                        "1",        "--loader-threads", "1",     "--no-report"};
  all.push_back({"resume",
                 resume,
                 {"data", "run"},
                 {"run/last.alexnet", "run/best.alexnet"},
                 false});
  for (const char* ending : {".safetensors", ".npz", ".pth", ".onnx", ".npy"}) {
    all.push_back(Convert("model.alexnet", std::string("new") + ending));
  }
  all.push_back(Convert("model.alexnet", "new.caffemodel",
                        {"new.caffemodel", "new.prototxt"}));
  for (const char* ending : {".safetensors", ".npz", ".pth", ".onnx", ".npy"}) {
    all.push_back(Convert(std::string("model") + ending, "new.alexnet"));
  }
  all.push_back(Convert("model.caffemodel", "new.alexnet"));
  return all;
}

// Tensors, and their names, of a model file.
bool Meaning(const std::string& path, std::string* meaning) {
  const auto model = LoadModel(path);
  if (!model.ok() || !CheckAll(**model).ok()) return false;
  for (size_t i = 0; i < (*model)->tensors().size(); ++i) {
    const auto view = (*model)->View(static_cast<int>(i));
    if (!view.ok()) return false;
    meaning->append((*model)->tensors()[i].name);
    meaning->append(
        reinterpret_cast<const char*>(view->f32()),
        static_cast<size_t>(view->shape.elements()) * sizeof(float));
  }
  return true;
}

bool IsModel(const std::string& path) {
  return fs::path(path).extension() == ".alexnet";
}

bool Do(const std::string& folder, const Words& command) {
  const Ending ending = RunProgram(folder, command, nullptr);
  if (ending.code == 0) return true;
  std::fprintf(stderr, "cannot prepare: %s: %s\n", command.front().c_str(),
               ending.err.c_str());
  return false;
}

}  // namespace

const std::vector<Scenario>& Scenarios() {
  static const std::vector<Scenario> all = MakeScenarios();
  return all;
}

bool MakeGiven(const std::string& folder) {
  fs::remove_all(folder);
  fs::create_directories(folder);
  DemoPictureOptions pictures;
  pictures.train_per_class = 4;
  pictures.held_out_per_class = 1;
  pictures.size = 28;
  if (!WriteDemoPictures(folder + "/all", pictures, {}).ok()) return false;
  // Two of the classes are enough.
  for (const char* label : {"checkerboard", "circle"}) {
    const std::string to = folder + "/data/train/" + label;
    fs::create_directories(to);
    fs::copy(folder + "/all/train/" + label, to, fs::copy_options::recursive);
  }
  fs::remove_all(folder + "/all");
  {
    const auto image = DrawDemoPicture(1, 77, 40, 3);
    if (!image.ok()) return false;
    const auto png = EncodePng(*image);
    if (!png.ok()) return false;
    std::ofstream(folder + "/grey.png", std::ios::binary)
        .write(reinterpret_cast<const char*>(png->data()),
               static_cast<std::streamsize>(png->size()));
  }
  if (!Do(folder, TrainCommand("run", "1"))) return false;
  fs::copy(folder + "/run/best.alexnet", folder + "/model.alexnet");
  for (const char* ending :
       {".safetensors", ".npz", ".pth", ".onnx", ".npy", ".caffemodel"}) {
    if (!Do(folder,
            {"convert", "model.alexnet", std::string("model") + ending})) {
      return false;
    }
  }
  return Do(folder, {"pack", "data/train", "shards", "--resize", "32",
                     "--shard-size", "4"});
}

void Lay(const Scenario& scenario, const std::string& given,
         const std::string& work) {
  fs::remove_all(work);
  fs::create_directories(work);
  for (const std::string& need : scenario.needs) {
    // What is only read is a link; a run is written to.
    if (need == "run") {
      fs::copy(given + "/" + need, work + "/" + need,
               fs::copy_options::recursive);
    } else {
      fs::create_symlink(fs::absolute(given + "/" + need), work + "/" + need);
    }
  }
}

Results ResultsIn(const Scenario& scenario, const std::string& work,
                  std::vector<std::string>* damaged) {
  Results results;
  for (const std::string& name : scenario.makes) {
    const std::string path = work + "/" + name;
    if (!fs::exists(path)) continue;
    if (IsModel(path)) {
      std::string meaning;
      if (!Meaning(path, &meaning)) damaged->push_back(name);
      results[name] = meaning;
    } else {
      std::ostringstream bytes;
      bytes << std::ifstream(path, std::ios::binary).rdbuf();
      results[name] = bytes.str();
    }
  }
  return results;
}

std::vector<std::string> StraysIn(const std::string& folder) {
  std::vector<std::string> strays;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    const std::string extension = entry.path().extension();
    if (extension == ".tmp" || extension == ".partial") {
      strays.push_back(fs::relative(entry.path(), folder));
    }
  }
  return strays;
}

}  // namespace alexnet::faults
